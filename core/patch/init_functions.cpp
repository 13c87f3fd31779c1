// SPDX-License-Identifier: GPL-2.0-only
//
// See init_functions.hpp. The kernel's coding style makes this simple: a function's first line
// begins in the first column, and so does the brace that ends it.
#include "core/patch/init_functions.hpp"

#include "core/base/text.hpp"

#include <cctype>

namespace kpb {

namespace {

bool is_word(char c) { return is_alnum(c) || c == '_'; }

bool has_word(std::string_view line, std::string_view word) {
  for (size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end])))
      return true;
  }
  return false;
}

bool is_init(std::string_view line) { return has_word(line, "__init") || has_word(line, "__exit"); }

// Follows the lines of a hunk and knows whether the current function is an __init function.
class Follower {
public:
  explicit Follower(std::string_view heading) { see(heading); }
  bool in_init() const { return m_init; }

  void see(std::string_view line) {
    if (line.empty() || (!is_word(line[0]) && line[0] != '}'))
      return;
    if (line[0] == '}') {
      m_init = m_pending = false;
      return;
    }
    const size_t bracket = line.find('(');
    if (bracket == std::string_view::npos) {
      // "static int __init" on a line of its own, with the name on the next line; or a label or a
      // variable.
      m_pending = is_init(line) && line.find_first_of(";=:") == std::string_view::npos;
      return;
    }
    if (line.back() == ';') // a declaration, or the use of a macro
      return;
    m_init = m_pending || is_init(line.substr(0, bracket));
    m_pending = false;
  }

private:
  bool m_init = false;
  bool m_pending = false;
};

} // namespace

InitChange find_init_change(const Hunk& hunk) {
  InitChange found;
  Follower function(hunk.heading);
  size_t changed = 0;
  size_t inside = 0;
  size_t number = hunk.line;
  for (const std::string_view line : hunk.lines()) {
    ++number;
    if (line.empty() || line[0] == '\\')
      continue;
    const bool before = function.in_init();
    function.see(line.substr(1));
    if (line[0] == ' ')
      continue;
    ++changed;
    // The brace that ends a function belongs to that function.
    if (!(line.substr(1).starts_with("}") ? before : function.in_init()))
      continue;
    ++inside;
    found.line = found.line == 0 ? number : found.line;
  }
  found.any = inside > 0;
  found.all = changed > 0 && inside == changed;
  return found;
}

} // namespace kpb
