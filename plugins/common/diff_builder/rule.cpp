// SPDX-License-Identifier: GPL-2.0-only
//
// See rule.hpp. Not <regex>: std::regex recurses once per character and ends the process on a long line.
// Every piece is found at its first place after the one before it, so a line is read once.
#include "rule.hpp"

#include "log_lines.hpp"

#include <algorithm>

namespace kpb::builders {
namespace {

constexpr size_t k_value_limit = 120;

bool is_place(std::string_view text) {
  const size_t colon = text.rfind(':');
  return colon != std::string_view::npos && colon > 0 && is_number(text.substr(colon + 1));
}

bool is_of_kind(std::string_view name, std::string_view value) {
  if (name == "place")
    return is_place(value);
  if (name == "object")
    return value.ends_with(".o") || value.ends_with(".ko");
  if (name == "number")
    return is_number(value);
  return true;
}

// "PLACE/klp-tmp/0001-fixed-patch-001.patch" is klp-build's copy of patch-001.patch.
std::string_view patch_name(std::string_view path) {
  path = path.substr(path.rfind('/') + 1); // npos + 1 is 0
  constexpr std::string_view k_fixed = "-fixed-";
  const size_t at = path.find(k_fixed);
  return at == 4 && is_number(path.substr(0, 4)) ? path.substr(at + k_fixed.size()) : path;
}

std::string_view without_quotes(std::string_view value) {
  constexpr std::string_view k_marks = "'\"`.,;";
  const size_t begin = std::min(value.find_first_not_of("'\"`"), value.size());
  value.remove_prefix(begin);
  const size_t last = value.find_last_not_of(k_marks);
  return last == std::string_view::npos ? std::string_view{} : value.substr(0, last + 1);
}

} // namespace

Pattern::Pattern(std::string_view text) {
  while (!text.empty()) {
    Piece piece;
    if (text.front() == '{') {
      const size_t end = text.find('}');
      piece.name = text.substr(1, end - 1);
      piece.takes_blanks = piece.name.ends_with("...");
      if (piece.takes_blanks)
        piece.name.remove_suffix(3);
      const size_t colon = std::min(piece.name.find(':'), piece.name.size());
      for (const auto& word : words(piece.name.substr(colon), ":|"))
        piece.kinds.push_back(kind_named(word));
      piece.name = piece.name.substr(0, colon);
      text.remove_prefix(end + 1);
    } else {
      piece.literal = text.substr(0, text.find('{'));
      text.remove_prefix(piece.literal.size());
      if (piece.literal.size() > m_key.size())
        m_key = piece.literal;
    }
    m_pieces.push_back(piece);
  }
}

std::optional<Captures> Pattern::match(std::string_view line) const {
  line = message_of(line);
  Captures out;
  size_t at = 0;
  for (size_t i = 0; i < m_pieces.size(); ++i) {
    const Piece& piece = m_pieces[i];
    if (!piece.literal.empty()) {
      const size_t found = line.find(piece.literal, at);
      if (found == std::string_view::npos)
        return std::nullopt;
      at = found + piece.literal.size();
      continue;
    }
    // Up to the text that follows (found again in the next turn), or the end.
    size_t end = line.size();
    if (i + 1 < m_pieces.size())
      end = line.find(m_pieces[i + 1].literal, at);
    if (end == std::string_view::npos)
      return std::nullopt;
    std::string_view value = line.substr(at, end - at);
    value = trimmed(value);
    if (!piece.takes_blanks) {
      if (i == 0)
        value = last_word(value);
      else if (i + 1 == m_pieces.size())
        value = first_word(value);
      else if (value != first_word(value))
        return std::nullopt;
      value = without_quotes(value);
    }
    if (piece.name == "patch")
      value = patch_name(value);
    if (value.empty() || !is_of_kind(piece.name, value))
      return std::nullopt;
    if (!piece.kinds.empty() && std::find(piece.kinds.begin(), piece.kinds.end(),
                                          kind_of(piece.name, value)) == piece.kinds.end())
      return std::nullopt;
    out.emplace_back(piece.name, shortened(value, k_value_limit));
    at = end;
  }
  return out;
}

namespace {

std::vector<Rule> joined(const std::vector<Rule>& first, const std::vector<Rule>& second) {
  std::vector<Rule> out = first;
  out.insert(out.end(), second.begin(), second.end());
  return out;
}

} // namespace

const std::vector<Rule>& kpatch_build_rules() {
  static const auto rules = joined(kpatch_script_rules(), kpatch_object_rules());
  return rules;
}

const std::vector<Rule>& common_rules() {
  static const auto rules = joined(compile_rules(), link_rules());
  return rules;
}

std::string fill(std::string_view text, const Captures& captures) {
  std::string out;
  while (!text.empty()) {
    const size_t open = std::min(text.find('{'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty())
      break;
    const std::string_view name = text.substr(1, text.find('}') - 1);
    for (const auto& [key, value] : captures)
      if (key == name) {
        out += value;
        break;
      }
    text.remove_prefix(std::min(name.size() + 2, text.size()));
  }
  return out;
}

} // namespace kpb::builders
