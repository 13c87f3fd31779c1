// SPDX-License-Identifier: GPL-2.0-only
//
// See diagnose.hpp. The knowledge is in the tables; this chooses among the rows that match, and says what
// can be said when none does.
#include "diagnose.hpp"
#include "build_log.hpp"
#include "log_lines.hpp"

#include <kpb/sdk/builder_limits.hpp>

#include <algorithm>
#include <array>
#include <tuple>

namespace kpb::builders {
namespace {

constexpr size_t k_shown_lines = 12;
constexpr size_t k_evidence_lines = 6;
constexpr size_t k_more_places = 4;

std::string name_of(Tool tool) { return tool == Tool::kpatch_build ? "kpatch-build" : "klp-build"; }

std::string step_of(const BuildLog& log) {
  const Phase* phase = log.last_phase();
  return phase == nullptr ? "before the first step" : "while " + std::string(phase->words);
}

std::string tail_of(const BuildLog& log) {
  const std::string lines = last_lines(log.text(), k_shown_lines);
  return lines.empty() ? "its log is empty" : "its log ends in\n" + lines;
}

std::string join_filled(std::vector<std::string> parts, std::string_view separator) {
  parts.erase(std::remove(parts.begin(), parts.end(), std::string()), parts.end());
  return join(parts, separator);
}

// What differs from the first hit, in the words of the log: other files, functions, messages.
std::string difference(const Captures& first, const Captures& other) {
  constexpr std::array<std::string_view, 5> k_unimportant = {"line", "number", "offset", "rest",
                                                             "rule"};
  std::vector<std::string> parts;
  for (size_t i = 0; i < first.size(); ++i)
    if (first[i].second != other[i].second && std::find(k_unimportant.begin(), k_unimportant.end(),
                                                        first[i].first) == k_unimportant.end())
      parts.push_back(other[i].second);
  return join_filled(std::move(parts), " ");
}

// What else the same row finds: the user should not have to build again to learn it.
std::string more_places(const BuildLog& log, const Rule& rule, const Hit& first) {
  std::vector<std::string> seen;
  const auto find_after = [&](size_t position) {
    return log.find(rule, position + line_at(log.text(), position).size());
  };
  for (auto next = find_after(first.position); next; next = find_after(next->position)) {
    std::string place = difference(first.captures, next->captures);
    if (place.empty() || std::find(seen.begin(), seen.end(), place) != seen.end())
      continue;
    if (seen.size() == k_more_places) {
      seen.emplace_back("and more");
      break;
    }
    seen.push_back(std::move(place));
  }
  return seen.empty() ? "" : "also " + join_filled(seen, ", ");
}

const BuilderLimit* limit_of(Tool tool, const Rule& rule, const Captures& captures) {
  if (!rule.limit.empty())
    return find_limit(name_of(tool), rule.limit);
  for (const auto& [name, value] : captures)
    if (name == "section")
      for (const BuilderLimit& limit : k_builder_limits)
        if (limit.builder == name_of(tool) && limit.name.starts_with(".") &&
            base_section(value).starts_with(limit.name))
          return &limit;
  return nullptr;
}

// What to do where the builder is at fault.
std::string newer_hint(Tool tool, const BuilderLimit* limit, const Versions& versions) {
  const bool is_kpatch = tool == Tool::kpatch_build;
  const std::string other = is_kpatch
                                ? "klp-build (--builder klp-build; x86_64, Linux 7.2 and newer)"
                                : "kpatch-build (--builder kpatch-build)";
  if (limit == nullptr)
    return is_kpatch ? "use the newest kpatch-build, or " + other
                     : "use a newer kernel's objtool and klp-build, or change fewer functions";
  const std::string tool_name = name_of(tool);
  const std::string fixed_in(limit->fixed_in);
  const std::string what = " cannot " + std::string(limit->what);
  if (fixed_in.empty())
    return "use " + other + "; " + tool_name + what + ", in any released version";
  if (!versions.builder.empty() && is_digit(versions.builder.front()) &&
      is_at_least(versions.builder, fixed_in))
    return "use " + other + ", and report it to kpatch: only versions before " + fixed_in + what +
           ", and this is " + versions.builder;
  return "use " + tool_name + " " + fixed_in + " or newer, or " + other + "; older versions" + what;
}

sdk::Diagnostic explain(Tool tool, const Versions& versions, const BuildLog& log, const Rule& rule,
                        Hit hit) {
  // Of summaries and steps that failed, the first says all.
  const std::string more = rule.rank < Rank::summary ? more_places(log, rule, hit) : "";
  for (auto& [name, value] : hit.captures)
    if (name == "object")
      value = log.object_path(value);
  hit.captures.emplace_back("newer",
                            newer_hint(tool, limit_of(tool, rule, hit.captures), versions));
  hit.captures.emplace_back("step", step_of(log));

  std::vector<std::string> shown = log.lines_with(rule.evidence, k_evidence_lines);
  if (rule.evidence.ends_with("$"))
    shown.push_back(tail_of(log));
  sdk::Diagnostic failure;
  failure.code = rule.code;
  failure.fault = rule.fault;
  failure.where = fill(rule.where, hit.captures);
  failure.what = fill(rule.what, hit.captures);
  failure.why = join_filled(
      {join_filled({fill(rule.why, hit.captures), more}, "; "), join_filled(shown, "\n")}, "\n");
  failure.hint = fill(rule.hint, hit.captures);
  return failure;
}

// 0 where no signal ended the tool. A shell reports its child's signal as 128 and more.
int signal_of(int exit_status) {
  if (exit_status < 0)
    return -exit_status;
  constexpr std::array<int, 4> k_reported = {128 + 6, 128 + 9, 128 + 11, 128 + 15};
  const bool is_reported =
      std::find(k_reported.begin(), k_reported.end(), exit_status) != k_reported.end();
  return is_reported ? exit_status - 128 : 0;
}

sdk::Diagnostic ended_by_signal(Tool tool, const BuildLog& log, int signal) {
  const bool is_kill = signal == 9;
  return {
      .fault = is_kill ? sdk::Fault::environment : sdk::Fault::tool,
      .code = name_of(tool) + (is_kill ? "-killed" : "-signal"),
      .what = name_of(tool) + " was ended by signal " + std::to_string(signal) + " " + step_of(log),
      .why = tail_of(log),
      .hint =
          is_kill
              ? "the kernel kills programs that need too much memory (see dmesg): give the build "
                "more memory, or use fewer jobs with -j"
              : ""};
}

sdk::Diagnostic unknown(Tool tool, const BuildLog& log, int exit_status) {
  const std::string how = exit_status == 0 ? " ended without printing SUCCESS, " : " failed ";
  const std::string status =
      exit_status == 0 ? "" : ", with exit status " + std::to_string(exit_status);
  return {
      .fault = sdk::Fault::tool,
      .code = name_of(tool) + "-unknown",
      .what = name_of(tool) + how + step_of(log) + status + ", for a reason that kpb does not know",
      .why = tail_of(log),
      .hint =
          "look for the first error in the whole log; please report it, so that kpb learns this failure"};
}

bool is_error_of(Tool tool, std::string_view line) {
  return tool == Tool::kpatch_build ? line.starts_with("ERROR: ")
                                    : line.starts_with("error: klp-build: ");
}

bool is_name_byte(char c) { return is_alnum(c) || c == '_' || c == '-'; }

std::string renamed_text(const std::string& text, const std::string& from, const std::string& to) {
  std::string out;
  size_t begin = 0;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
    const size_t end = at + from.size();
    const bool is_whole = (at == 0 || !is_name_byte(text[at - 1])) &&
                          (from.ends_with("/") || end == text.size() || !is_name_byte(text[end]));
    out.append(text, begin, at - begin).append(is_whole ? to : from);
    begin = end;
  }
  return out.append(text, begin);
}

} // namespace

