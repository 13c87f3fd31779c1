// SPDX-License-Identifier: GPL-2.0-only
//
// The text of a patch, line by line, for the parts of the reader: each line knows its number, and a
// refusal is one call. Private to core/patch.
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

  // Always false. At the current line unless another is given.
  bool refuse(const char* code, const std::string& what, const std::string& why,
              const std::string& hint = {}, size_t column = 1, size_t line = 0) const;
  // About the patch as a whole.
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

// What most refusals advise.
inline constexpr const char* k_remake = "make it again with git diff or git format-patch";

// Is the text as a whole one that can be read: its size, its lines, its bytes?
bool check_patch_text(const PatchText& text);

// A name of a header. `prefixed` is the name as it stands ("a/fs/x.c"); `path` gets "fs/x.c".
bool take_patch_path(const PatchText& text, std::string_view prefixed, size_t column,
                     std::string& path);

// Lines between diffs: false when some program would take this one for a part of a diff.
bool check_prose(const PatchText& text);
// Without what GNU patch skips at the start of a line: blanks, tabs, and the letter X.
std::string_view without_indent(std::string_view line);

// The hunks of a file from the current line on; at least one. `total` counts those of the patch.
bool read_hunks(PatchText& text, PatchedFile& file, size_t& total);

} // namespace kpb

#endif
