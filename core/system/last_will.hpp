// SPDX-License-Identifier: GPL-2.0-only
//
// Remembers temporary paths for the case in which nothing unwinds: a plugin ended the process,
// crashed, or does not return although the user wants to stop. Whoever creates such a path
// registers it; whoever has to end the process at once removes what is left.
#ifndef KPB_CORE_SYSTEM_LAST_WILL_HPP
#define KPB_CORE_SYSTEM_LAST_WILL_HPP

#include <string>

namespace kpb {

// Registers a file or directory that must not outlive the process. Can be called from any thread.
void register_temporary(const std::string& path);
void forget_temporary(const std::string& path);

// Removes everything registered; false if something could not be removed. Call it just before the
// process ends.
bool remove_temporaries();

} // namespace kpb

#endif
