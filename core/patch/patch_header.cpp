// SPDX-License-Identifier: GPL-2.0-only
//
// See patch_header.hpp. git's own parser silently ends a header at the first line that it does not
// know, and takes the file names from wherever it finds some; GNU patch chooses among all names of
// a header by which file exists. Here every line must be known and all names must agree.
#include "core/patch/patch_header.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <set>

namespace kpb {

namespace {

constexpr std::string_view k_null = "/dev/null";

// "2024-01-31 12:00:00.000000000 +0000", as diff writes it; nothing else counts as a date.
bool is_date(std::string_view text) {
  static constexpr std::string_view form = "0000-00-00 00:00:00";
  if (text.size() < form.size())
    return false;
  for (size_t i = 0; i < form.size(); ++i)
    if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i])
      return false;
  text.remove_prefix(form.size());
  if (text.starts_with(".")) {
    text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  }
  return text.size() == 6 && text[0] == ' ' && (text[1] == '+' || text[1] == '-') &&
         std::all_of(text.begin() + 2, text.end(), is_digit);
}

// The file name after "---" or "+++" without its first directory; "" for /dev/null.
bool take_name(const PatchText& text, std::string& path) {
  const std::string_view rest = text.line().substr(4);
  const size_t tab = rest.find('\t');
  const std::string_view name = rest.substr(0, tab);
  const std::string_view date = tab == std::string_view::npos ? "" : rest.substr(tab + 1);
  const size_t column = 5 + name.size() + 1;
  if (!date.empty() && !is_date(date))
    return text.refuse("patch-date", shown(date) + " after a file name is refused",
                       "only a date as written by diff is allowed there", k_remake, column);
  if (name == k_null) {
    path.clear();
    return true;
  }
  // git and GNU patch take a date at the epoch to mean that the file does not exist.
  if (!date.empty() && date.substr(0, 4) < "1971")
    return text.refuse(
        "patch-date", "the date " + shown(date) + " is refused",
        "a date at the epoch means that the file does not exist; use /dev/null for that", k_remake,
        column);
  return take_patch_path(text, name, 5, path);
}

// What the lines between "diff --git" and "---" say.
struct Extended {
  std::string path; // from the first line
  bool create = false;
  bool remove = false;
  bool mode = false;
  bool rename = false;
  bool copy = false;
  bool no_old = false; // the id in the "index" line is all zeros: there is no such file
  bool no_new = false;
};

bool check_mode(const PatchText& text, std::string_view mode) {
  const size_t column = text.line().size() - mode.size() + 1;
  const auto refuse = [&](const char* code, const std::string& why) {
    return text.refuse(code, "the file mode " + shown(mode) + " is refused", why, "", column);
  };
  if (mode == "100644" || mode == "100755")
    return true;
  if (mode == "120000")
    return refuse(
        "patch-mode-symlink",
        "the patch creates a symlink, through which later changes could be written anywhere");
  if (mode == "160000")
    return refuse("patch-mode-submodule", "a submodule is not a source file");
  if (mode.size() == 6 && mode.starts_with("10") && mode[2] >= '1' && mode[2] <= '7')
    return refuse("patch-mode-setuid",
                  "setuid, setgid and sticky bits are not allowed in a source tree");
  return refuse("patch-mode", "source files have 100644 or 100755");
}

bool is_index(std::string_view rest) {
  const size_t dots = rest.find("..");
  return dots != std::string_view::npos && is_hex(rest.substr(0, dots)) &&
         is_hex(rest.substr(dots + 2));
}

bool refuse_line(const PatchText& text) {
  return text.refuse("patch-header", shown(text.line()) + " is not a line of a git header",
                     "programs treat the header as ended there, and then continue differently",
                     k_remake);
}

bool take_first_line(const PatchText& text, Extended& header) {
  const std::string_view names = text.line().substr(11);
  // Quoted names can contain blanks. They are refused later, for the quotes.
  const size_t start = names.starts_with("\"") ? names.find('"', 1) : 0;
  const size_t blank = names.find(' ', start == std::string_view::npos ? 0 : start);
  if (blank == std::string_view::npos)
    return refuse_line(text);
  std::string second;
  if (!take_patch_path(text, names.substr(0, blank), 12, header.path) ||
      !take_patch_path(text, names.substr(blank + 1), 12 + blank + 1, second))
    return false;
  header.rename = header.path != second;
  return true;
}

bool take_extended_line(const PatchText& text, Extended& header) {
  const std::string_view line = text.line();
  const auto rest_of = [line](std::string_view key) {
    return line.starts_with(key) ? std::optional(line.substr(key.size())) : std::nullopt;
  };
  if (const auto index = rest_of("index ")) {
    const size_t blank = index->find(' ');
    const std::string_view ids = index->substr(0, blank);
    if (!is_index(ids))
      return refuse_line(text);
    const size_t dots = ids.find("..");
    header.no_old = ids.substr(0, dots).find_first_not_of('0') == std::string_view::npos;
    header.no_new = ids.substr(dots + 2).find_first_not_of('0') == std::string_view::npos;
    return blank == std::string_view::npos || check_mode(text, index->substr(blank + 1));
  }
  for (const auto& [key, flag] : {std::pair<const char*, bool*>{"old mode ", &header.mode},
                                  {"new mode ", &header.mode},
                                  {"new file mode ", &header.create},
                                  {"deleted file mode ", &header.remove}})
    if (const auto mode = rest_of(key)) {
      *flag = true;
      return check_mode(text, *mode);
    }
  if (rest_of("rename from ") || rest_of("rename to "))
    return header.rename = true;
  if (rest_of("copy from ") || rest_of("copy to "))
    return header.copy = true;
  if (rest_of("similarity index ") || rest_of("dissimilarity index "))
    return true;
  if (line == "GIT binary patch" || line.starts_with("Binary files "))
    return text.refuse("patch-binary", "the patch changes the binary file " + shown(header.path),
                       "a live patch cannot contain that", "leave the file out of the patch");
  return refuse_line(text);
}

