// SPDX-License-Identifier: GPL-2.0-only
//
// See document.hpp. The values are stored in nlohmann's ordered_json, so that the output keeps the
// order in which fields were set. Provenance is stored separately, by pointer. The file is long because it is the only
// one that knows the JSON library.
#include "core/model/document.hpp"

#include "core/base/text.hpp"
#include <kpb/sdk/fields.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace kpb {

using Json = nlohmann::ordered_json;

namespace {

// By pointer. An entry applies to everything below it that has no entry of its own.
using Setters = std::map<std::string, std::string, std::less<>>;

} // namespace

struct Document::Tree {
  Json root = Json::object();
  Setters setters;
};

namespace {

constexpr size_t k_max_path = 512;
constexpr size_t k_max_depth = 16;
constexpr size_t k_max_elements = 200000;
constexpr size_t k_max_members = 10000; // of an object; finding one is a linear search
// Of all searches for members together, else many such objects are as slow as one that is larger.
constexpr size_t k_max_searched = 100'000'000;

// The parts of a pointer; nothing if it is malformed. "" is the root.
std::optional<std::vector<std::string>> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  if (path.empty())
    return parts;
  // A name that is not UTF-8 would become another one when it is written out.
  if (path[0] != '/' || path.size() > k_max_path || !is_valid_utf8(path))
    return std::nullopt;
  parts.reserve(6); // every read comes here: one allocation, none for parts without a '~'
  for (size_t begin = 1; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty())
      return std::nullopt;
    for (size_t at = part.find('~'); at != std::string_view::npos; at = part.find('~', at + 1))
      if (part.substr(at, 2) != "~0" && part.substr(at, 2) != "~1")
        return std::nullopt;
    parts.emplace_back(part);
    if (part.find('~') != std::string_view::npos)
      parts.back() = replace_all(replace_all(std::move(parts.back()), "~1", "/"), "~0", "~");
    begin = end + 1;
  }
  if (path.back() == '/')
    return std::nullopt;
  if (parts.size() > k_max_depth)
    return std::nullopt;
  return parts;
}

const Json* find(const Json& root, std::string_view path) {
  const auto parts = parts_of(path);
  if (!parts)
    return nullptr;
  const Json* at = &root;
  for (const auto& part : *parts) {
    if (at->is_object()) {
      const auto it = at->find(part);
      if (it == at->end())
        return nullptr;
      at = &*it;
    } else if (at->is_array()) {
      const auto index = parse_unsigned(part, k_max_elements);
      if (!index || *index >= at->size())
        return nullptr;
      at = &(*at)[*index];
    } else {
      return nullptr;
    }
  }
  return at;
}

// One part of a pointer in its written form.
std::string escaped(std::string_view part) {
  return replace_all(replace_all(std::string(part), "~", "~0"), "/", "~1");
}

// Whether make() can create that path: not through a scalar, and not past the end of an array.
bool can_make(const Json& root, const std::vector<std::string>& parts) {
  const Json* at = &root; // null: would have to be created
  for (const auto& part : parts) {
    const auto number = parse_unsigned(part, k_max_elements - 1);
    if (at == nullptr || at->is_null()) {
      if (number.value_or(0) != 0)
        return false;
      at = nullptr;
    } else if (at->is_object()) {
      const auto it = at->find(part);
      at = it == at->end() ? nullptr : &*it;
    } else if (at->is_array()) {
      const size_t index = part == "-" ? at->size() : number.value_or(SIZE_MAX);
      if (index > at->size() || index >= k_max_elements)
        return false;
      at = index == at->size() ? nullptr : &(*at)[index];
    } else {
      return false;
    }
  }
  return true;
}

// The value at `path`, created if absent; `canonical` becomes the pointer with "-" resolved. If it
// cannot be created, returns null and changes nothing.
Json* make(Json& root, std::string_view path, std::string* canonical) {
  const auto parts = parts_of(path);
  if (!parts || parts->empty() || !can_make(root, *parts))
    return nullptr;
  Json* at = &root;
  for (const auto& part : *parts) {
    const auto number = parse_unsigned(part, k_max_elements);
    if (at->is_null()) // newly created, or an explicit null that becomes a container
      *at = number || part == "-" ? Json(Json::array()) : Json(Json::object());
    if (at->is_object()) {
      at = &(*at)[part];
      *canonical += "/" + escaped(part);
      continue;
    }
    const size_t index = part == "-" ? at->size() : static_cast<size_t>(*number);
    if (index == at->size())
      at->push_back(Json());
    at = &(*at)[index];
    *canonical += "/" + std::to_string(index);
  }
  return at;
}

// Forgets who set the fields below `path`.
void forget_below(Setters& setters, const std::string& path) {
  const std::string below = path + "/";
  auto it = setters.lower_bound(below);
  while (it != setters.end() && it->first.starts_with(below))
    it = setters.erase(it);
}

