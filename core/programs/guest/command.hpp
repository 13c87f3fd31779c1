// SPDX-License-Identifier: GPL-2.0-only
//
// Runs programs that the user put into the guest.
#ifndef KPB_CORE_PROGRAMS_GUEST_COMMAND_HPP
#define KPB_CORE_PROGRAMS_GUEST_COMMAND_HPP

#include <string>

namespace kpb_guest {

struct Ended {
  bool started = false;
  int status = -1;    // 0 only for success
  std::string words;  // "exit status 1", or why it did not start
  std::string output; // the first 4 KiB that it printed
};

// `line` is a path and arguments, separated by blanks. The program is killed after a minute.
Ended run_command(const std::string& line);

} // namespace kpb_guest

#endif
