// SPDX-License-Identifier: GPL-2.0-only
//
// Reads what came back on the serial line. The kernel writes there too, including whatever a patch
// makes it print. So only the guest's own lines count, which begin with a tag that was made for
// this boot, and only as a whole: every step answered once, in order, then the TAP plan. Anything
// else is not a success.
#ifndef KPB_CORE_BOOT_ANSWERS_HPP
#define KPB_CORE_BOOT_ANSWERS_HPP

#include <string>
#include <string_view>
#include <vector>

namespace kpb {

struct GuestAnswer {
  bool ok = false;
  std::string detail;
  std::vector<std::string> notes; // the kernel's messages about it
};

struct GuestReport {
  std::vector<GuestAnswer> answers;
  bool finished = false; // all steps were answered, and the guest said that these were all
  std::string gave_up;   // why the guest stopped early
  std::string broken;    // why its answers cannot be trusted; "" if they can
  std::string panic;     // the kernel's last message; "" if it did not panic
};

// `tag` begins the guest's lines; `count` is the number of steps.
GuestReport read_answers(std::string_view serial, std::string_view tag, size_t count);

} // namespace kpb

#endif
