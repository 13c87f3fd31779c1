// SPDX-License-Identifier: GPL-2.0-only
//
// See expectations.hpp.
#include "core/boot/expectations.hpp"

#include "core/base/text.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

using When = Expectation::When;

struct Verb {
  const char* name;
  const char* opposite;
  bool of_file; // FILE VERB TEXT; otherwise VERB COMMAND
};
constexpr Verb k_verbs[] = {
    {"contains", "lacks", true}, {"lacks", "contains", true}, {"is", "is-not", true},
    {"is-not", "is", true},      {"run", "run-fails", false}, {"run-fails", "run", false},
};

struct Moment {
  const char* word;
  When when;
};
constexpr Moment k_moments[] = {{"before-load", When::before_load},
                                {"after-load", When::after_load},
                                {"after-unload", When::after_unload}};
constexpr const char* k_patched = "patched";
constexpr const char* k_between = " \t"; // words

const Verb* verb_of(std::string_view name) {
  for (const auto& verb : k_verbs)
    if (name == verb.name)
      return &verb;
  return nullptr;
}

// Takes the next word and the blanks after it off the front.
std::string take_word(std::string_view& text) {
  const size_t end = std::min(text.find_first_of(k_between), text.size());
  std::string word(text.substr(0, end));
  text.remove_prefix(std::min(text.find_first_not_of(k_between, end), text.size()));
  return word;
}

Expectation make(When when, const std::vector<std::string>& words) {
  const Verb& verb = *verb_of(words[0]);
  std::string what;
  for (const auto& moment : k_moments)
    if (moment.when == when)
      what = std::string(moment.word) + ": ";
  what += verb.of_file ? words[1] + " " + words[0] + " " + words[2] : words[0] + " " + words[1];
  return {when, words, what};
}

class Reader {
public:
  Reader(const std::string& where, DiagnosticSink& sink) : m_where(where), m_sink(sink) {}

  bool line(std::string_view raw, size_t number) {
    m_raw = raw;
    m_number = number;
    std::string_view text = trimmed(raw, k_between);
    if (text.empty() || text[0] == '#')
      return true;
    if (const auto at = first_control_byte(text, /*lines_allowed=*/false); at && text[*at] != '\t')
      return refuse(text.substr(*at), "a control byte", "text is printable");
    const size_t colon = text.find(':');
    const std::string when(text.substr(0, std::min(colon, text.size())));
    const Moment* moment = nullptr;
    for (const auto& known : k_moments)
      if (when == known.word)
        moment = &known;
    if (colon == std::string_view::npos || (moment == nullptr && when != k_patched))
      return refuse(text, "the line begins with " + shown(when),
                    "expected is before-load:, after-load:, after-unload: or patched:");
    return condition(moment, trimmed(text.substr(colon + 1), k_between));
  }

  std::vector<Expectation> found;

private:
  bool refuse(std::string_view at, const std::string& what, const std::string& why) {
    const auto column = static_cast<size_t>(at.data() - m_raw.data()) + 1;
    return fail(m_sink, {.fault = Fault::input,
                         .code = "expectation",
                         .where = fmt::format("{}:{}:{}", m_where, m_number, column),
                         .what = what,
                         .why = why,
                         .hint = "docs/boot-test.md describes the format"});
  }

  bool condition(const Moment* moment, std::string_view text) {
    std::string_view rest = text;
    std::string first = take_word(rest);
    const Verb* verb = verb_of(first);
    std::vector<std::string> words;
    if (verb != nullptr && !verb->of_file) {
      if (rest.empty() || rest[0] != '/')
        return refuse(rest.empty() ? text : rest, "the command is missing",
                      "a command is an absolute path in the guest, and arguments");
      words = {first, std::string(rest)};
    } else {
      if (first.empty() || first[0] != '/')
        return refuse(text, shown(first) + " is neither an absolute path nor run nor run-fails",
                      "a file is an absolute path in the guest");
      const std::string_view at = rest;
      const std::string name = take_word(rest);
      verb = verb_of(name);
      if (verb == nullptr || !verb->of_file)
        return refuse(at, shown(name) + " is not a condition",
                      "conditions are contains, lacks, is and is-not");
      if (rest.empty())
        return refuse(at, "the text is missing", "an empty text is in every file");
      words = {name, first, std::string(rest)};
    }
    if (moment != nullptr) {
      found.push_back(make(moment->when, words));
      return true;
    }
    auto contrary = words;
    contrary[0] = verb->opposite;
    found.push_back(make(When::before_load, contrary));
    found.push_back(make(When::after_load, words));
    found.push_back(make(When::after_unload, contrary));
    return true;
  }

  const std::string& m_where;
  DiagnosticSink& m_sink;
  std::string_view m_raw;
  size_t m_number = 0;
};

} // namespace

std::optional<std::vector<Expectation>>
read_expectations(std::string_view text, const std::string& where, DiagnosticSink& sink) {
  Reader reader(where, sink);
  if (const auto at = first_invalid_utf8(text)) {
    fail(sink, {.fault = Fault::input,
                .code = "expectation",
                .where = where,
                .what = "it is not UTF-8",
                .why = fmt::format("byte {} cannot be", *at + 1)});
    return std::nullopt;
  }
  bool good = true;
  size_t number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    good = reader.line(text.substr(0, end), ++number) && good;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (good && reader.found.empty())
    good = fail(sink, {.fault = Fault::input,
                       .code = "expectation",
                       .where = where,
                       .what = "it contains no expectation",
                       .why = "all its lines are blank or comments",
                       .hint = "docs/boot-test.md describes the format"});
  return good ? std::optional(std::move(reader.found)) : std::nullopt;
}

} // namespace kpb
