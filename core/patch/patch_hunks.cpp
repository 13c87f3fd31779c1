// SPDX-License-Identifier: GPL-2.0-only
//
// Reads the hunks of one file. Programs search for a hunk's place from the line in its header, git
// from the new line number and GNU patch from the old one; so all numbers in a header must be
// right, not only the counts.
#include "core/patch/patch_text.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kpb {

namespace {

constexpr uint64_t k_max_line_number = 99999999;
constexpr std::string_view k_no_newline = "\\ No newline at end of file";

// Takes "N" or "N,N" and the `stop` after it off the beginning of `text`.
bool take_range(std::string_view& text, std::string_view stop, uint64_t& start, uint64_t& count) {
  const size_t end = text.find(stop);
  if (end == std::string_view::npos)
    return false;
  std::string_view range = text.substr(0, end);
  text.remove_prefix(end + stop.size());
  const size_t comma = range.find(',');
  const auto first = parse_unsigned(range.substr(0, comma), k_max_line_number);
  const auto second = comma == std::string_view::npos
                          ? std::optional<uint64_t>(1)
                          : parse_unsigned(range.substr(comma + 1), k_max_line_number);
  if (!first || !second || (*first == 0 && *second != 0))
    return false;
  start = *first;
  count = *second;
  return true;
}

bool read_header(const PatchText& text, Hunk& hunk) {
  std::string_view rest = text.line().substr(4);
  hunk.line = text.number();
  if (!take_range(rest, " +", hunk.old_start, hunk.old_count) ||
      !take_range(rest, " @@", hunk.new_start, hunk.new_count) || (!rest.empty() && rest[0] != ' '))
    return text.refuse(
        "patch-hunk-header", shown(text.line()) + " is not a valid hunk header",
        "it must look like '@@ -12,7 +12,8 @@', optionally followed by a blank and a "
        "function name",
        k_remake);
  hunk.heading = rest.empty() ? rest : rest.substr(1);
  return true;
}

std::string in_words(uint64_t start, uint64_t count) {
  return std::to_string(start) + "," + std::to_string(count);
}

// Whether the hunk changes nothing. An edited patch may delete a line and add it again; git and GNU
// patch accept that and leave the file as it was.
bool same_on_both_sides(std::string_view body) {
  std::string sides[2];
  bool last[2] = {false, false};
  while (!body.empty()) {
    const size_t end = std::min(body.find('\n'), body.size() - 1) + 1;
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end);
    if (line[0] != '\\') {
      last[0] = line[0] != '+';
      last[1] = line[0] != '-';
    }
    for (int side = 0; side < 2; ++side)
      if (last[side])
        sides[side] += line[0] == '\\' ? std::string_view("\\") : line.substr(1);
  }
  return sides[0] == sides[1];
}

// Reads lines until the counts in the hunk header are used up.
class Body {
public:
  Body(PatchText& text, Hunk& hunk, size_t number) : m_text(text), m_hunk(hunk), m_number(number) {}

  bool read() {
    m_old = m_hunk.old_count;
    m_new = m_hunk.new_count;
    const size_t begin = m_text.offset();
    // "\ No newline at end of file" is a line of its own and is not counted.
    while (m_old > 0 || m_new > 0 || m_text.line().starts_with("\\")) {
      if (!take_line())
        return false;
      m_text.next();
    }
    m_hunk.body = m_text.content().substr(begin, m_text.offset() - begin);
    if (m_hunk.added + m_hunk.deleted == 0)
      return m_text.refuse("patch-hunk-empty", name() + " changes nothing",
                           "it contains only context lines", k_remake, 1, m_hunk.line);
    if (m_hunk.added == m_hunk.deleted && same_on_both_sides(m_hunk.body))
      return m_text.refuse("patch-hunk-empty", name() + " changes nothing",
                           "it adds the same lines that it removes", k_remake, 1, m_hunk.line);
    return true;
  }

private:
  std::string name() const { return "hunk " + std::to_string(m_number); }

  bool refuse_count(const std::string& why) const {
    return m_text.refuse("patch-hunk-count",
                         name() + " does not have the number of lines that its header (line " +
                             std::to_string(m_hunk.line) + ") gives",
                         why, "the patch was edited or cut; " + std::string(k_remake));
  }

  bool take_line() {
    if (m_text.at_end())
      return refuse_count("the patch ends, but " + std::to_string(m_old) + " old and " +
                          std::to_string(m_new) + " new lines are missing");
    // Some editors remove the blank of an empty context line.
    const char kind = m_text.line().empty() ? ' ' : m_text.line()[0];
    if (kind == '\\')
      return take_no_newline();
    const bool old_line = kind == ' ' || kind == '-';
    const bool new_line = kind == ' ' || kind == '+';
    if (!old_line && !new_line)
      return refuse_count("this line is not part of a hunk, but " + std::to_string(m_old) +
                          " old and " + std::to_string(m_new) + " new lines are missing");
    if ((old_line && m_old == 0) || (new_line && m_new == 0))
      return refuse_count("this line exceeds that number");
    if ((old_line && m_old_ended) || (new_line && m_new_ended))
      return m_text.refuse("patch-hunk-end", name() + " continues after the end of the file",
                           "an earlier line says 'No newline at end of file'", k_remake);
    m_old -= old_line ? 1 : 0;
    m_new -= new_line ? 1 : 0;
    m_hunk.added += kind == '+' ? 1 : 0;
    m_hunk.deleted += kind == '-' ? 1 : 0;
    m_last = kind;
    return true;
  }

