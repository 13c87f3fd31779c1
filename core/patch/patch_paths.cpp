// SPDX-License-Identifier: GPL-2.0-only
//
// The file names in a patch. They are where a patch can attack whoever applies it (CVE-2014-0471,
// CVE-2010-4651). Names in a kernel tree need no quotes and no unusual characters, so only an
// allow-list passes; each kind of refused name gets its own message, because its cause is
// different.
#include "core/patch/patch_text.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <cctype>

namespace kpb {

namespace {

// Decodes a name that git quoted because of unusual bytes; nothing if that is impossible.
std::optional<std::string> unquoted(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.back() != '"')
    return std::nullopt;
  quoted = quoted.substr(1, quoted.size() - 2);
  constexpr std::string_view letters = "abtnvfr\"\\";
  constexpr std::string_view meanings = "\a\b\t\n\v\f\r\"\\";
  std::string out;
  for (size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '"')
      return std::nullopt;
    if (quoted[i] != '\\') {
      out += quoted[i];
      continue;
    }
    if (++i == quoted.size())
      return std::nullopt;
    if (const size_t at = letters.find(quoted[i]); at != std::string_view::npos) {
      out += meanings[at];
      continue;
    }
    unsigned value = 0;
    for (size_t digit = 0; digit < 3; ++digit, ++i) {
      if (i >= quoted.size() || quoted[i] < '0' || quoted[i] > (digit == 0 ? '3' : '7'))
        return std::nullopt;
      value = value * 8 + static_cast<unsigned>(quoted[i] - '0');
    }
    --i;
    out += static_cast<char>(value);
  }
  return out;
}

bool is_plain(char c) {
  return is_alnum(c) || std::string_view("._+,@=:~%#-/").find(c) != std::string_view::npos;
}

bool is_git(std::string_view part) {
  return part.size() == 4 && part[0] == '.' && std::tolower(part[1]) == 'g' &&
         std::tolower(part[2]) == 'i' && std::tolower(part[3]) == 't';
}

} // namespace

bool take_patch_path(const PatchText& text, std::string_view prefixed, size_t column,
                     std::string& path) {
  std::string name(prefixed);
  const auto refuse = [&](const char* code, const std::string& why, const std::string& hint = {}) {
    return text.refuse(code, "the file name " + shown(name) + " is refused", why, hint, column);
  };
  const bool quoted = !name.empty() && name[0] == '"';
  if (quoted) {
    auto decoded = unquoted(name);
    if (!decoded)
      return refuse("patch-path-quoted", "it begins with a quote, but is not a valid quoted name",
                    k_remake);
    name = std::move(*decoded);
  }
  if (name.empty())
    return refuse("patch-path-prefix", "it is empty", k_remake);
  if (name[0] == '/')
    return refuse("patch-path-absolute", "it is absolute; names are relative to the kernel's tree",
                  k_remake);
  if (std::any_of(name.begin(), name.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return refuse("patch-path-control", "it contains a control byte");
  const auto parts = split(name, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    if (part == "..")
      return refuse("patch-path-outside", "'..' leads out of the kernel's tree");
    if (part.empty() && i + 1 == parts.size())
      return refuse("patch-path-prefix", "it ends in a slash", k_remake);
    if (part.empty())
      return refuse("patch-path-slashes",
                    "it contains '//', for which GNU patch and git use different files", k_remake);
    if (part == ".")
      return refuse("patch-path-dot", "it contains the directory '.'", k_remake);
    if (i > 0 && is_git(part))
      return refuse("patch-path-git", "it leads into git's own files");
  }
  if (parts.size() < 2)
    return refuse("patch-path-prefix", "there is no leading directory that -p1 could strip",
                  "git diff adds a/ and b/; run it without --no-prefix");
  path = name.substr(parts[0].size() + 1);
  if (path.size() > k_max_patch_path)
    return refuse("patch-path-long", "it is longer than 240 bytes");
  if (const auto odd = std::find_if_not(name.begin(), name.end(), is_plain); odd != name.end())
    return refuse(
        "patch-path-characters",
        "names in a kernel's tree can only contain letters, digits and . _ + , @ = : ~ % # -",
        *odd == ' ' ? "a name and a date are separated by a tab, not by a blank" : "");
  if (path[0] == '-')
    return refuse("patch-path-characters", "programs would take it for an option");
  if (quoted)
    return refuse("patch-path-quoted",
                  "it is quoted without need, and builders fail on quoted names", k_remake);
  return true;
}

} // namespace kpb
