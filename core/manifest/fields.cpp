// SPDX-License-Identifier: GPL-2.0-only
//
// See fields.hpp.
#include "core/manifest/fields.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr size_t k_errors_told = 20;

const char* kind_words(YamlNode::Kind kind) {
  switch (kind) {
  case YamlNode::Kind::none: return "nothing";
  case YamlNode::Kind::text: return "a text";
  case YamlNode::Kind::list: return "a list";
  case YamlNode::Kind::map: return "a map (KEY: VALUE)";
  }
  return "";
}

} // namespace

void PlacedSink::report(Diagnostic diagnostic) {
  if (diagnostic.where.empty() && m_place.line != 0)
    diagnostic.where = place_text(m_file, m_place);
  if (diagnostic.severity == Severity::error && ++m_errors > k_errors_told)
    return;
  m_to.report(std::move(diagnostic));
}

bool PlacedSink::refuse(YamlPlace place, Diagnostic error) {
  error.where = place_text(m_file, place);
  return fail(*this, std::move(error));
}

MapFields::MapFields(const YamlNode& node, std::string what, PlacedSink& sink)
    : m_node(node), m_what(std::move(what)), m_sink(sink),
      m_is_map(node.kind == YamlNode::Kind::map) {
  if (!m_is_map)
    m_sink.refuse(node.place, {.code = "manifest-type",
                               .what = fmt::format("{} is {}", m_what, kind_words(node.kind)),
                               .why = "expected is a map (KEY: VALUE)",
                               .hint = node.kind == YamlNode::Kind::text && node.text.ends_with(":")
                                           ? "write a blank after the ':'"
                                           : "docs/series.md has an example"});
}

bool MapFields::has(const char* key) const {
  for (size_t i = 0; m_is_map && i + 1 < m_node.items.size(); i += 2)
    if (m_node.items[i].text == key)
      return true;
  return false;
}

YamlPlace MapFields::place_of(const char* key) const {
  for (size_t i = 0; m_is_map && i + 1 < m_node.items.size(); i += 2)
    if (m_node.items[i].text == key)
      return m_node.items[i + 1].place;
  return m_node.place;
}

const YamlNode* MapFields::field(const char* key) {
  m_asked.emplace_back(key);
  for (size_t i = 0; m_is_map && i + 1 < m_node.items.size(); i += 2) {
    if (m_node.items[i].text != key)
      continue;
    const YamlNode& value = m_node.items[i + 1];
    if (value.kind != YamlNode::Kind::none)
      return &value;
    m_sink.refuse(
        m_node.items[i].place,
        {.code = "manifest-empty",
         .what = fmt::format("{} has no value", key),
         .hint = "leave the key out, or write the word 'null' or '~' in quotes if you mean it"});
    return nullptr;
  }
  return nullptr;
}

std::optional<std::string> MapFields::text(const char* key) {
  const YamlNode* value = field(key);
  if (value == nullptr)
    return std::nullopt;
  if (value->kind != YamlNode::Kind::text) {
    m_sink.refuse(value->place, {.code = "manifest-type",
                                 .what = fmt::format("{} is {}", key, kind_words(value->kind)),
                                 .why = "expected is a single text"});
    return std::nullopt;
  }
  if (value->text.empty()) {
    m_sink.refuse(value->place, {.code = "manifest-empty",
                                 .what = fmt::format("{} is empty", key),
                                 .hint = "leave the key out"});
    return std::nullopt;
  }
  return value->text;
}

std::optional<bool> MapFields::boolean(const char* key) {
  const auto word = text(key);
  if (!word)
    return std::nullopt;
  if (*word == "true" || *word == "false")
    return *word == "true";
  m_sink.refuse(place_of(key), {.code = "manifest-type",
                                .what = fmt::format("{} is {}", key, shown(*word)),
                                .why = "expected is true or false"});
  return std::nullopt;
}

