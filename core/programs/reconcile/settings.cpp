// SPDX-License-Identifier: GPL-2.0-only
//
// See settings.hpp.
#include "core/programs/reconcile/settings.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/package_name.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>

namespace kpb::runtime {

namespace {

// The index of `value` in `choices`.
std::optional<size_t> choose(std::string_view value, std::initializer_list<const char*> choices) {
  const auto* found = std::find(choices.begin(), choices.end(), value);
  if (found == choices.end())
    return std::nullopt;
  return static_cast<size_t>(found - choices.begin());
}

bool take_seconds(std::string_view value, uint64_t& milliseconds) {
  const auto seconds = parse_unsigned(value, 86400);
  if (seconds)
    milliseconds = *seconds * 1000;
  return seconds.has_value();
}

bool take_flag(std::string_view value, const char* off, const char* on, bool& flag) {
  const auto chosen = choose(value, {off, on});
  if (chosen)
    flag = *chosen == 1;
  return chosen.has_value();
}

// What is wrong with the line; "" if nothing is.
std::string take(Settings& s, std::string_view key, std::string_view value) {
  bool good = true;
  if (key == "transition-seconds") {
    good = take_seconds(value, s.transition_ms);
  } else if (key == "guard-seconds") {
    good = take_seconds(value, s.guard_ms);
  } else if (key == "guard-crashes") {
    const auto crashes = parse_unsigned(value, 1000);
    good = crashes && *crashes > 0;
    s.guard_crashes = good ? *crashes : s.guard_crashes;
  } else if (key == "on-stall") {
    good = take_flag(value, "wait", "reverse", s.reverse_stalled);
  } else if (key == "foreign") {
    good = take_flag(value, "keep", "replace", s.displace_foreign);
  } else if (key == "unlisted") {
    good = take_flag(value, "ignore", "load", s.load_unlisted);
  } else if (key == "guard") {
    const auto chosen = choose(value, {"required", "best-effort", "off"});
    good = chosen.has_value();
    s.guard = good ? static_cast<Settings::Guard>(*chosen) : s.guard;
  } else if (key == "loader") {
    const auto chosen = choose(value, {"auto", "kernel", "kpatch"});
    good = chosen.has_value();
    s.loader = good ? static_cast<Settings::Loader>(*chosen) : s.loader;
  } else if (key == "skip") {
    good = !value.empty() && made_of(value, "._+~-");
    if (good)
      s.skip.emplace_back(value);
  } else {
    return "there is no setting " + shown_plain(key);
  }
  return good ? "" : shown_plain(value) + " is not a valid value of " + std::string(key);
}

} // namespace

bool Settings::skips(const std::string& name) const {
  return std::any_of(skip.begin(), skip.end(),
                     [&](const std::string& given) { return is_called(name, given); });
}

Settings read_settings(World& world) {
  Settings settings;
  const auto complain = [&](const std::string& where, const std::string& why) {
    world.log.say(
        {Severity::warning, "settings", where, "the line is ignored", why, "see runtime.conf(5)"});
  };
  const auto text = world.files.read(k_settings);
  if (!text) {
    if (text.error() != ENOENT)
      world.log.say({Severity::warning, "settings", k_settings,
                     "it cannot be read, and the defaults apply", text.error().text(), ""});
    return settings;
  }
  std::string_view rest = *text;
  std::string_view line;
  for (size_t number = 1; next_line(rest, line); ++number) {
    line = trimmed(line);
    if (line.empty() || line.front() == '#')
      continue;
    const size_t equals = line.find('=');
    const std::string why =
        equals == std::string_view::npos
            ? "it is not a key=value line"
            : take(settings, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
    if (!why.empty())
      complain(std::string(k_settings) + ":" + std::to_string(number), why);
  }
  return settings;
}

} // namespace kpb::runtime
