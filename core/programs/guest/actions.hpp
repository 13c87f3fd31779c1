// SPDX-License-Identifier: GPL-2.0-only
//
// What the guest can be asked to do: one step, one answer.
#ifndef KPB_CORE_PROGRAMS_GUEST_ACTIONS_HPP
#define KPB_CORE_PROGRAMS_GUEST_ACTIONS_HPP

#include <string>
#include <vector>

namespace kpb_guest {

struct Answer {
  bool ok = false;
  std::string detail; // what was seen
  bool last = false;  // the steps behind it would prove nothing
};

Answer act(const std::vector<std::string>& words);

} // namespace kpb_guest

#endif
