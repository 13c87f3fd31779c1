// SPDX-License-Identifier: GPL-2.0-only
//
// See control_reader.hpp.
#include "control_reader.hpp"

#include "names.hpp"
#include "plugins/common/package_text/plain_text.hpp"
#include "plugins/common/package_text/reading.hpp"

#include <kpb/sdk/limits.hpp>

#include <algorithm>

namespace kpb::deb {
namespace {

using package_text::Damage;

constexpr std::string_view k_between = " \t"; // the words of a line

[[noreturn]] void refuse(size_t line, const std::string& why) {
  throw Damage("line " + std::to_string(line) + " of its control file cannot be read", why);
}

bool is_field_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && made_of(name, "-");
}

struct Field {
  const char* field;
  const char* kind;
};

// Those that kpb writes, and those that it must see in what somebody else wrote.
constexpr Field k_relation_fields_read[] = {
    {"Depends", "requires"},       {"Pre-Depends", "pre-depends"}, {"Recommends", "recommends"},
    {"Suggests", "suggests"},      {"Conflicts", "conflicts"},     {"Breaks", "breaks"},
    {"Replaces", "replaces"},      {"Provides", "provides"},       {"Enhances", "enhances"},
    {"Built-Using", "built-using"}};

// "NAME", "NAME (OP VERSION)"; of alternatives all of it is the name.
views::Relation relation_of(const std::string& kind, std::string_view text) {
  const auto broken = [&] {
    return Damage("the relation '" + std::string(text.substr(0, 120)) + "' cannot be read",
                  "it is NAME or NAME (OPERATOR VERSION)");
  };
  text = trimmed(text, k_between);
  if (text.find('|') != std::string_view::npos)
    return {kind, std::string(text), {}, {}};
  const size_t open = text.find('(');
  const std::string_view name = trimmed(text.substr(0, open), k_between);
  if (name.empty() || !made_of(name, "+.:_-"))
    throw broken();
  if (open == std::string_view::npos)
    return {kind, std::string(name), {}, {}};
  if (text.back() != ')')
    throw broken();
  const std::string_view inside = trimmed(text.substr(open + 1, text.size() - open - 2), k_between);
  const size_t end = std::min(inside.find_first_not_of("<=>"), inside.size());
  const std::string_view version = trimmed(inside.substr(end), k_between);
  if (end == 0 || version.empty() || !made_of(version, ".+~:_-"))
    throw broken();
  return {kind, std::string(name), std::string(inside.substr(0, end)), std::string(version)};
}

} // namespace

ControlFile::ControlFile(std::string_view text) {
  if (text.size() > k_longest_control)
    throw Damage("its control file has " + std::to_string(text.size()) + " bytes",
                 "kpb reads, and apt takes, at most " + std::to_string(k_longest_control));
  if (text.empty() || text.back() != '\n')
    throw Damage("its control file does not end with its last line", "dpkg refuses it");
  try {
    package_text::check_plain_text(k_kind, text, "control file", /*lines_allowed=*/true);
  } catch (const sdk::Error& error) {
    throw Damage("its control file cannot be read", error.what());
  }
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (trimmed(line, k_between).empty() || line.back() == '\r')
      refuse(number, "an empty line ends a package");
    if (contains(k_between, line.substr(0, 1))) {
      if (m_fields.empty())
        refuse(number, "it continues no field");
      m_fields.back().second += "\n" + std::string(line);
      continue;
    }
    const size_t colon = line.find(':');
    const std::string name(line.substr(0, colon));
    if (colon == std::string_view::npos || !is_field_name(name))
      refuse(number, "it is neither a field nor the continuation of one");
    if (has(name))
      refuse(number, "the field " + name + " occurs twice");
    if (m_fields.size() == k_most_control_fields)
      refuse(number, "there are more than " + std::to_string(k_most_control_fields) + " fields");
    m_fields.emplace_back(name, trimmed(line.substr(colon + 1), k_between));
  }
}

const std::string* ControlFile::find(std::string_view field) const {
  const auto found =
      std::find_if(m_fields.begin(), m_fields.end(), [&, wanted = lowered(field)](const auto& f) {
        return lowered(f.first) == wanted;
      });
  return found == m_fields.end() ? nullptr : &found->second;
}

bool ControlFile::has(std::string_view field) const { return find(field) != nullptr; }

std::string ControlFile::line(std::string_view field) const {
  const std::string* value = find(field);
  return value == nullptr ? std::string() : value->substr(0, value->find('\n'));
}

std::string ControlFile::lines(std::string_view field) const {
  const std::string* value = find(field);
  const size_t end = value == nullptr ? std::string::npos : value->find('\n');
  return end == std::string::npos ? std::string() : value->substr(end + 1);
}

std::vector<views::Relation> relations_of(const ControlFile& control) {
  std::vector<views::Relation> out;
  for (const auto& [field, kind] : k_relation_fields_read) {
    if (!control.has(field))
      continue;
    const std::string below = control.lines(field);
    std::string text = control.line(field) + (below.empty() ? "" : "\n" + below);
    std::replace(text.begin(), text.end(), '\n', ' ');
    for (size_t at = 0; at <= text.size();) {
      const size_t end = std::min(text.find(',', at), text.size());
      if (out.size() == k_most_relations)
        throw Damage("its control file has more than " + std::to_string(k_most_relations) +
                     " relations");
      out.push_back(relation_of(kind, std::string_view(text).substr(at, end - at)));
      at = end + 1;
    }
  }
  return out;
}

} // namespace kpb::deb