  bool take_no_newline() {
    if (m_text.line() != k_no_newline || m_last == 0)
      return m_text.refuse("patch-hunk-end",
                           shown(m_text.line()) + " is not a valid line of a hunk",
                           "after a last line, only '\\ No newline at end of file' is allowed",
                           "run diff with LC_ALL=C; " + std::string(k_remake));
    m_old_ended = m_old_ended || m_last == ' ' || m_last == '-';
    m_new_ended = m_new_ended || m_last == ' ' || m_last == '+';
    m_last = 0;
    return true;
  }

  PatchText& m_text;
  Hunk& m_hunk;
  size_t m_number;
  uint64_t m_old = 0; // lines that are still to come
  uint64_t m_new = 0;
  bool m_old_ended = false;
  bool m_new_ended = false;
  char m_last = 0; // kind of the previous line; 0 where "\ No newline" must not follow
};

// The first line of a side. A side without lines names the line before it.
uint64_t begin_of(uint64_t start, uint64_t count) { return count == 0 ? start + 1 : start; }

// A hunk without context lines is placed at the end of the file by git, and at the line in its
// header by GNU patch. At the beginning and end of a file there is no context to show; elsewhere
// the patch was made with diff -U0.
bool check_context(const PatchText& text, const PatchedFile& file, const Hunk& hunk) {
  if (file.kind != PatchedFile::Kind::change)
    return true;
  const auto is_context = [](std::string_view line) { return line.empty() || line[0] == ' '; };
  const auto refuse = [&](size_t line) {
    return text.refuse("patch-hunk-context", "the hunk has no context",
                       "git and GNU patch search for such a change in different places",
                       "make it again without -U0", 1, line);
  };
  const std::string_view body = hunk.body;
  if (begin_of(hunk.old_start, hunk.old_count) > 1 && !is_context(body.substr(0, body.find('\n'))))
    return refuse(hunk.line);
  if (file.hunks.empty())
    return true;
  const auto before = file.hunks.back().lines();
  return is_context(before.back()) || refuse(file.hunks.back().line);
}

bool check_place(const PatchText& text, const PatchedFile& file, const Hunk& hunk) {
  const auto refuse = [&](const char* code, const std::string& what, const std::string& why) {
    return text.refuse(code, what, why, k_remake, 1, hunk.line);
  };
  const bool no_old = hunk.old_start == 0;
  const bool no_new = hunk.new_start == 0;
  if (no_old != (file.kind == PatchedFile::Kind::create) ||
      no_new != (file.kind == PatchedFile::Kind::remove))
    return refuse(
        "patch-hunk-kind",
        "the hunk " + in_words(hunk.old_start, hunk.old_count) + " to " +
            in_words(hunk.new_start, hunk.new_count) + " contradicts the file's header",
        "an old range of 0,0 creates a file and a new range of 0,0 deletes one; the header "
        "must then have /dev/null");
  if (file.kind != PatchedFile::Kind::change && !file.hunks.empty())
    return refuse("patch-hunk-kind", "there is a second hunk for a file that is created or deleted",
                  "such a file can have only one hunk");
  if (file.hunks.empty()) {
    if (begin_of(hunk.old_start, hunk.old_count) == begin_of(hunk.new_start, hunk.new_count))
      return true;
  } else {
    const Hunk& last = file.hunks.back();
    const uint64_t old_end = begin_of(last.old_start, last.old_count) + last.old_count;
    const uint64_t new_end = begin_of(last.new_start, last.new_count) + last.new_count;
    const uint64_t old_begin = begin_of(hunk.old_start, hunk.old_count);
    if (old_begin < old_end)
      return refuse("patch-hunk-order", "the hunk begins before the end of the one before it",
                    "line " + std::to_string(old_begin) + " comes after line " +
                        std::to_string(old_end - 1));
    if (begin_of(hunk.new_start, hunk.new_count) == new_end + (old_begin - old_end))
      return true;
  }
  return refuse("patch-hunk-numbers",
                "the hunk's line numbers are inconsistent: old " +
                    in_words(hunk.old_start, hunk.old_count) + ", new " +
                    in_words(hunk.new_start, hunk.new_count),
                "old and new line numbers must differ by the lines that earlier hunks add and "
                "remove; otherwise git and GNU patch start to search in different places");
}

} // namespace

bool read_hunks(PatchText& text, PatchedFile& file, size_t& total) {
  while (text.line().starts_with("@@")) {
    if (++total > k_max_patch_hunks)
      return text.refuse("patch-too-large", "the patch is refused",
                         "it has more than 100,000 hunks");
    Hunk hunk;
    if (!text.line().starts_with("@@ -"))
      return text.refuse("patch-hunk-header", shown(text.line()) + " is not a valid hunk header",
                         "it must look like '@@ -12,7 +12,8 @@'",
                         "diffs of merges cannot be used; use git show -m");
    if (!read_header(text, hunk))
      return false;
    text.next();
    if (!Body(text, hunk, file.hunks.size() + 1).read() || !check_place(text, file, hunk) ||
        !check_context(text, file, hunk))
      return false;
    file.hunks.push_back(std::move(hunk));
  }
  if (file.hunks.empty())
    return text.refuse("patch-no-hunks", shown(file.path()) + " contains no hunks",
                       "after its header, '@@ -' is expected", k_remake, 1, file.line);
  return true;
}

} // namespace kpb