sdk::Diagnostic diagnose(Tool tool, std::string_view text, int exit_status,
                         const Versions& versions) {
  const BuildLog log(tool, text);
  const Rule* best = nullptr;
  Hit best_hit{};
  const auto& own = tool == Tool::kpatch_build ? kpatch_build_rules() : klp_build_rules();
  for (const auto* table : {&own, &common_rules()})
    for (const Rule& rule : *table) {
      if (best != nullptr && rule.rank > best->rank)
        continue;
      if (rule.only_if_limited)
        if (const auto* limit = find_limit(name_of(tool), rule.limit);
            limit == nullptr || !has_limit(*limit, versions.builder, versions.kernel))
          continue;
      auto hit = log.find(rule);
      if (!hit)
        continue;
      if (best == nullptr ||
          std::tie(rule.rank, hit->position) < std::tie(best->rank, best_hit.position)) {
        best = &rule;
        best_hit = std::move(*hit);
      }
    }
  // A tool that was killed says nothing; what it said before may be true and is not the reason.
  const int signal = signal_of(exit_status);
  if (signal != 0 && (best == nullptr || best->rank > Rank::cause))
    return ended_by_signal(tool, log, signal);
  return best != nullptr ? explain(tool, versions, log, *best, std::move(best_hit))
                         : unknown(tool, log, exit_status);
}

bool succeeded(Tool tool, std::string_view log, int exit_status) {
  if (exit_status != 0)
    return false;
  bool is_success = false;
  for (LogLines lines(log); lines.next();) {
    const std::string_view line = trimmed(lines.line());
    const auto& all = phases(tool);
    // kpatch-build may still fail to restore the tree after SUCCESS.
    if (line == "SUCCESS")
      is_success = true;
    else if (is_error_of(tool, line) || std::any_of(all.begin(), all.end(), [&](const Phase& p) {
               return line.starts_with(p.marker);
             }))
      is_success = false;
  }
  return is_success;
}

void show_names(sdk::Diagnostic& failure,
                const std::vector<std::pair<std::string, std::string>>& renamed) {
  for (const auto& [from, to] : renamed)
    if (!from.empty())
      for (std::string* text : {&failure.where, &failure.what, &failure.why, &failure.hint})
        *text = renamed_text(*text, from, to);
}

} // namespace kpb::builders
