// SPDX-License-Identifier: GPL-2.0-only
//
// Temporary paths, for the one case in which nothing unwinds: a plugin ended the program, crashed in it,
// or does not come back while the user wants to stop. Whoever makes such a path registers it; whoever
// has to end the process there and then removes what is left.
#ifndef KPB_CORE_SYSTEM_LAST_WILL_HPP
#define KPB_CORE_SYSTEM_LAST_WILL_HPP

#include <string>

namespace kpb {

// A file or directory that must not outlive the process. Safe from any thread.
void register_temporary(const std::string& path);
void forget_temporary(const std::string& path);

// Removes what is registered; false when something stayed. For a process that is about to end.
bool remove_temporaries();

} // namespace kpb

#endif
