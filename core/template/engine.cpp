// SPDX-License-Identifier: GPL-2.0-only
//
// See engine.hpp. Missing names are noticed by our own context, which the library asks for every
// name; so the scoping rules remain the library's and are not implemented a second time here.
#include "core/template/engine.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/system/believe.hpp"

#include <fmt/core.h>
#include <kainjow/mustache.hpp>

#include <cerrno>
#include <set>

namespace kpb {

namespace {

namespace mustache = kainjow::mustache;

constexpr uint64_t k_max_template = 1024 * 1024;
// Long spec files have about one tag per line. {{ }} would collide with RPM's %{...}.
constexpr const char* k_delimiters = "{{=<% %>=}}";

mustache::data to_data(const Document& values, const std::string& path) {
  switch (values.kind(path)) {
  case Document::Kind::text: return mustache::data(values.text(path));
  case Document::Kind::integer: return mustache::data(std::to_string(*values.integer(path)));
  case Document::Kind::boolean: return mustache::data(*values.boolean(path));
  case Document::Kind::array: {
    mustache::data list(mustache::data::type::list);
    for (size_t i = 0; i < values.size(path); ++i)
      list.push_back(to_data(values, pointer(path, i)));
    return list;
  }
  case Document::Kind::object: {
    mustache::data object(mustache::data::type::object);
    for (size_t i = 0; i < values.size(path); ++i) {
      const std::string key = values.key(path, i);
      object.set(key, to_data(values, path + "/" + key));
    }
    return object;
  }
  default: return mustache::data(mustache::data::type::bool_false);
  }
}

void collect_names(const Document& values, const std::string& path, std::set<std::string>& names) {
  for (size_t i = 0; i < values.size(path); ++i) {
    const std::string key = values.key(path, i);
    if (!key.empty())
      names.insert(key);
    collect_names(values, key.empty() ? pointer(path, i) : path + "/" + key, names);
  }
}

class StrictContext : public mustache::context<std::string> {
public:
  explicit StrictContext(const mustache::data* data) : mustache::context<std::string>(data) {}
  const mustache::data* get(const std::string& name) const override {
    const mustache::data* found = mustache::context<std::string>::get(name);
    if (found == nullptr)
      missing.insert(name);
    return found;
  }
  mutable std::set<std::string> missing;
};

struct Place {
  size_t line = 1;
  size_t column = 1;
};

Place place_of(const std::string& text, size_t offset) {
  Place place;
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    ++place.column;
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    }
  }
  return place;
}

std::string located(const std::string& where, const std::string& text, size_t offset) {
  const Place place = place_of(text, offset);
  return where + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

// The offset of the first tag that uses `name`.
size_t find_tag(const std::string& text, const std::string& name) {
  for (size_t at = text.find("<%"); at != std::string::npos; at = text.find("<%", at + 2)) {
    const size_t end = text.find("%>", at);
    const std::string tag = text.substr(at + 2, end == std::string::npos ? end : end - at - 2);
    const size_t first = tag.find_first_not_of(" #^&/\t");
    const size_t last = tag.find_last_not_of(" \t");
    if (first != std::string::npos && tag.substr(first, last - first + 1) == name)
      return at;
  }
  return 0;
}

// Finds what the library would accept but must not: a value after a literal '%' would become a
// macro call by concatenation ("%" + "(cmd)"); a partial would treat a value as a template; other
// delimiters would hide tags from these checks.
struct Trap {
  size_t offset;
  const char* what;
  const char* why;
  const char* hint;
};

std::optional<Trap> find_trap(const std::string& text) {
  std::string before; // the text before a tag, across section tags, which vanish
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.compare(at, 2, "<%") == 0 ? text.find("%>", at + 2) : std::string::npos;
    if (end == std::string::npos) {
      before += text[at++];
      continue;
    }
    const size_t sigil = text.find_first_not_of(" \t", at + 2);
    if (text[sigil] == '>')
      return Trap{at, "partials are not supported", "a value would be taken for a template",
                  "write the text out"};
    if (text[sigil] == '=')
      return Trap{at, "the delimiters stay <% and %>", "tags could not be checked",
                  "leave the tag out"};
    if (std::string_view("#^/!").find(text[sigil]) == std::string_view::npos) {
      const size_t last = before.find_last_not_of('%');
      const size_t percents = before.size() - (last == std::string::npos ? 0 : last + 1);
      const bool in_macro = before.ends_with("%{") || before.ends_with("%(");
      if (percents % 2 == 1 || in_macro)
        return Trap{at, "a value follows a '%'", "it would become an RPM macro call",
                    "put the value somewhere else, or write '%%' for a percent sign"};
      before.clear();
    }
    at = end + 2;
  }
  return std::nullopt;
}

} // namespace

