// SPDX-License-Identifier: GPL-2.0-only
//
// The allow-lists, one function per kind of text.
#include "allow_list.hpp"

#include "plugins/relations/tokens.hpp"

#include <kpb/sdk.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace kpb::rpm {
namespace {

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool made_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alnum(c) || others.find(c) != std::string_view::npos;
  });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

[[noreturn]] void refuse(std::string_view what, std::string_view value, std::string_view rule) {
  throw sdk::Error("an RPM cannot have the " + std::string(what) + " '" + std::string(value) +
                       "': " + std::string(rule),
                   KPB_FAULT_INPUT, {}, "rpm-name");
}

bool is_path(std::string_view path) {
  if (path.empty() || path.size() > 4000)
    return false;
  while (true) {
    const size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    if (part.empty() || part.size() > k_file_name_limit || part == "." || part == ".." ||
        part.front() == '-' || !made_of(part, "._+~-"))
      return false;
    if (end == std::string_view::npos)
      return true;
    path.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> out;
  while (true) {
    const size_t begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos)
      return out;
    const size_t end = line.find(' ', begin);
    out.push_back(line.substr(begin, end == std::string_view::npos ? end : end - begin));
    line.remove_prefix(end == std::string_view::npos ? line.size() : end);
  }
}

} // namespace

std::string package_name(std::string_view name) {
  if (name.empty() || !is_alnum(name.front()) || !made_of(name, "._+-") || contains(name, ".."))
    refuse("name", name, "names are letters, digits and '._+-', begin with one of the first two, and "
                         "have no '..'");
  if (name.size() > k_name_limit)
    refuse("name", name, "it is longer than " + std::to_string(k_name_limit) + " characters");
  return std::string(name);
}

std::string version_part(std::string_view value, std::string_view what) {
  if (value.empty() || !made_of(value, "._+~") || contains(value, ".."))
    refuse(what, value,
           contains(value, "-") ? "'-' separates the version from the release"
                                : "it is made of letters, digits and '._+~', without '..'");
  if (value.size() > 64)
    refuse(what, value, "it is longer than 64 characters");
  return std::string(value);
}

std::string epoch_number(std::string_view value) {
  const bool digits = std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || value.size() > 10 || (!value.empty() && std::stoull(std::string(value)) > UINT32_MAX))
    refuse("epoch", value, "it is a number up to 4294967295");
  return std::string(value);
}

std::string file_name(std::string_view name) {
  if (name.empty() || !(is_alnum(name.front()) || name.front() == '_') || !made_of(name, "._+~-"))
    refuse("source file", name,
           "its name is letters, digits and '._+~-', and begins with one of the first two or '_'");
  if (name.size() > k_file_name_limit)
    refuse("file name", name, "it is longer than 255 bytes");
  return std::string(name);
}

std::string architecture(std::string_view arch) {
  if (arch.empty() || arch.size() > 32 || !made_of(arch, "_"))
    refuse("architecture", arch, "it is made of letters, digits and '_'");
  return std::string(arch);
}

std::string install_path(std::string_view path) {
  if (path.empty() || path.front() != '/' || !is_path(path.substr(1)))
    refuse("path", path, "paths are absolute, and their parts letters, digits and '._+~-'");
  return std::string(path);
}

std::string relative_path(std::string_view path) {
  if (!is_path(path))
    refuse("path", path, "paths in the sources are relative, and their parts letters, digits and '._+~-'");
  return std::string(path);
}

std::string dependency(std::string_view name, std::string_view comparison, std::string_view evr) {
  static constexpr std::array<std::string_view, 5> k_comparisons = {"=", "<", "<=", ">", ">="};
  // A space or comma would split it in two, '%' expand, '(' at the start make a rich dependency.
  if (name.empty() || !(is_alnum(name.front()) || name.front() == '_' || name.front() == '/') ||
      !made_of(name, "._+~^/:()[]$@-") || std::count(name.begin(), name.end(), '(') !=
                                              std::count(name.begin(), name.end(), ')'))
    refuse("relation", name, "rpm would not read it as one name");
  if (name.substr(0, 7) == "rpmlib(" || name.substr(0, 7) == "config(")
    refuse("relation", name, "only rpm itself may make such a one");
  if (name.size() > 4000)
    refuse("relation", name, "it is longer than 4000 characters");
  if (comparison.empty() && evr.empty())
    return std::string(name);
  const std::string text = std::string(name) + " " + std::string(comparison) + " " + std::string(evr);
  if (std::find(k_comparisons.begin(), k_comparisons.end(), comparison) == k_comparisons.end())
    refuse("relation", text, "the operators are = < <= > >=");
  if (name.front() == '/')
    refuse("relation", text, "a file has no version");
  if (!relations::is_rpm_version(evr))
    refuse("relation", text, "'" + std::string(evr) + "' is no [EPOCH:]VERSION[-RELEASE]");
  return text;
}

std::string conditional(const std::string& dependency, std::string_view condition) {
  return "(" + dependency + " if " + dependency_line(condition) + ")";
}

std::string dependency_line(std::string_view line) {
  const auto parts = words(line);
  if (parts.size() == 1)
    return dependency(parts[0], {}, {});
  if (parts.size() != 3)
    refuse("relation", line, "it is 'NAME' or 'NAME OPERATOR VERSION'");
  return dependency(parts[0], parts[1], parts[2]);
}

std::string cve_number(std::string_view id) {
  const size_t dash = id.find('-', 4);
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (id.size() > 32 || id.substr(0, 4) != "CVE-" || dash == std::string_view::npos ||
      !digits(id.substr(4, dash - 4)) || !digits(id.substr(dash + 1)))
    refuse("CVE number", id, "they are written CVE-YYYY-NNNN");
  return std::string(id);
}

std::string kernel_release(std::string_view release) {
  if (release.empty() || release.size() > 128 || release.front() < '0' || release.front() > '9' ||
      !made_of(release, "._+~-"))
    refuse("kernel", release, "it begins with a digit, and is letters, digits and '._+~-'");
  return std::string(release);
}

std::string shell_line(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t");
  const bool printable = std::all_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  if (first == std::string_view::npos || !printable || line[first] == '%' || line[first] == '#' ||
      line.back() == '\\' || contains(line, "\\%"))
    refuse("build step", line,
           "it is one line, does not begin with '%' or '#', does not end in '\\', and has no '\\%'");
  std::string out;
  for (const char c : line) // safe inside a line: what rpm looks for at its start is refused above
    out += c == '%' ? std::string("%%") : std::string(1, c);
  return out;
}

} // namespace kpb::rpm
