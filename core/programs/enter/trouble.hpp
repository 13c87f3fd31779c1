// SPDX-License-Identifier: GPL-2.0-only
//
// How kpb-enter says that it could not run the program. kpb knows it by the status and the first words.
#ifndef KPB_CORE_PROGRAMS_ENTER_TROUBLE_HPP
#define KPB_CORE_PROGRAMS_ENTER_TROUBLE_HPP

#include <cerrno>
#include <cstring>
#include <string>
#include <unistd.h>

namespace kpb::enter {

inline constexpr int k_no_view = 125;

[[noreturn]] inline void die(const std::string& what) {
  const std::string text = "kpb-enter: " + what + ": " + std::strerror(errno) + "\n";
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(k_no_view);
}

} // namespace kpb::enter

#endif