// An element of an array was removed: those after it move up, together with their setters.
void move_up(Setters& setters, const std::string& array, size_t removed, size_t size) {
  for (size_t i = removed + 1; i < size; ++i) {
    const std::string from = pointer(array, i);
    const std::string to = pointer(array, i - 1);
    for (auto it = setters.lower_bound(from); it != setters.end() && it->first.starts_with(from);) {
      const std::string rest = it->first.substr(from.size());
      if (!rest.empty() && rest[0] != '/') {
        ++it; // "/a/10", while "/a/1" moves
        continue;
      }
      setters[to + rest] = it->second;
      it = setters.erase(it);
    }
  }
}

// Collects every leaf's setter and replaces equal ones below a common parent by an entry for the
// parent. Returns the setter of the whole subtree, or nothing if there are several.
std::optional<std::string> fold(const Json& at, const std::string& path, const std::string& above,
                                const Setters& setters, Json& out) {
  const auto entry = setters.find(path);
  const std::string& own = entry == setters.end() ? above : entry->second;
  if (!at.is_structured() || at.empty())
    return own;
  std::vector<std::pair<std::string, std::string>> uniform;
  std::optional<std::string> shared;
  bool mixed = false;
  size_t index = 0;
  for (auto it = at.begin(); it != at.end(); ++it, ++index) {
    const std::string child =
        path + "/" + (at.is_object() ? escaped(it.key()) : std::to_string(index));
    const auto setter = fold(*it, child, own, setters, out);
    if (!setter) {
      mixed = true;
      continue;
    }
    uniform.emplace_back(child, *setter);
    if (shared && *shared != *setter)
      mixed = true;
    shared = *setter;
  }
  if (!mixed)
    return shared;
  for (const auto& [child, setter] : uniform)
    if (!setter.empty())
      out[child] = setter;
  return std::nullopt;
}

// Text that somebody else wrote may contain larger unsigned numbers.
bool is_integer(const Json& at) {
  return at.is_number_integer() &&
         (!at.is_number_unsigned() || at.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX));
}

} // namespace

Document::Document() : m_tree(std::make_unique<Tree>()) {}
Document::~Document() = default;
Document::Document(const Document& other) : m_tree(std::make_unique<Tree>(*other.m_tree)) {}
Document& Document::operator=(const Document& other) {
  if (this != &other)
    *m_tree = *other.m_tree;
  return *this;
}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

Document::Kind Document::kind(std::string_view path) const {
  const Json* at = find(m_tree->root, path);
  if (at == nullptr)
    return Kind::absent;
  switch (at->type()) {
  case Json::value_t::null: return Kind::null;
  case Json::value_t::boolean: return Kind::boolean;
  case Json::value_t::number_integer:
  case Json::value_t::number_unsigned: return is_integer(*at) ? Kind::integer : Kind::absent;
  case Json::value_t::string: return Kind::text;
  case Json::value_t::array: return Kind::array;
  case Json::value_t::object: return Kind::object;
  default: return Kind::absent;
  }
}

std::optional<std::string_view> Document::text_view(std::string_view path) const {
  const Json* at = find(m_tree->root, path);
  if (at == nullptr || !at->is_string())
    return std::nullopt;
  return std::string_view(at->get_ref<const std::string&>());
}

std::string Document::text(std::string_view path) const {
  return std::string(text_view(path).value_or(std::string_view{}));
}

std::optional<int64_t> Document::integer(std::string_view path) const {
  const Json* at = find(m_tree->root, path);
  if (at == nullptr || !is_integer(*at))
    return std::nullopt;
  return at->get<int64_t>();
}

std::optional<bool> Document::boolean(std::string_view path) const {
  const Json* at = find(m_tree->root, path);
  if (at == nullptr || !at->is_boolean())
    return std::nullopt;
  return at->get<bool>();
}

size_t Document::size(std::string_view path) const {
  const Json* at = find(m_tree->root, path);
  return at == nullptr || !at->is_structured() ? 0 : at->size();
}

std::string Document::key(std::string_view path, size_t index) const {
  const Json* at = find(m_tree->root, path);
  if (at == nullptr || !at->is_object() || index >= at->size())
    return {};
  return std::next(at->begin(), static_cast<std::ptrdiff_t>(index)).key();
}

std::vector<std::string> Document::texts(std::string_view path) const {
  std::vector<std::string> out;
  const Json* at = find(m_tree->root, path);
  if (at != nullptr && at->is_array())
    for (const auto& item : *at)
      if (item.is_string())
        out.push_back(item.get<std::string>());
  return out;
}

namespace {

bool put(Json& root, Setters& setters, std::string_view path, Json value, std::string_view setter) {
  std::string canonical;
  Json* at = make(root, path, &canonical);
  if (at == nullptr)
    return false;
  if (at->is_structured())
    forget_below(setters, canonical);
  *at = std::move(value);
  // A field whose setter is that of its parent needs no entry: lists can have thousands of members.
  const auto own = setters.find(canonical);
  const auto above = setters.find(std::string_view(canonical).substr(0, canonical.rfind('/')));
  if (own != setters.end())
    own->second = setter;
  else if (above == setters.end() || above->second != setter)
    setters.emplace(std::move(canonical), setter);
  return true;
}

} // namespace

