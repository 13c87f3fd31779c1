// SPDX-License-Identifier: GPL-2.0-only
//
// The actions of the guest: each step is one action with one answer.
#ifndef KPB_CORE_PROGRAMS_GUEST_ACTIONS_HPP
#define KPB_CORE_PROGRAMS_GUEST_ACTIONS_HPP

#include <string>
#include <vector>

namespace kpb_guest {

struct Answer {
  bool ok = false;
  std::string detail; // what was observed
  bool last = false;  // the steps after it would prove nothing
};

Answer act(const std::vector<std::string>& words);

} // namespace kpb_guest

#endif
