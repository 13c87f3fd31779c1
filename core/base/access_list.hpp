// SPDX-License-Identifier: GPL-2.0-only
//
// POSIX access control lists, as the kernel hands them out (linux/posix_acl_xattr.h): who may write.
#ifndef KPB_CORE_BASE_ACCESS_LIST_HPP
#define KPB_CORE_BASE_ACCESS_LIST_HPP

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace kpb {

// The list of an open file, which may be open with O_PATH; nothing if it has none, or none can be read.
std::optional<std::string> read_access_list(int fd);

// Who may write by the list, other than its owner, root and `user`: "user 65534 (access control
// list)". "" if nobody. A list that is not understood is everybody's. With `own_group`, the
// file's group is the user's private one.
std::string granted_to_others(std::string_view list, uid_t user, bool own_group);

} // namespace kpb

#endif
