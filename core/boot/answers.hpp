// SPDX-License-Identifier: GPL-2.0-only
//
// What came back on the serial line. The kernel writes there too, and whatever a patch makes it say, so
// nothing counts but the guest's own lines, which begin with a tag that was made for this boot, and those
// only as a whole: each step answered once, in order, then the plan. Anything else is no success.
#ifndef KPB_CORE_BOOT_ANSWERS_HPP
#define KPB_CORE_BOOT_ANSWERS_HPP

#include <string>
#include <string_view>
#include <vector>

namespace kpb {

struct GuestAnswer {
  bool ok = false;
  std::string detail;
  std::vector<std::string> notes; // the kernel's words about it
};

struct GuestReport {
  std::vector<GuestAnswer> answers;
  bool finished = false; // every step was answered, and the guest said that these were all
  std::string gave_up;   // why it went no further
  std::string broken;    // why its answers cannot be believed; "" when they can
  std::string panic;     // the kernel's last words, "" when it had none
};

// `tag` begins the guest's lines; `count` steps were asked for.
GuestReport read_answers(std::string_view serial, std::string_view tag, size_t count);

} // namespace kpb

#endif
