// SPDX-License-Identifier: GPL-2.0-only
//
// What can be done with a row: take it from the command line, write it as a command line, merge it.
#include "core/request/options.hpp"

#include "core/base/text.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

using Text = std::optional<std::string>;
using Texts = std::vector<std::string>;
using Settings = std::map<std::string, std::string>;

template <class... Case> struct Cases : Case... { using Case::operator()...; };
template <class... Case> Cases(Case...) -> Cases<Case...>;

// A value that looks like an option would be read as one, so it is attached to its option with '='.
void add_words(Texts& out, const std::string& option, const std::string& value) {
  if (value.size() > 1 && value[0] == '-')
    out.push_back(option + "=" + value);
  else
    out.insert(out.end(), {option, value});
}

std::string dashed(const char* name) { return std::string("--") + name; }

bool refuse(DiagnosticSink& sink, const std::string& what, const std::string& why,
            const std::string& hint = {}) {
  return fail(
      sink,
      {.fault = Fault::input, .code = "command-line", .what = what, .why = why, .hint = hint});
}

bool take_number(const Option& option, const std::string& word, std::optional<uint64_t>& to,
                 DiagnosticSink& sink) {
  const auto number = parse_unsigned(word, 4096);
  if (!number || *number == 0)
    return refuse(sink, fmt::format("--{} {} is refused", option.spec.name, shown(word)),
                  "it is a number from 1 to 4096");
  to = *number;
  return true;
}

bool take_flag(const Option& option, const Flag& flag, BuildRequest& request,
               DiagnosticSink& sink) {
  auto& slot = request.*flag.member;
  if (slot && *slot != flag.value)
    for (const auto& row : options())
      if (const auto* other = std::get_if<Flag>(&row.member);
          other != nullptr && other->member == flag.member && other->value != flag.value)
        return refuse(sink, fmt::format("--{} and --{} are given", row.spec.name, option.spec.name),
                      "a module is either in replace mode or stacked", "leave one out");
  slot = flag.value;
  return true;
}

bool take_settings(const Option& option, const Texts& words, Settings& to, DiagnosticSink& sink) {
  for (const auto& word : words) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(sink, {.fault = Fault::input,
                         .code = "setting",
                         .what = fmt::format("--{} {} is refused", option.spec.name, shown(word)),
                         .why = "it is not KEY=VALUE",
                         .hint = "for example --set install-dir=/usr/lib/kpatch"});
    const std::string key = word.substr(0, equals);
    if (!to.emplace(key, word.substr(equals + 1)).second)
      return fail(sink, {.fault = Fault::input,
                         .code = "setting",
                         .what = fmt::format("the setting {} is given twice", shown(key)),
                         .hint = "give it once"});
  }
  return true;
}

// The row's option was given; `words` are its arguments, none for a flag.
bool take(const Option& option, const Texts& words, BuildRequest& r, DiagnosticSink& sink) {
  return std::visit(
      Cases{
          [](std::monostate) { return true; },
          [&](Text BuildRequest::*m) { return r.*m = words.back(), true; },
          [&](std::optional<uint64_t> BuildRequest::*m) {
            return take_number(option, words.back(), r.*m, sink);
          },
          [&](bool BuildRequest::*m) { return r.*m = true; },
          [&](const Flag& flag) { return take_flag(option, flag, r, sink); },
          [&](Texts BuildRequest::*m) { return r.*m = words, true; },
          [&](const Shorthand& s) { return (r.*s.member).emplace_back(s.word), true; },
          [&](Settings BuildRequest::*m) { return take_settings(option, words, r.*m, sink); },
          [&](PackageText) { return r.metadata[option.spec.name] = words.back(), true; },
          [&](Text SigningRequest::*m) { return r.signing.*m = words.back(), true; },
          [&](Texts SigningRequest::*m) { return r.signing.*m = words, true; },
      },
      option.member);
}

