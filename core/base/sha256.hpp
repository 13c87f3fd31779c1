// SPDX-License-Identifier: GPL-2.0-only
//
// SHA-256, the only digest that kpb uses. Two files implement it and each program links one of
// them: sha256_libcrypto.cpp (fast, for kpb) or sha256_small.cpp (for the static programs).
#ifndef KPB_CORE_BASE_SHA256_HPP
#define KPB_CORE_BASE_SHA256_HPP

#include <memory>
#include <string>
#include <string_view>

namespace kpb {

// 64 lower-case hex digits.
std::string sha256_hex(std::string_view data);

// The same for data that comes in pieces.
class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view data);
  std::string hex(); // call once, at the end

private:
  struct State;
  std::unique_ptr<State> m_state;
};

} // namespace kpb

#endif