bool Document::put_text(std::string_view path, std::string_view value, std::string_view setter) {
  const bool valid = is_valid_utf8(value);
  return put(m_tree->root, m_tree->setters, path,
             valid ? std::string(value) : escape_control(value, true), setter);
}

bool Document::put_integer(std::string_view path, int64_t value, std::string_view setter) {
  return put(m_tree->root, m_tree->setters, path, value, setter);
}

bool Document::put_boolean(std::string_view path, bool value, std::string_view setter) {
  return put(m_tree->root, m_tree->setters, path, value, setter);
}

bool Document::put_null(std::string_view path, std::string_view setter) {
  return put(m_tree->root, m_tree->setters, path, Json(), setter);
}

bool Document::put_array(std::string_view path, std::string_view setter) {
  return kind(path) == Kind::array ||
         put(m_tree->root, m_tree->setters, path, Json::array(), setter);
}

std::optional<size_t> Document::append(std::string_view path, std::string_view setter) {
  const size_t index = size(path);
  if (has(path) && kind(path) != Kind::array)
    return std::nullopt;
  if (!put(m_tree->root, m_tree->setters, std::string(path) + "/-", Json::object(), setter))
    return std::nullopt;
  return index;
}

bool Document::remove(std::string_view path) {
  const auto parts = parts_of(path);
  if (!parts || parts->empty() || find(m_tree->root, path) == nullptr)
    return false;
  Json* parent = &m_tree->root;
  std::string above;
  for (size_t i = 0; i + 1 < parts->size(); ++i) {
    const auto& part = (*parts)[i];
    const size_t index = parse_unsigned(part, k_max_elements).value_or(0);
    above += "/" + (parent->is_object() ? escaped(part) : std::to_string(index));
    parent = parent->is_object() ? &(*parent)[part] : &(*parent)[index];
  }
  const std::string& last = parts->back();
  const size_t index = parse_unsigned(last, k_max_elements).value_or(0);
  const std::string gone =
      above + "/" + (parent->is_object() ? escaped(last) : std::to_string(index));
  forget_below(m_tree->setters, gone);
  m_tree->setters.erase(gone);
  if (parent->is_object()) {
    parent->erase(last);
  } else {
    move_up(m_tree->setters, above, index, parent->size());
    parent->erase(index);
  }
  return true;
}

std::string Document::provenance(std::string_view path) const {
  if (!has(path))
    return {};
  for (;;) {
    if (const auto it = m_tree->setters.find(path); it != m_tree->setters.end())
      return it->second;
    if (path.empty())
      return {};
    path = path.substr(0, path.rfind('/'));
  }
}

namespace {

Json with_setters(const Json& root, const Setters& setters) {
  Json out = root;
  Json provenance = Json::object();
  if (const auto all = fold(root, "", "", setters, provenance); all && !all->empty())
    provenance[""] = *all;
  out["provenance"] = provenance;
  return out;
}

} // namespace

bool Document::put_document(std::string_view path, const Document& other, std::string_view setter) {
  return put(m_tree->root, m_tree->setters, path,
             with_setters(other.m_tree->root, other.m_tree->setters), setter);
}

std::string Document::dump(bool with_provenance) const {
  const Json out = with_provenance ? with_setters(m_tree->root, m_tree->setters) : m_tree->root;
  return escape_json_control(out.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::optional<Document> Document::parse(std::string_view json, const std::string& where,
                                        DiagnosticSink& sink, const std::string& schema) {
  Document document;
  const auto refuse = [&](const std::string& why) {
    fail(sink, {.fault = Fault::input,
                .code = "document",
                .where = where,
                .what = "it is not a package document",
                .why = why});
    return std::nullopt;
  };
  // The text may have been made to exhaust the stack, or time.
  bool too_deep = false;
  std::vector<size_t> members;
  size_t searched = 0;
  const auto keep = [&](int depth, Json::parse_event_t event, const Json&) {
    const auto level = static_cast<size_t>(depth);
    too_deep = too_deep || level > k_max_depth;
    if (event == Json::parse_event_t::object_start) {
      members.resize(level + 1);
      members[level] = 0;
    }
    if (event == Json::parse_event_t::key) {
      searched += ++members[level - 1];
      too_deep = too_deep || members[level - 1] > k_max_members || searched > k_max_searched;
    }
    return !too_deep;
  };
  document.m_tree->root = Json::parse(json, keep, /*allow_exceptions=*/false);
  Json& root = document.m_tree->root;
  if (too_deep)
    return refuse(
        "it is deeper than 16 levels, or has an object of more than 10,000 members, or many "
        "of nearly as many");
  if (!root.is_object())
    return refuse("it is not a JSON object");
  if (const std::string said = document.text(fields::schema); !schema.empty() && said != schema)
    return refuse("its schema is " + shown(said) + ", not '" + schema + "'");
  if (const auto it = root.find("provenance"); it != root.end()) {
    for (auto entry = it->begin(); it->is_object() && entry != it->end(); ++entry)
      if (entry->is_string())
        document.m_tree->setters[entry.key()] = entry->get<std::string>();
    root.erase("provenance");
  }
  return document;
}

} // namespace kpb
