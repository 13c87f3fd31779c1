// SPDX-License-Identifier: GPL-2.0-only
//
// The text before, between and after the diffs. git looks for headers at the start of a line only;
// GNU patch also finds indented diffs, ed scripts, context diffs and normal diffs in a commit
// message and applies them. So the text must contain nothing that either program would take for a
// diff, while the oopses and lockdep reports that commit messages are full of ("--- interrupt:",
// "*** DEADLOCK ***") must pass.
#include "core/patch/patch_text.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kpb {

namespace {

// "3d", "1,2c3,4", "5a": the start of a change in a normal diff, or a command of ed.
bool is_command(std::string_view line) {
  const auto skip = [&line](std::string_view set) {
    line.remove_prefix(std::min(line.find_first_not_of(set), line.size()));
  };
  if (line.empty() || line[0] < '0' || line[0] > '9')
    return false;
  skip("0123456789,");
  if (line.empty() || std::string_view("acdis").find(line[0]) == std::string_view::npos)
    return false;
  line.remove_prefix(1);
  if (line.starts_with("/.//")) // how diff -e writes a line that is only a dot
    line.remove_prefix(4);
  skip("0123456789,");
  skip(" \t");
  return line.empty();
}

} // namespace

std::string_view without_indent(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \tX"), line.size()));
  // Mails quoted in mails get "- " before a line that begins with '-'.
  while (line.starts_with("- "))
    line.remove_prefix(2);
  return line;
}

bool check_prose(const PatchText& text) {
  const std::string_view line = text.line();
  const std::string_view bare = without_indent(line);
  const std::string_view after = without_indent(text.after());
  const bool indented = bare.size() != line.size();
  if ((bare.starts_with("--- ") && after.starts_with("+++ ")) ||
      (indented && (bare.starts_with("@@ -") || bare.starts_with("diff --git "))))
    return text.refuse(
        "patch-indented", "the patch contains an indented diff",
        "GNU patch would apply it, but git would not",
        "remove it from the commit message, or remove the indentation from the patch");
  if (bare.starts_with("@@ -"))
    return text.refuse("patch-header", "there is no complete unified diff header before this hunk",
                       "the two lines before it must be '--- a/FILE' and '+++ b/FILE'", k_remake);
  const auto other = [&](const char* what) {
    return text.refuse("patch-not-unified", std::string(what) + " stands in the patch",
                       "GNU patch would try to apply it; kpb accepts only unified diffs", k_remake);
  };
  if ((bare.starts_with("*** ") && after.starts_with("--- ")) ||
      (bare.starts_with("********") && after.starts_with("*** ")))
    return other("a context diff");
  if (is_command(bare))
    return other("a line of a normal diff or an ed script");
  if (bare.starts_with("Prereq:"))
    return text.refuse("patch-header", "the patch requires a version of the file",
                       "GNU patch obeys the Prereq: line, but git does not", k_remake);
  if (line == "GIT binary patch" ||
      (line.starts_with("Binary files ") && line.ends_with(" differ")))
    return text.refuse("patch-binary", "the patch changes a binary file",
                       "no live patch can be made of that", "leave the file out of the patch");
  return true;
}

} // namespace kpb
