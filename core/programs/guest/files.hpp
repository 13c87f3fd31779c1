// SPDX-License-Identifier: GPL-2.0-only
//
// The few file operations of the guest.
#ifndef KPB_CORE_PROGRAMS_GUEST_FILES_HPP
#define KPB_CORE_PROGRAMS_GUEST_FILES_HPP

#include <optional>
#include <string>
#include <vector>

namespace kpb_guest {

// At most the first MiB. If the file cannot be read: nothing, with errno.
std::optional<std::string> read_file(const std::string& path);
bool write_file(const std::string& path, const std::string& text);
bool exists(const std::string& path);
// The names of the subdirectories, sorted.
std::vector<std::string> directories_in(const std::string& path);
// For one line of TAP: control bytes become \xNN, and it is cut at 160 characters.
std::string one_line(const std::string& text);

} // namespace kpb_guest

#endif
