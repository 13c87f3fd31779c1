// SPDX-License-Identifier: GPL-2.0-only
//
// See document.hpp. Values live in nlohmann's ordered_json, so that output keeps the order in which
// fields were set; provenance lives beside it, keyed by pointer.
#include "core/model/document.hpp"

#include "core/util/text.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <utility>

namespace kpb {

using Json = nlohmann::ordered_json;

struct Document::Tree {
  Json root = Json::object();
  std::map<std::string, std::string, std::less<>> setters;
};

namespace {

constexpr size_t k_max_path = 512;
constexpr size_t k_max_depth = 16;
constexpr size_t k_max_elements = 200000;

// The parts of a pointer; nothing for a malformed one. "" is the root.
std::optional<std::vector<std::string>> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  if (path.empty())
    return parts;
  if (path[0] != '/' || path.size() > k_max_path)
    return std::nullopt;
  for (auto& part : split(path.substr(1), '/')) {
    if (part.empty())
      return std::nullopt;
    for (size_t at = part.find('~'); at != std::string::npos; at = part.find('~', at + 1))
      if (part.substr(at, 2) != "~0" && part.substr(at, 2) != "~1")
        return std::nullopt;
    parts.push_back(replace_all(replace_all(std::move(part), "~1", "/"), "~0", "~"));
  }
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

// The place for `path`, made if absent; `canonical` gets the pointer with "-" resolved.
Json* make(Json& root, std::string_view path, std::string* canonical) {
  const auto parts = parts_of(path);
  if (!parts || parts->empty())
    return nullptr;
  Json* at = &root;
  for (const auto& part : *parts) {
    const auto number = parse_unsigned(part, k_max_elements);
    if (at->is_null()) // just made, or an explicit null that now becomes a container
      *at = number || part == "-" ? Json(Json::array()) : Json(Json::object());
    if (at->is_object()) {
      at = &(*at)[part];
      *canonical += "/" + part;
    } else if (at->is_array()) {
      const size_t index = part == "-" ? at->size() : number.value_or(SIZE_MAX);
      if (index > at->size() || index >= k_max_elements)
        return nullptr;
      if (index == at->size())
        at->push_back(Json());
      at = &(*at)[index];
      *canonical += "/" + std::to_string(index);
    } else {
      return nullptr;
    }
  }
  return at;
}

// Every leaf's setter, with equal ones below one parent folded into an entry for the parent.
// Returns the setter that the whole subtree shares, or nothing when there are several.
std::optional<std::string> fold(const Json& at, const std::string& path,
                                const std::map<std::string, std::string, std::less<>>& setters,
                                Json& out) {
  const auto own = setters.find(path);
  if (!at.is_structured() || at.empty())
    return own == setters.end() ? std::string() : own->second;
  std::vector<std::pair<std::string, std::string>> uniform;
  std::optional<std::string> shared;
  bool mixed = false;
  size_t index = 0;
  for (auto it = at.begin(); it != at.end(); ++it, ++index) {
    const std::string child = path + "/" + (at.is_object() ? it.key() : std::to_string(index));
    const auto setter = fold(*it, child, setters, out);
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
  case Json::value_t::number_unsigned: return Kind::integer;
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
  if (at == nullptr || !at->is_number_integer())
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

bool put(Json& root, std::map<std::string, std::string, std::less<>>& setters,
         std::string_view path, Json value, std::string_view setter) {
  std::string canonical;
  Json* at = make(root, path, &canonical);
  if (at == nullptr)
    return false;
  *at = std::move(value);
  setters[canonical] = setter;
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
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || find(m_tree->root, path) == nullptr)
    return false;
  auto* parent = const_cast<Json*>(find(m_tree->root, path.substr(0, slash)));
  const std::string last(path.substr(slash + 1));
  if (parent->is_object())
    parent->erase(last);
  else
    parent->erase(*parse_unsigned(last, k_max_elements));
  return true;
}

std::string Document::provenance(std::string_view path) const {
  const auto it = m_tree->setters.find(path);
  return it == m_tree->setters.end() ? "" : it->second;
}

namespace {

Json with_setters(const Json& root,
                  const std::map<std::string, std::string, std::less<>>& setters) {
  Json out = root;
  Json provenance = Json::object();
  if (const auto all = fold(root, "", setters, provenance); all && !all->empty())
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
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Document> Document::parse(std::string_view json, const std::string& where,
                                        DiagnosticSink& sink) {
  Document document;
  const auto refuse = [&](const std::string& why) {
    fail(sink, Fault::input, "document", where, "it is no package document", why);
    return std::nullopt;
  };
  document.m_tree->root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  Json& root = document.m_tree->root;
  if (!root.is_object())
    return refuse("it is no JSON object");
  if (document.text("/schema") != "kpb.package/1")
    return refuse("its schema is " + shown(document.text("/schema")) + ", not 'kpb.package/1'");
  if (const auto it = root.find("provenance"); it != root.end() && it->is_object()) {
    for (auto entry = it->begin(); entry != it->end(); ++entry)
      if (entry->is_string())
        document.m_tree->setters[entry.key()] = entry->get<std::string>();
    root.erase("provenance");
  }
  return document;
}

std::string pointer(std::string_view base, size_t index, std::string_view member) {
  std::string out = std::string(base) + "/" + std::to_string(index);
  if (!member.empty())
    out += "/" + std::string(member);
  return out;
}

} // namespace kpb
