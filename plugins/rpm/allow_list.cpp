// SPDX-License-Identifier: GPL-2.0-only
//
// The allow-lists, one function per kind of text.
#include "allow_list.hpp"

#include "plugins/common/package_text/allow_list.hpp"

#include <kpb/policy/tokens.hpp>

#include <kpb/sdk.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace kpb::rpm {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view value, std::string_view rule) {
  package_text::refuse(k_kind, what, value, rule);
}

} // namespace

std::string package_name(std::string_view name) {
  if (!is_package_name(name))
    refuse("name", name,
           "names begin with a letter or digit, can only contain letters, digits and '._+-', "
           "and have no '..'");
  if (name.size() > k_name_limit)
    refuse("name", name, "it is longer than " + std::to_string(k_name_limit) + " characters");
  return std::string(name);
}

std::string version_part(std::string_view value, std::string_view what) {
  if (value.empty() || !made_of(value, "._+~") || contains(value, ".."))
    refuse(what, value,
           contains(value, "-") ? "'-' separates the version from the release"
                                : "it can only contain letters, digits and '._+~', without '..'");
  if (value.size() > 64)
    refuse(what, value, "it is longer than 64 characters");
  return std::string(value);
}

std::string epoch_number(std::string_view value) {
  return package_text::epoch_number(k_kind, value);
}

std::string file_name(std::string_view name) {
  if (name.empty() || !(is_alnum(name.front()) || name.front() == '_') || !made_of(name, "._+~-"))
    refuse("source file", name,
           "its name begins with a letter, digit or '_', and can only contain letters, digits "
           "and '._+~-'");
  if (name.size() > k_file_name_limit)
    refuse("file name", name, "it is longer than 255 bytes");
  return std::string(name);
}

std::string architecture(std::string_view arch) {
  if (arch.empty() || arch.size() > 32 || !made_of(arch, "_"))
    refuse("architecture", arch, "it can only contain letters, digits and '_'");
  return std::string(arch);
}

std::string install_path(std::string_view path) { return package_text::install_path(k_kind, path); }

std::string relative_path(std::string_view path) {
  return package_text::relative_path(k_kind, path);
}

std::string dependency(std::string_view name, std::string_view comparison, std::string_view evr) {
  static constexpr std::array<std::string_view, 5> k_comparisons = {"=", "<", "<=", ">", ">="};
  // A space or comma would split it in two, '%' expand, '(' at the start make a rich dependency.
  if (name.empty() || !(is_alnum(name.front()) || name.front() == '_' || name.front() == '/') ||
      !made_of(name, "._+~^/:()[]$@-") ||
      std::count(name.begin(), name.end(), '(') != std::count(name.begin(), name.end(), ')'))
    refuse("relation", name, "rpm would not read it as one name");
  if (name.substr(0, 7) == "rpmlib(" || name.substr(0, 7) == "config(")
    refuse("relation", name, "only rpm itself may set such a relation");
  if (name.size() > 4000)
    refuse("relation", name, "it is longer than 4000 characters");
  if (comparison.empty() && evr.empty())
    return std::string(name);
  const std::string text =
      std::string(name) + " " + std::string(comparison) + " " + std::string(evr);
  if (std::find(k_comparisons.begin(), k_comparisons.end(), comparison) == k_comparisons.end())
    refuse("relation", text, "the operators are = < <= > >=");
  if (name.front() == '/')
    refuse("relation", text, "a file has no version");
  if (!policy::is_rpm_version(evr))
    refuse("relation", text, "'" + std::string(evr) + "' is not [EPOCH:]VERSION[-RELEASE]");
  return text;
}

std::string conditional(const std::string& dependency, std::string_view condition) {
  return "(" + dependency + " if " + dependency_line(condition) + ")";
}

std::string dependency_line(std::string_view line) {
  const auto parts = words(line, " ");
  if (parts.size() == 1)
    return dependency(parts[0], {}, {});
  if (parts.size() != 3)
    refuse("relation", line, "it is 'NAME' or 'NAME OPERATOR VERSION'");
  return dependency(parts[0], parts[1], parts[2]);
}

std::string shell_line(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t");
  const bool printable = std::all_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  if (first == std::string_view::npos || !printable || line[first] == '%' || line[first] == '#' ||
      line.back() == '\\' || contains(line, "\\%"))
    refuse(
        "build step", line,
        "it is one line, does not begin with '%' or '#', does not end in '\\', and has no '\\%'");
  std::string out;
  for (const char c : line) // safe inside a line: what rpm looks for at its start is refused above
    out += c == '%' ? std::string("%%") : std::string(1, c);
  return out;
}

} // namespace kpb::rpm
