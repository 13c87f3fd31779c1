// SPDX-License-Identifier: GPL-2.0-only
//
// See build.hpp.
#include "core/cli/series/build.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/cli/series/engines.hpp"
#include "core/cli/series/text.hpp"
#include "core/cli/series/view.hpp"
#include "core/kernel/store.hpp"
#include "core/request/options.hpp"
#include "core/system/believe.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

std::optional<uint64_t> number_of(Session& session, const Arguments& arguments, const char* option,
                                  uint64_t otherwise) {
  const auto given = arguments.value(option);
  if (!given)
    return otherwise;
  const auto number = parse_unsigned(*given, 4096);
  if (number && *number != 0)
    return number;
  fail(session.diagnostics(), {.fault = Fault::input,
                               .code = "command-line",
                               .what = fmt::format("--{} {} is refused", option, shown(*given)),
                               .why = "it is a number from 1 to 4096"});
  return std::nullopt;
}

bool is_of_signing(const Option& option) {
  return std::holds_alternative<std::optional<std::string> SigningRequest::*>(option.member) ||
         std::holds_alternative<std::vector<std::string> SigningRequest::*>(option.member);
}

// The file's path as a job can use it. What is no file stays: a program of PATH, a key in a token.
std::string signing_file(Session& session, const std::string& value) {
  const bool is_path = value.find('/') != std::string::npos || session.files().stat(value);
  return is_path && !value.starts_with("pkcs11:") ? absolute_path(session, value) : value;
}

bool put_content(Session& session, const char* option, const std::string& value,
                 const std::string& file, IdentityFields& fields) {
  const bool is_file = file != value || file.starts_with("/");
  const auto content =
      is_file ? session.files().read(file, 64ULL << 20U) : Result<std::string>(value);
  if (!content)
    return fail(session.diagnostics(),
                {.fault = Fault::input,
                 .code = "command-line",
                 .what = fmt::format("--{} {} cannot be read", option, shown(value)),
                 .why = content.error().reason()});
  fields.emplace_back(option, sha256_hex(*content));
  return true;
}

// The signing options go to each cell's job, with absolute paths; the table says what part of a cell's identity
// each of them is.
bool take_signing(Session& session, const Arguments& arguments, SeriesSigning& signing) {
  Arguments absolutes;
  for (const auto& option : options()) {
    if (!is_of_signing(option))
      continue;
    const char* name = option.spec.name;
    const bool is_file =
        option.spec.completes != nullptr && option.spec.completes == std::string_view("file");
    for (const auto& value : arguments.values(name)) {
      const std::string given = is_file ? signing_file(session, value) : value;
      absolutes.options[name].push_back(given);
      if (option.part.shapes == Shapes::word)
        signing.fields.emplace_back(name, value);
      if (option.part.shapes == Shapes::content &&
          !put_content(session, name, value, given, signing.fields))
        return false;
    }
  }
  BuildRequest request;
  const bool good = take_options(absolutes, request, session.diagnostics());
  signing.request = request.signing;
  return good;
}

bool any_needs_store(const SeriesPlan& plan, const Context& context) {
  for (const auto& cell : plan.cells)
    if (cell.left == Left::no && (plan.builds(cell, context.plugins, context.files) ||
                                  plan.uses_kernel(cell, context.files)))
      return true;
  return false;
}

std::string default_output(const std::string& manifest, bool srpms) {
  std::string name = base_name(manifest);
  for (const char* suffix : {".yml", ".yaml"})
    if (name.ends_with(suffix) && name.size() > std::string_view(suffix).size())
      name.resize(name.size() - std::string_view(suffix).size());
  return name + (srpms ? ".srpms" : ".series");
}

std::optional<SeriesRequest> take_request(Session& session, Context& context,
                                          const SeriesPlan& plan, const Arguments& arguments,
                                          SeriesMode mode) {
  SeriesRequest r;
  const std::string output = arguments.value("output").value_or("DIR");
  if (output.empty() || output == "-") {
    fail(session.diagnostics(), {.fault = Fault::input,
                                 .code = "command-line",
                                 .what = fmt::format("--output {} is refused", shown(output)),
                                 .why = "it names a directory"});
    return std::nullopt;
  }
  auto result = series_directory(session, arguments, plan.manifest.file);
  if (!result)
    return std::nullopt;
  r.output = std::move(*result);
  const auto jobs = number_of(session, arguments, "jobs", session.environment().processors());
  const auto cells = jobs ? number_of(session, arguments, "cells", *jobs) : std::nullopt;
  if (!cells || !take_signing(session, arguments, r.signing))
    return std::nullopt;
  r.jobs = *jobs;
  r.cells = *cells;
  r.fail_fast = arguments.has("fail-fast");
  r.words.program = session.environment().executable();
  for (const char* option : {"plugin-dir", "template-dir"})
    for (const auto& directory : arguments.values(option))
      r.words.common.insert(r.words.common.end(),
                            {std::string("--") + option, absolute_path(session, directory)});
  if (arguments.has("debug")) // their messages are in their logs
    r.words.common.emplace_back("--debug");
  if (arguments.has("unconfined"))
    r.words.common.emplace_back("--unconfined");
  r.words.store_limit = arguments.value("store-limit");
  if (any_needs_store(plan, context) || arguments.has("store")) {
    const auto store = store_directory(context, arguments.value("store"),
                                       /*make=*/mode == SeriesMode::build);
    if (!store)
      return std::nullopt;
    r.store = *store;
    r.words.store = *store;
  }
  return r;
}

class NoView final : public SeriesObserver {
public:
  void planned(size_t, size_t) override {}
  void started(const std::string&) override {}
  void ended(const std::string&, CellState, double, const std::string&) override {}
  void tick() override {}
};

