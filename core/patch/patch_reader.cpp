// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a patch from its first line to its last: text, a file's header, its hunks, text, and so on.
// patch.hpp says why it is strict.
#include "core/patch/patch_header.hpp"

#include "core/base/text.hpp"

#include <set>

namespace kpb {

namespace {

class Reader {
public:
  Reader(std::string_view content, const std::string& shown_path, DiagnosticSink& sink)
      : m_text(content, shown_path, sink) {
    m_patch.shown_path = shown_path;
  }

  std::optional<Patch> read() {
    if (!check_patch_text(m_text))
      return std::nullopt;
    while (!m_text.at_end())
      if (!take_part())
        return std::nullopt;
    if (!check_whole())
      return std::nullopt;
    return std::move(m_patch);
  }

private:
  bool take_part() {
    const std::string_view line = m_text.line();
    const bool git = line.starts_with("diff --git ");
    if (git || (line.starts_with("--- ") && m_text.after().starts_with("+++ ")))
      return take_file(git);
    if (m_behind_hunk && !check_behind_hunk())
      return false;
    if (!check_prose(m_text) || !take_index_line())
      return false;
    // Used only to say what is wrong with a text that contains no diff.
    note_loose_name(line);
    m_half_header = m_half_header || line.starts_with("--- ") || line.starts_with("+++ ") ||
                    line.starts_with("Index:");
    m_text.next();
    return true;
  }

  // "--- a/FILE" in the text before a header: GNU patch uses it if the header that follows has
  // /dev/null.
  void note_loose_name(std::string_view line) {
    const std::string_view bare = without_indent(line);
    if (bare.starts_with("--- ") && bare.find('/') != std::string_view::npos)
      m_loose_name = bare.substr(4);
  }

  bool take_file(bool git) {
    PatchedFile file;
    const std::string loose = git ? "" : m_loose_name;
    m_loose_name.clear();
    if (!(git ? read_git_header(m_text, file) : read_names(m_text, file)))
      return false;
    const auto refuse = [&](const char* code, const std::string& what, const std::string& why,
                            const std::string& hint) {
      return m_text.refuse(code, what, why, hint, 1, file.line);
    };
    if (!m_index_name.empty() && m_index_name != file.path())
      return refuse("patch-names",
                    "the header names two files, " + shown(file.path()) + " and " +
                        shown(m_index_name),
                    "the second is after 'Index:'", k_remake);
    m_index_name.clear();
    if (!loose.empty() && file.old_path.empty())
      return refuse(
          "patch-names",
          "the header names two files, " + shown(file.path()) + " and " + shown(loose),
          "the second is on a separate '---' line before it, and GNU patch would use that one",
          k_remake);
    if (!read_hunks(m_text, file, m_hunks))
      return false;
    if (!m_paths.insert(file.path()).second)
      return refuse("patch-file-twice", shown(file.path()) + " is patched twice",
                    "a patch changes each file once",
                    "give the parts as patches of their own, in order");
    m_patch.files.push_back(std::move(file));
    if (m_patch.files.size() > k_max_patch_files)
      return m_text.refuse_all("patch-too-large", "the patch is refused",
                               "it changes more than 1,000 files");
    m_behind_hunk = true;
    return true;
  }

  // Lines that look like a part of a hunk but follow a complete one were meant to be applied. Such
  // lines are refused up to the mark with which git ends a patch, or to the beginning of the next
  // diff.
  bool check_behind_hunk() {
    const std::string_view line = m_text.line();
    if (line == "-- " || line == "--" || line.starts_with("From ") || line.starts_with("diff ") ||
        line.starts_with("Index:")) {
      m_behind_hunk = false;
      return true;
    }
    if (line != without_indent(line) && without_indent(line).starts_with("--- "))
      return true; // this is an indented diff instead
    if (!line.empty() && std::string_view("+- \t\\").find(line[0]) != std::string_view::npos)
      return m_text.refuse("patch-hunk-count", "the hunk has more lines than its header gives",
                           "this line is not part of any hunk and would not be applied",
                           "the patch was edited or cut; " + std::string(k_remake));
    if (line.starts_with("@@"))
      return m_text.refuse("patch-hunk-header", shown(line) + " is no head of a hunk",
                           "it must look like '@@ -12,7 +12,8 @@'", k_remake);
    return true;
  }

  // "Index: a/FILE" and a line of '=', as quilt writes them: the header of the same file must
  // follow.
  bool take_index_line() {
    const std::string_view line = m_text.line();
    if (!m_index_name.empty() && !line.starts_with("diff "))
      return m_text.refuse("patch-header", "it is not a complete unified diff header",
                           "after 'Index:', '--- a/FILE' and '+++ b/FILE' are expected", k_remake);
    const bool ruled = m_text.after().starts_with("====");
    if (!line.starts_with("Index:") || (!ruled && !m_text.after().starts_with("--- ")))
      return true;
    const size_t begin = line.find_first_not_of(" \t", 6);
    if (!take_patch_path(m_text, begin == std::string_view::npos ? "" : line.substr(begin), 7,
                         m_index_name))
      return false;
    if (ruled)
      m_text.next();
    return true;
  }

  bool check_whole() {
    if (!m_index_name.empty() || (m_patch.files.empty() && m_half_header))
      return m_text.refuse_all(
          "patch-header", "it is not a complete unified diff header",
          "'--- a/FILE' and '+++ b/FILE' must be on two lines, followed by a hunk", k_remake);
    if (m_patch.files.empty())
      return m_text.refuse_all("patch-not-a-diff", "it is not a unified diff",
                               "there is no '--- a/FILE' and '+++ b/FILE' in it",
                               "make it with git diff or diff -up");
    if (m_text.content().back() != '\n')
      return m_text.refuse("patch-cut", "the last line of the patch has no newline",
                           "some of the patch may be missing", k_remake, 1, m_text.number() - 1);
    return true;
  }

  PatchText m_text;
  Patch m_patch;
  std::set<std::string> m_paths;
  std::string m_index_name; // file of an "Index:" line whose header is still to come
  std::string m_loose_name;
  size_t m_hunks = 0;
  bool m_behind_hunk = false;
  bool m_half_header = false;
};

} // namespace

std::optional<Patch> read_patch(std::string_view content, const std::string& shown_path,
                                DiagnosticSink& sink) {
  return Reader(content, shown_path, sink).read();
}

} // namespace kpb
