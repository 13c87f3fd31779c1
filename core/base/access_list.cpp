// SPDX-License-Identifier: GPL-2.0-only
//
// See access_list.hpp. Read as bytes: libacl has no static form everywhere, and would be asked for a
// path.
#include "core/base/access_list.hpp"

#include <cstdint>
#include <sys/xattr.h>

namespace kpb {

namespace {

constexpr size_t k_head = 4;  // le32 version
constexpr size_t k_entry = 8; // le16 tag, le16 permissions, le32 id
constexpr uint32_t k_version = 2;
constexpr uint32_t k_write = 2;
enum Tag : uint32_t {
  user_object = 1,
  user = 2,
  group_object = 4,
  group = 8,
  mask = 16,
  other = 32
};

uint32_t little_endian(std::string_view bytes, size_t at, size_t size) {
  uint32_t value = 0;
  for (size_t i = size; i-- > 0;)
    value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

} // namespace

std::optional<std::string> read_access_list(int fd) {
  // fgetxattr takes no descriptor that is open with O_PATH.
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  std::string list(65536, '\0'); // the kernel's own limit of an attribute
  const ssize_t size =
      ::getxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size());
  if (size < 0)
    return std::nullopt;
  list.resize(static_cast<size_t>(size));
  return list;
}

std::string granted_to_others(std::string_view list, uid_t user_id, bool own_group) {
  const std::string unreadable = "others (an access control list of an unknown form)";
  if (list.size() < k_head || (list.size() - k_head) % k_entry != 0 ||
      little_endian(list, 0, 4) != k_version)
    return unreadable;
  uint32_t allowed = k_write; // by the mask, which holds for all but the owner and the others
  for (size_t at = k_head; at < list.size(); at += k_entry)
    if (little_endian(list, at, 2) == mask)
      allowed = little_endian(list, at + 2, 2) & k_write;
  for (size_t at = k_head; at < list.size(); at += k_entry) {
    const uint32_t tag = little_endian(list, at, 2);
    const uint32_t id = little_endian(list, at + 4, 4);
    const uint32_t writes = little_endian(list, at + 2, 2) & k_write;
    if (writes == 0 || tag == mask || tag == user_object)
      continue;
    if (tag == other)
      return "others (access control list)";
    if (allowed == 0)
      continue;
    if (tag == user && id != 0 && id != user_id)
      return "user " + std::to_string(id) + " (access control list)";
    if (tag == group_object && !own_group)
      return "its group (access control list)";
    if (tag == group && (id == 0 || id != user_id))
      return "group " + std::to_string(id) + " (access control list)";
    if (tag != user && tag != group && tag != group_object)
      return unreadable;
  }
  return "";
}

} // namespace kpb