bool ends_header(const PatchText& text) {
  const std::string_view line = text.line();
  return text.at_end() || line.empty() || line.starts_with("--- ") || line.starts_with("diff ") ||
         line == "-- " || line == "--" || line.starts_with("From ");
}

// A header without "---" changes no line of any file.
bool refuse_without_hunks(const PatchText& text, const PatchedFile& file, const Extended& header) {
  const auto refuse = [&](const char* code, const char* does, const char* hint) {
    return text.refuse(code, std::string("the patch ") + does + " " + shown(header.path),
                       "this changes no code, so kpatch-build would find no change", hint, 1,
                       file.line);
  };
  if (header.rename || header.copy)
    return refuse("patch-rename-only", "only renames or copies",
                  "leave the file out of the patch, or make it with git diff --no-renames");
  if (header.create || header.remove)
    return text.refuse(
        "patch-no-hunks", shown(header.path) + " contains no hunks",
        header.create ? "it makes an empty file" : "it does not contain the deleted lines",
        "leave the file out of the patch, or make it without --irreversible-delete", 1, file.line);
  if (header.mode)
    return refuse("patch-mode-only", "only changes the mode of", "leave the file out of the patch");
  return text.refuse("patch-header", "the header of " + shown(header.path) + " is not complete",
                     "there is no '--- a/FILE' in it", k_remake, 1, file.line);
}

// The copy that was kept before the change: "f.c~why" (the form of the -mm tree), "f.c.orig", "f.c.org". git apply
// takes the shorter name when the longer one begins with it, and GNU patch the shorter one if both files
// exist, so both patch "f.c".
bool is_backup_of(std::string_view backup, std::string_view path) {
  if (path.empty() || !backup.starts_with(path))
    return false;
  const std::string_view suffix = backup.substr(path.size());
  return (suffix.starts_with('~') && suffix.find('/') == std::string_view::npos) ||
         suffix == ".orig" || suffix == ".org";
}

} // namespace

bool read_names(PatchText& text, PatchedFile& file) {
  file.line = file.line == 0 ? text.number() : file.line;
  if (!take_name(text, file.old_path))
    return false;
  text.next();
  if (!text.line().starts_with("+++ "))
    return text.refuse("patch-header", "it is not a complete unified diff header",
                       "after '--- a/FILE', '+++ b/FILE' is expected", k_remake);
  if (!take_name(text, file.new_path))
    return false;
  if (is_backup_of(file.old_path, file.new_path))
    file.old_path = file.new_path;
  if (file.path().empty())
    return text.refuse("patch-header", "the header names no file", "both names are /dev/null",
                       k_remake);
  if (!file.old_path.empty() && !file.new_path.empty() && file.old_path != file.new_path)
    return text.refuse("patch-names",
                       "the header names two files, " + shown(file.old_path) + " and " +
                           shown(file.new_path),
                       "different programs would patch different files", k_remake, 5);
  file.kind = file.old_path.empty()   ? PatchedFile::Kind::create
              : file.new_path.empty() ? PatchedFile::Kind::remove
                                      : PatchedFile::Kind::change;
  text.next();
  return true;
}

bool read_git_header(PatchText& text, PatchedFile& file) {
  Extended header;
  file.line = text.number();
  if (!take_first_line(text, header))
    return false;
  std::set<std::string> seen; // a repeated key contradicts itself or is redundant
  for (text.next(); !ends_header(text); text.next()) {
    if (!take_extended_line(text, header))
      return false;
    const size_t end_of_key = text.line().find_last_of(' ');
    if (!seen.emplace(text.line().substr(0, text.line().starts_with("index ") ? 6 : end_of_key))
             .second)
      return refuse_line(text);
  }
  if (!text.line().starts_with("--- "))
    return refuse_without_hunks(text, file, header);
  if (header.rename || header.copy)
    return text.refuse("patch-rename", "the patch renames or copies " + shown(header.path),
                       "builders compare objects by their name",
                       "make it with git diff --no-renames --no-copies", 1, file.line);
  if (!read_names(text, file))
    return false;
  const auto contradicts = [&](const std::string& why) {
    return text.refuse("patch-header",
                       "the header of " + shown(file.path()) + " contradicts itself", why, k_remake,
                       1, file.line);
  };
  if (file.path() != header.path)
    return contradicts("'diff --git' names " + shown(header.path));
  if (header.create != (file.kind == PatchedFile::Kind::create) ||
      header.remove != (file.kind == PatchedFile::Kind::remove) ||
      (header.mode && (header.create || header.remove)))
    return contradicts(
        "its mode lines and its names do not agree on whether the file is new or deleted");
  // git ignores the ids; GNU patch goes by them.
  if ((header.no_old && !header.create) || (header.no_new && !header.remove))
    return contradicts(
        std::string("an id of zeros in its 'index' line means that there is no file ") +
        (header.no_old && !header.create ? "before" : "afterwards"));
  return true;
}

} // namespace kpb
