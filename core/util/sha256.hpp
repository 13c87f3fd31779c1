// SPDX-License-Identifier: GPL-2.0-only
//
// SHA-256 by libcrypto, the only digest kpb uses.
#ifndef KPB_CORE_UTIL_SHA256_HPP
#define KPB_CORE_UTIL_SHA256_HPP

#include <memory>
#include <string>
#include <string_view>

namespace kpb {

// 64 lower-case hex digits.
std::string sha256_hex(std::string_view data);

// The same over data that comes in pieces.
class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view data);
  std::string hex(); // once, at the end

private:
  struct State;
  std::unique_ptr<State> m_state;
};

} // namespace kpb

#endif