// Calls `act` with the row's member of each of the requests, whatever its type.
template <class Do, class... Request>
void on_member(const Option& option, Do act, Request&... request) {
  std::visit(Cases{
                 [](std::monostate) {},
                 [](const Shorthand&) {}, // the other row has what it adds
                 [&](const Flag& flag) { act((request.*flag.member)...); },
                 [&](PackageText) { act(request.metadata...); },
                 [&](auto BuildRequest::*member) { act((request.*member)...); },
                 [&](auto SigningRequest::*member) { act((request.signing.*member)...); },
             },
             option.member);
}

void merge(BuildRequest& request, const BuildRequest& other, bool lists_grow) {
  for (const auto& option : options())
    on_member(option,
              Cases{
                  [&](auto& to, const auto& from) {
                    if (!to)
                      to = from;
                  },
                  [&](Texts& to, const Texts& from) {
                    if (to.empty() || lists_grow)
                      to.insert(to.end(), from.begin(), from.end());
                  },
                  [](Settings& to, const Settings& from) { to.insert(from.begin(), from.end()); },
              },
              request, other);
}

} // namespace

bool take_options(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink) {
  for (const auto& option : options())
    if (option.spec.name != nullptr && arguments.has(option.spec.name) &&
        !take(option, arguments.values(option.spec.name), request, sink))
      return false;
  return true;
}

std::vector<std::string> values_of(const Option& option, const BuildRequest& request) {
  if (std::holds_alternative<PackageText>(option.member)) {
    const auto it = request.metadata.find(option.spec.name);
    return it == request.metadata.end() ? Texts{} : Texts{it->second};
  }
  Texts out;
  on_member(option,
            Cases{
                [&](const Texts& texts) { out = texts; },
                [&](const Text& text) {
                  if (text)
                    out = {*text};
                },
                [&](const std::optional<uint64_t>& number) {
                  if (number)
                    out = {std::to_string(*number)};
                },
                [&](const std::optional<bool>& truth) {
                  if (truth)
                    out = {*truth ? "true" : "false"};
                },
                [&](const bool& truth) {
                  if (truth)
                    out = {"true"};
                },
                [&](const Settings& settings) {
                  for (const auto& [key, value] : settings)
                    out.push_back(key + "=" + value);
                },
            },
            request);
  return out;
}

std::vector<std::string> option_words(const BuildRequest& request) {
  Texts out;
  for (const auto& option : options()) {
    if (option.spec.name == nullptr)
      continue;
    const auto values = values_of(option, request);
    if (option.spec.argument != nullptr) {
      for (const auto& value : values)
        add_words(out, dashed(option.spec.name), value);
      continue;
    }
    if (is_given(option, request))
      out.push_back(dashed(option.spec.name));
  }
  return out;
}

bool is_given(const Option& option, const BuildRequest& request) {
  const auto* flag = std::get_if<Flag>(&option.member);
  return !values_of(option, request).empty() &&
         (flag == nullptr || *(request.*flag->member) == flag->value);
}

std::vector<std::string*> texts_of(const Option& option, BuildRequest& request) {
  std::vector<std::string*> out;
  if (const auto* one = std::get_if<Text BuildRequest::*>(&option.member))
    if (auto& text = request.*(*one))
      out.push_back(&*text);
  if (const auto* several = std::get_if<Texts BuildRequest::*>(&option.member))
    for (auto& text : request.*(*several))
      out.push_back(&text);
  return out;
}

void clear(const Option& option, BuildRequest& request) { put(option, request, {}); }

void put(const Option& option, BuildRequest& to, const BuildRequest& from) {
  if (!std::holds_alternative<PackageText>(option.member))
    return on_member(
        option, [](auto& member, const auto& other) { member = other; }, to, from);
  to.metadata.erase(option.spec.name);
  if (const auto it = from.metadata.find(option.spec.name); it != from.metadata.end())
    to.metadata.insert(*it);
}

void put_missing(BuildRequest& request, const BuildRequest& other) {
  merge(request, other, /*lists_grow=*/false);
}

void put_more(BuildRequest& request, const BuildRequest& other) {
  merge(request, other, /*lists_grow=*/true);
}

} // namespace kpb