std::vector<KernelWord> MapFields::words(const char* key, bool single) {
  const YamlNode* value = field(key);
  std::vector<KernelWord> out;
  if (value == nullptr)
    return out;
  if (single && value->kind == YamlNode::Kind::text && !value->text.empty())
    return {{value->text, value->place}};
  if (value->kind != YamlNode::Kind::list) {
    m_sink.refuse(
        value->place,
        {.code = "manifest-type",
         .what = fmt::format("{} is {}", key,
                             value->kind == YamlNode::Kind::text ? shown(value->text)
                                                                 : kind_words(value->kind)),
         .why = "it is a list",
         .hint = value->kind == YamlNode::Kind::text ? std::string(key) + ": [" + value->text + "]"
                                                     : ""});
    return out;
  }
  if (value->items.empty())
    m_sink.refuse(value->place, {.code = "manifest-empty",
                                 .what = fmt::format("{} is an empty list", key),
                                 .hint = "leave the key out, or add an element"});
  for (const auto& item : value->items) {
    if (item.kind != YamlNode::Kind::text || item.text.empty()) {
      m_sink.refuse(
          item.place,
          {.code = "manifest-type",
           .what = fmt::format("an element of {} is {}", key,
                               item.kind == YamlNode::Kind::text ? "empty" : kind_words(item.kind)),
           .why = "expected is a single text"});
      continue;
    }
    const bool twice = std::any_of(out.begin(), out.end(),
                                   [&](const KernelWord& w) { return w.word == item.text; });
    if (twice)
      m_sink.refuse(item.place,
                    {.code = "manifest-twice",
                     .what = fmt::format("{} occurs twice in {}", shown(item.text), key),
                     .hint = "leave one out"});
    else
      out.push_back({item.text, item.place});
  }
  return out;
}

std::map<std::string, std::string> MapFields::texts(const char* key) {
  const YamlNode* value = field(key);
  std::map<std::string, std::string> out;
  if (value == nullptr)
    return out;
  if (value->kind != YamlNode::Kind::map) {
    m_sink.refuse(value->place, {.code = "manifest-type",
                                 .what = fmt::format("{} is {}", key, kind_words(value->kind)),
                                 .why = "expected is a map (KEY: VALUE)"});
    return out;
  }
  for (size_t i = 0; i + 1 < value->items.size(); i += 2) {
    const YamlNode& item = value->items[i + 1];
    if (item.kind != YamlNode::Kind::text)
      m_sink.refuse(
          value->items[i].place,
          {.code = "manifest-type",
           .what = fmt::format("{} is {}", shown(value->items[i].text), kind_words(item.kind)),
           .why = "expected is a single text"});
    else
      out[value->items[i].text] = item.text;
  }
  return out;
}

const YamlNode* MapFields::list(const char* key) {
  const YamlNode* value = field(key);
  if (value == nullptr)
    return nullptr;
  if (value->kind != YamlNode::Kind::list) {
    m_sink.refuse(value->place, {.code = "manifest-type",
                                 .what = fmt::format("{} is {}", key, kind_words(value->kind)),
                                 .why = "it is a list",
                                 .hint = "each element begins with '- '"});
    return nullptr;
  }
  if (value->items.empty()) {
    m_sink.refuse(value->place,
                  {.code = "manifest-empty", .what = fmt::format("{} is an empty list", key)});
    return nullptr;
  }
  return value;
}

void MapFields::finish() {
  for (size_t i = 0; m_is_map && i + 1 < m_node.items.size(); i += 2) {
    const YamlNode& key = m_node.items[i];
    if (std::find(m_asked.begin(), m_asked.end(), key.text) != m_asked.end())
      continue;
    const auto near = nearest(key.text, m_asked);
    m_sink.refuse(key.place, {.code = "manifest-key-unknown",
                              .what = fmt::format("{} has no key {}", m_what, shown(key.text)),
                              .hint = near ? "did you mean " + *near + "?"
                                           : "it may have " + join(m_asked, ", ")});
  }
}

} // namespace kpb
