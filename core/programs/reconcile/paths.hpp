// SPDX-License-Identifier: GPL-2.0-only
//
// Where things are. All paths are below the root that Files was made for.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_PATHS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_PATHS_HPP

namespace kpb::runtime {

inline constexpr const char* k_packages = "/usr/share/kpb/packages";
inline constexpr const char* k_unlisted = "/var/lib/kpatch"; // with a subdirectory for each release
inline constexpr const char* k_settings = "/etc/kpb/runtime.conf";
inline constexpr const char* k_run = "/run/kpb";
inline constexpr const char* k_lock = "/run/kpb/lock";
inline constexpr const char* k_wanted = "/run/kpb/wanted";   // a run was requested during a run
inline constexpr const char* k_pending = "/run/kpb/pending"; // something waits for a transition
inline constexpr const char* k_loaded = "/run/kpb/loaded"; // what this runtime loaded in this boot
inline constexpr const char* k_refused = "/run/kpb/refused"; // by the last run in this boot
inline constexpr const char* k_state = "/var/lib/kpb";
inline constexpr const char* k_livepatch = "/sys/kernel/livepatch";
inline constexpr const char* k_modules = "/sys/module";
inline constexpr const char* k_boot_id = "/proc/sys/kernel/random/boot_id";
inline constexpr const char* k_systemd = "/run/systemd/system";
inline constexpr const char* k_kpatch = "/usr/sbin/kpatch";

} // namespace kpb::runtime

#endif
