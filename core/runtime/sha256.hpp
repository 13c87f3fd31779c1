// SPDX-License-Identifier: GPL-2.0-only
//
// SHA-256 (FIPS 180-4). The one algorithm that the runtime needs: libcrypto, linked statically, would be
// ten times the program (docs/decisions.md). Tests compare it with libcrypto.
#ifndef KPB_CORE_RUNTIME_SHA256_HPP
#define KPB_CORE_RUNTIME_SHA256_HPP

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kpb::runtime {

class Sha256 {
public:
  void add(std::string_view bytes);
  std::string hex(); // ends it

private:
  void block(const unsigned char* bytes);
  std::array<uint32_t, 8> m_state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> m_buffer = {};
  size_t m_buffered = 0;
  uint64_t m_size = 0;
};

std::string sha256_hex(std::string_view bytes);

} // namespace kpb::runtime

#endif
