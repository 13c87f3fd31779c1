// SPDX-License-Identifier: GPL-2.0-only
//
// The text of a patch, line by line, for the parts of the reader. It knows each line's number and
// makes a refusal one call. Private to core/patch.
#ifndef KPB_CORE_PATCH_PATCH_TEXT_HPP
#define KPB_CORE_PATCH_PATCH_TEXT_HPP

#include "core/patch/patch.hpp"

namespace kpb {

class PatchText {
public:
  PatchText(std::string_view content, const std::string& shown_path, DiagnosticSink& sink);

  bool at_end() const { return m_begin == m_content.size(); }
  std::string_view line() const { return m_line; } // "" at the end
  size_t number() const { return m_number; }       // of line(), from 1
  size_t offset() const { return m_begin; }        // where line() begins in the content
  std::string_view content() const { return m_content; }
  std::string_view after() const; // the line after this one
  void next();

  // Reports an error at the current line unless another is given. Always false.
  bool refuse(const char* code, const std::string& what, const std::string& why,
              const std::string& hint = {}, size_t column = 1, size_t line = 0) const;
  // The same about the patch as a whole.
  bool refuse_all(const char* code, const std::string& what, const std::string& why,
                  const std::string& hint = {}) const;

private:
  void find_line();

  std::string_view m_content;
  const std::string& m_shown_path;
  DiagnosticSink& m_sink;
  std::string_view m_line;
  size_t m_begin = 0;
  size_t m_number = 1;
};

// The hint of most refusals.
inline constexpr const char* k_remake = "make it again with git diff or git format-patch";

// Checks the text as a whole: its size, its lines, its bytes.
bool check_patch_text(const PatchText& text);

// Checks a file name from a header. `prefixed` is the name as it is written ("a/fs/x.c"); `path`
// becomes "fs/x.c".
bool take_patch_path(const PatchText& text, std::string_view prefixed, size_t column,
                     std::string& path);

// Checks a line between diffs: false if some program would take it for part of a diff.
bool check_prose(const PatchText& text);
// The line without what GNU patch skips at its start: blanks, tabs, and the letter X.
std::string_view without_indent(std::string_view line);

// Reads the hunks of a file, at least one, from the current line on. `total` counts all hunks of
// the patch.
bool read_hunks(PatchText& text, PatchedFile& file, size_t& total);

} // namespace kpb

#endif