// Reports each failure as an error of its own kind; the first one decides the exit status.
void tell_failures(Session& session, const SeriesPlan& plan, const SeriesOutcome& outcome) {
  for (size_t i = 0; i < plan.cells.size(); ++i) {
    const auto& cell = outcome.cells[i];
    if (cell.state == CellState::failed)
      fail(session.diagnostics(),
           {.fault = cell.fault,
            .code = "series-cell",
            .where = plan.name_of(plan.cells[i]),
            .what = "it failed",
            .why = cell.why,
            .hint = cell.log.empty()
                        ? cell.hint
                        : cell.hint + (cell.hint.empty() ? "" : "; ") + "its log: " + cell.log});
  }
}

} // namespace

namespace {

// What a run finds there it believes: the journal says which cells are finished, and SHA256SUMS then vouches for
// their packages. So nobody else may be able to change it, or what lies in it down to the packages' directories.
bool believe_result(Session& session, const ResultDirectory& result, const std::string& named) {
  auto& files = session.files();
  const auto good = [&](const std::string& path, Wanted wanted) {
    return believe(
               files, session.diagnostics(), path, wanted,
               {.code = "series-output-unsafe",
                .what = fmt::format("the result directory {} is refused", shown(named)),
                .because = "finished packages are taken from it, and SHA256SUMS vouches for them"})
        .has_value();
  };
  const auto is = [&](const std::string& path, FileInfo::Type type) {
    const auto info = files.stat(path, /*follow=*/false);
    return info && (info->type == type || info->type == FileInfo::Type::symlink);
  };
  if (!files.stat(result.root)) // it is made there
    return !files.stat(parent_path(result.root)) || good(parent_path(result.root), Wanted::parent);
  if (!good(result.root, Wanted::directory))
    return false;
  std::vector<std::string> directories = {result.own(), result.cells()};
  const auto add_below = [&](const std::string& directory) {
    const auto names = files.list(directory);
    for (const auto& name : names ? *names : std::vector<std::string>{})
      if (is(directory + "/" + name, FileInfo::Type::directory))
        directories.push_back(directory + "/" + name);
  };
  add_below(result.cells());
  size_t first = directories.size();
  add_below(result.root);
  for (const size_t formats = directories.size(); first < formats; ++first)
    add_below(directories[first]);
  for (const auto& path : directories)
    if (is(path, FileInfo::Type::directory) && files.stat(path) && !good(path, Wanted::tree))
      return false;
  for (const auto& path : {result.journal(), result.inputs(), result.names()})
    if (files.stat(path) && !good(path, Wanted::file))
      return false;
  return true;
}

} // namespace

std::optional<ResultDirectory> series_directory(Session& session, const Arguments& arguments,
                                                const std::string& manifest) {
  std::string output =
      arguments.value("output").value_or(default_output(manifest, arguments.has("emit-srpms")));
  while (output.size() > 1 && output.back() == '/')
    output.pop_back();
  const std::string parent = absolute_path(session, parent_path(output));
  ResultDirectory result{(parent == "/" ? "" : parent) + "/" + base_name(output)};
  if (!believe_result(session, result, output))
    return std::nullopt;
  return result;
}

namespace {

// If this fails, the policies are asked again next time.
void keep_names(Session& session, const std::string& path, std::string names) {
  if (names.empty())
    return;
  auto& files = session.files();
  const std::string hidden = path + ".tmp";
  [[maybe_unused]] const auto removed = files.remove(hidden);
  if (files.write_new(hidden, names, 0644, false)) [[maybe_unused]]
    const auto put = files.rename(hidden, path);
}

} // namespace

bool series_build(Session& session, Context& context, SeriesPlan plan, const Arguments& arguments,
                  Document& result) {
  auto request = take_request(session, context, plan, arguments, SeriesMode::build);
  if (!request)
    return false;
  SeriesView view(session, request->output, arguments.value("events").value_or(""));
  if (!view.good()) // after hours of building it would be too late to find out
    return false;
  const OpenLine line(session.diagnostics(), [&] { view.close(); });
  const auto engine = engine_to_build(session, context, *request, arguments);
  if (!engine)
    return false;
  const auto outcome = run_series(plan, *request, context, *engine, view, SeriesMode::build);
  view.close();
  if (!outcome)
    return false;
  keep_names(session, request->output.names(), std::move(plan.names));
  tell_failures(session, plan, *outcome);
  const bool written =
      write_series(session, plan, *outcome, request->output) &&
      (!arguments.has("emit-srpms") || write_submit_list(session, plan, *outcome, request->output));
  if (session.json())
    put_outcome(plan, *outcome, request->output, result);
  else if (!session.quiet())
    session.out(outcome_text(plan, *outcome, /*all=*/false));
  if (!outcome->complete && session.interrupts().pending() != 0 && !session.quiet())
    note(session.diagnostics(), {.code = "series-goes-on",
                                 .what = "the series is not finished",
                                 .why = "the run was interrupted",
                                 .hint = "run the same command again to continue"});
  return written && outcome->complete;
}

bool series_status(Session& session, Context& context, SeriesPlan plan, const Arguments& arguments,
                   Document& result) {
  auto request = take_request(session, context, plan, arguments, SeriesMode::look);
  if (!request)
    return false;
  NoView view;
  const auto engine = engine_to_look(session, context, *request);
  const auto outcome = run_series(plan, *request, context, *engine, view, SeriesMode::look);
  if (!outcome)
    return false;
  if (session.json())
    put_outcome(plan, *outcome, request->output, result);
  else
    session.out(status_text(plan, *outcome, arguments.has("why")));
  return true;
}

} // namespace kpb
