// SPDX-License-Identifier: GPL-2.0-only
//
// See patch_text.hpp. Also contains the small functions of patch.hpp.
#include "core/patch/patch_text.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kpb {

PatchText::PatchText(std::string_view content, const std::string& shown_path, DiagnosticSink& sink)
    : m_content(content), m_shown_path(shown_path), m_sink(sink) {
  find_line();
}

void PatchText::find_line() {
  m_line = m_content.substr(m_begin, m_content.find('\n', m_begin) - m_begin);
}

void PatchText::next() {
  m_begin = std::min(m_begin + m_line.size() + 1, m_content.size());
  ++m_number;
  find_line();
}

std::string_view PatchText::after() const {
  const size_t begin = std::min(m_begin + m_line.size() + 1, m_content.size());
  return m_content.substr(begin, m_content.find('\n', begin) - begin);
}

bool PatchText::refuse(const char* code, const std::string& what, const std::string& why,
                       const std::string& hint, size_t column, size_t line) const {
  const std::string where = m_shown_path + ":" + std::to_string(line == 0 ? m_number : line) + ":" +
                            std::to_string(column);
  return fail(m_sink, {.fault = Fault::input,
                       .code = code,
                       .where = where,
                       .what = what,
                       .why = why,
                       .hint = hint});
}

bool PatchText::refuse_all(const char* code, const std::string& what, const std::string& why,
                           const std::string& hint) const {
  return fail(m_sink, {.fault = Fault::input,
                       .code = code,
                       .where = m_shown_path,
                       .what = what,
                       .why = why,
                       .hint = hint});
}

bool check_patch_text(const PatchText& text) {
  const std::string_view content = text.content();
  if (content.empty())
    return text.refuse_all("patch-not-a-diff", "it is not a unified diff", "it is empty");
  if (content.size() > k_max_patch_size)
    return text.refuse_all("patch-too-large", "the patch is refused", "it is larger than 32 MiB");
  if (content.find('\0') != std::string_view::npos)
    return text.refuse_all("patch-not-a-diff", "it is not a unified diff", "it holds binary data",
                           "kpb build --module FILE.ko packages a finished module");
  size_t number = 1;
  for (size_t begin = 0; begin < content.size(); ++number) {
    const size_t end = std::min(content.find('\n', begin), content.size());
    if (end - begin > k_max_patch_line)
      return text.refuse("patch-too-large", "the patch is refused", "a line is longer than 1 MiB",
                         "", 1, number);
    // GNU patch strips these and applies the patch, git does not.
    if (end > begin && content[end - 1] == '\r')
      return text.refuse("patch-line-ends", "the patch has DOS line endings (CR LF)",
                         "GNU patch and git treat them differently", "convert it with dos2unix",
                         end - begin, number);
    begin = end + 1;
  }
  return true;
}

std::vector<std::string_view> Hunk::lines() const {
  std::vector<std::string_view> out;
  const std::string_view all = body;
  for (size_t begin = 0; begin < all.size();) {
    const size_t end = std::min(all.find('\n', begin), all.size());
    out.push_back(all.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

uint64_t PatchedFile::added() const {
  uint64_t sum = 0;
  for (const Hunk& hunk : hunks)
    sum += hunk.added;
  return sum;
}

uint64_t PatchedFile::deleted() const {
  uint64_t sum = 0;
  for (const Hunk& hunk : hunks)
    sum += hunk.deleted;
  return sum;
}

std::string Patch::where(size_t line, size_t column) const {
  return shown_path + ":" + std::to_string(line) + ":" + std::to_string(column);
}

} // namespace kpb
