// SPDX-License-Identifier: GPL-2.0-only
//
// See read_said.hpp. The form in the row says what a value can be. Where the command line has a
// check for it, the same check is used, with the value's place.
#include "core/manifest/read_said.hpp"

#include "core/base/arch.hpp"
#include "core/base/text.hpp"
#include "core/model/names.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

using Text = std::optional<std::string>;
using Texts = std::vector<std::string>;
using Settings = std::map<std::string, std::string>;

constexpr const char* k_name_why = "a name has letters, digits and . _ + ~ - only";

// Whether it is NAME=V-R; the rules for V and R are applied later, with the relations.
bool is_package_word(const std::string& word) {
  const size_t equals = word.find('=');
  const size_t dash = word.rfind('-');
  return equals != std::string::npos && equals != 0 && dash != std::string::npos && dash > equals;
}

// One key of a map.
class Reader {
public:
  Reader(MapFields& fields, const Option& option, PlacedSink& sink)
      : m_fields(fields), m_key(option.key.name), m_form(option.key.form), m_sink(sink) {}

  Text text() {
    const auto text = m_fields.text(m_key);
    if (text && !check({*text, m_fields.place_of(m_key)}) && m_form == Form::path)
      return std::nullopt;
    return text;
  }
  Texts texts() {
    Texts out;
    for (const auto& word : m_fields.words(m_key, /*single=*/m_form == Form::plugins)) {
      check(word);
      out.push_back(word.word);
    }
    return out;
  }
  std::optional<bool> truth() { return m_fields.boolean(m_key); }
  Settings settings() {
    auto out = m_fields.texts(m_key);
    const YamlPlace place = m_fields.place_of(m_key);
    for (const auto& [key, value] : out)
      if (!is_safe_name(key))
        refuse(place, fmt::format("{} has the key {}", m_key, shown(key)),
               "a setting's name has letters, digits and . _ + ~ - only");
      else
        m_sink.at(place, [&, &name = key, &text = value](DiagnosticSink& to) {
          return check_line(text, "setting " + name, to);
        });
    return out;
  }

private:
  bool refuse(YamlPlace place, const std::string& what, const std::string& why,
              const std::string& hint = {}) {
    return m_sink.refuse(place, {.code = "manifest-value", .what = what, .why = why, .hint = hint});
  }
  template <class Check> bool at(const KernelWord& word, Check check) {
    return m_sink.at(word.place, [&](DiagnosticSink& to) { return check(word.word, to); });
  }

  bool check(const KernelWord& word) {
    const std::string is = fmt::format("{} is {}", m_key, shown(word.word));
    const std::string has = fmt::format("{} has {}", m_key, shown(word.word));
    switch (m_form) {
    case Form::text:
    case Form::settings: return true;
    case Form::path:
      return (!first_control_byte(word.word, false) && word.word.size() <= 4096) ||
             refuse(word.place, is, "a path must be one line of at most 4096 bytes");
    case Form::line:
      return at(word, [&](const auto& text, auto& to) { return check_line(text, m_key, to); });
    case Form::lines:
      return at(word, [&](const auto& text, auto& to) { return check_text(text, m_key, to); });
    case Form::stem:
      return at(word, [](const auto& text, auto& to) { return check_stem(text, "", to); });
    case Form::version:
      return at(word, [&](const auto& text, auto& to) { return check_version(text, m_key, to); });
    case Form::epoch:
      return at(word, [](const auto& text, auto& to) { return check_epoch(text, to); });
    case Form::plugins: return is_safe_name(word.word) || refuse(word.place, has, k_name_why);
    case Form::cve: return check_one_cve(word, has);
    case Form::package:
      return is_package_word(word.word) ||
             refuse(word.place, has, "expected is NAME=VERSION-RELEASE",
                    "for example kpatch-module-fix-6.1.0-56-amd64=1-1");
    case Form::arch:
      return canonical_arch(word.word) ||
             refuse(word.place, is, fmt::format("kpb knows {}", join(known_archs(), ", ")));
    }
    return true;
  }
  bool check_one_cve(const KernelWord& word, const std::string& has) {
    CollectingSink heard; // its words are about the command line
    return check_cve(word.word, heard) ||
           refuse(word.place, has, heard.first_error()->why, heard.first_error()->hint);
  }

  MapFields& m_fields;
  const char* m_key;
  Form m_form;
  PlacedSink& m_sink;
};

void read(const Option& option, Reader reader, BuildRequest& says) {
  if (const auto* one = std::get_if<Text BuildRequest::*>(&option.member))
    says.*(*one) = reader.text();
  else if (const auto* flag = std::get_if<Flag>(&option.member))
    says.*(flag->member) = reader.truth();
  else if (const auto* settings = std::get_if<Settings BuildRequest::*>(&option.member))
    says.*(*settings) = reader.settings();
  else if (const auto* texts = std::get_if<Texts BuildRequest::*>(&option.member)) {
    if (option.key.form != Form::path)
      says.*(*texts) = reader.texts();
    else if (const auto path = reader.text())
      says.*(*texts) = {*path}; // a set of one
  } else if (std::holds_alternative<PackageText>(option.member)) {
    if (const auto text = reader.text())
      says.metadata[option.spec.name] = *text;
  }
}

} // namespace

BuildRequest read_said(MapFields& fields, ManifestMap map, PlacedSink& sink) {
  BuildRequest says;
  for (const auto& option : options())
    if ((option.key.in & map) != 0 && !std::holds_alternative<std::monostate>(option.member))
      read(option, Reader(fields, option, sink), says);
  return says;
}

} // namespace kpb
