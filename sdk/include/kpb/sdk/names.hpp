// SPDX-License-Identifier: GPL-2.0-only
//
// The rules for names: the kernel's, dpkg's, and the allow-lists for what becomes part of file and package names. What
// is outside an allow-list is refused, never escaped, because rpm, dpkg, shells and kbuild each read it differently.
#ifndef KPB_SDK_NAMES_HPP
#define KPB_SDK_NAMES_HPP

#include "text.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace kpb {

inline constexpr size_t k_module_name_limit =
    55; // MODULE_NAME_LEN, on 64-bit machines, without its NUL
inline constexpr size_t k_symbol_name_limit = 511; // KSYM_NAME_LEN without its NUL
inline constexpr size_t k_release_limit = 64;      // of `uname -r`
inline constexpr size_t k_file_name_limit = 255; // bytes, of every file system that kernels lie on

// What the kernel calls a module: letters, digits and '_'.
inline bool is_module_name(std::string_view name) {
  return !name.empty() && name.size() <= k_module_name_limit && made_of(name, "_");
}

// A module's name as the kernel writes it: '_' instead of '-' and '.'.
inline std::string kernel_form(std::string_view name) {
  std::string out(name);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return out;
}

// A live patch's object, "vmlinux" or a module, as the kernel compares it: kbuild names the module of
// "dm-persistent-data.ko" dm_persistent_data, so both spellings are one object. Other characters are left, for a
// check to refuse.
inline std::string object_form(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

// A `uname -r`: [0-9][A-Za-z0-9._+~-]*, without "..".
inline bool is_release(std::string_view release) {
  return !release.empty() && release.size() <= k_release_limit && is_digit(release.front()) &&
         made_of(release, "._+~-") && !contains(release, "..");
}

// One part of a path: [A-Za-z0-9._+~-]+, neither "." nor "..", and nothing that looks like an option.
inline bool is_path_part(std::string_view part) {
  return !part.empty() && part.size() <= k_file_name_limit && part != "." && part != ".." &&
         part.front() != '-' && made_of(part, "._+~-");
}

// Such parts with '/' between them; it does not begin with '/'.
inline bool is_relative_path(std::string_view path) {
  for (;;) {
    const size_t slash = path.find('/');
    if (!is_path_part(path.substr(0, slash)))
      return false;
    if (slash == std::string_view::npos)
      return true;
    path.remove_prefix(slash + 1);
  }
}

// [A-Za-z0-9][A-Za-z0-9._+-]*, without "..". How long it may be depends on what it is for.
inline bool is_package_name(std::string_view name) {
  return !name.empty() && is_alnum(name.front()) && made_of(name, "._+-") && !contains(name, "..");
}

// CVE-YYYY-N, N of four to 19 digits, as the CVE programme has it.
inline bool is_cve(std::string_view id) {
  return id.size() >= 13 && id.substr(0, 4) == "CVE-" && is_number(id.substr(4, 4)) &&
         id[8] == '-' && id.size() <= 9 + 19 && is_number(id.substr(9));
}

constexpr bool is_dpkg_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '+' || c == '.' || c == '-';
}

// What dpkg calls a package of that name: in lower case, with '-' for every other character that it does not take, and
// then 8 digits of the SHA-256 of the name at its end, so that two names stay two.
inline std::string name_for_dpkg(std::string_view name, std::string (*sha256)(std::string_view)) {
  std::string out = lowered(name);
  if (std::all_of(out.begin(), out.end(), is_dpkg_character))
    return out;
  std::replace_if(
      out.begin(), out.end(), [](char c) { return !is_dpkg_character(c); }, '-');
  return out + "-" + sha256(name).substr(0, 8);
}

} // namespace kpb

#endif