std::optional<std::string> render_template(const std::string& text, const Document& values,
                                           const std::string& where, DiagnosticSink& sink) {
  const auto refuse = [&](size_t offset, const std::string& what, const std::string& why,
                          const std::string& hint) {
    fail(sink, {.fault = Fault::input,
                .code = "template",
                .where = located(where, text, offset),
                .what = what,
                .why = why,
                .hint = hint});
    return std::nullopt;
  };
  if (const auto invalid = first_invalid_utf8(text))
    return refuse(*invalid, "the template is not UTF-8", "the texts in a package must be UTF-8",
                  "convert it: iconv -t UTF-8");
  if (const auto trap = find_trap(text))
    return refuse(trap->offset, trap->what, trap->why, trap->hint);
  mustache::mustache parsed(k_delimiters + text);
  if (!parsed.is_valid()) {
    // The library says "... at OFFSET", which includes our line of delimiters.
    const std::string& error = parsed.error_message();
    const size_t number = error.find_last_not_of("0123456789");
    const auto offset = parse_unsigned(error.substr(number + 1), SIZE_MAX);
    const size_t shift = std::string_view(k_delimiters).size();
    return refuse(offset && *offset >= shift ? *offset - shift : 0, "the template does not parse",
                  error.substr(0, error.rfind(" at ")), "sections are <%#name%> ... <%/name%>");
  }
  parsed.set_custom_escape([](const std::string& value) { return value; });
  const mustache::data data = to_data(values, "");
  StrictContext context(&data);
  std::string out = parsed.render(context);
  if (context.missing.empty())
    return out;
  std::set<std::string> known;
  collect_names(values, "", known);
  for (const auto& name : context.missing) {
    const auto near = nearest(name, {known.begin(), known.end()});
    refuse(find_tag(text, name), "the template uses " + shown(name) + ", which has no value",
           "a missing value would silently become empty",
           near ? "did you mean " + *near + "?"
                : "known names: " + join({known.begin(), known.end()}, ", "));
  }
  return std::nullopt;
}

std::optional<std::string> TemplateEngine::render(const std::string& name, const Document& values,
                                                  DiagnosticSink& sink) const {
  if (!is_safe_path("/" + name)) {
    fail(sink, {.fault = Fault::plugin,
                .code = "template-name",
                .what = fmt::format("template name {} is refused", shown(name)),
                .why = "it is not a relative path of plain names"});
    return std::nullopt;
  }
  for (const auto& directory : m_directories) {
    const std::string path = directory + "/" + name;
    const auto text = m_files.read(path, k_max_template);
    // A spec's template contains shell code that runs where the package is built.
    if (const Distrust why = text ? m_files.distrust(path, Wanted::file) : Distrust{};
        !why.empty()) {
      fail(sink, distrusted({.code = "template-unsafe",
                             .what = "the template is refused",
                             .because = "a template becomes shell code that runs with your rights",
                             .where = path},
                            why));
      return std::nullopt;
    }
    // Otherwise the error would come later, about the resulting spec, and not name the template.
    if (text && is_blank(*text)) {
      fail(sink, {.fault = Fault::input,
                  .code = "template",
                  .where = path,
                  .what = "the template is empty",
                  .hint = "begin with a copy of the installed one"});
      return std::nullopt;
    }
    if (text)
      return render_template(*text, values, path, sink);
    if (text.error().number != ENOENT && text.error().number != ENOTDIR) {
      fail(sink, {.fault = Fault::environment,
                  .code = "template-read",
                  .where = path,
                  .what = "the template cannot be read",
                  .why = text.error().reason()});
      return std::nullopt;
    }
  }
  fail(sink, {.fault = Fault::environment,
              .code = "template-missing",
              .what = fmt::format("there is no template {}", shown(name)),
              .why = fmt::format("looked in {}", join(m_directories, ", ")),
              .hint = "reinstall kpb, or correct --template-dir"});
  return std::nullopt;
}

} // namespace kpb
