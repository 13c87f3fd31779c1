// SPDX-License-Identifier: GPL-2.0-only
//
// See engines.hpp.
#include "core/cli/series/engines.hpp"

#include "core/base/text.hpp"
#include "core/request/options.hpp"
#include "core/series/slurm_engine.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

std::unique_ptr<SeriesEngine> build_here(Session& session, Context&, SeriesRequest&,
                                         const Arguments&) {
  return make_local_engine(session.interrupts());
}

const EngineRow* engine_named(const std::string& name) {
  const auto found = std::ranges::find(engines(), name, &EngineRow::name);
  return found == engines().end() ? nullptr : &*found;
}

std::string engine_asked(const Arguments& arguments) {
  return arguments.value("engine").value_or(engines().front().name);
}

bool takes(const EngineRow& engine, const std::string& option) {
  return std::ranges::find(engine.options, option) != engine.options.end();
}

// This run's command line in a form that works from any directory.
std::vector<std::string> again(Session& session, const SeriesRequest& request,
                               const Arguments& arguments) {
  const EngineRow& engine = *engine_named(engine_asked(arguments));
  std::vector<std::string> out = {
      request.words.program, "series", "build", "--engine", engine.name, "--output",
      request.output.root};
  out.insert(out.end(), request.words.common.begin(), request.words.common.end());
  BuildRequest signing;
  signing.signing = request.signing.request;
  const auto words = option_words(signing);
  out.insert(out.end(), words.begin(), words.end());
  if (request.words.store)
    out.insert(out.end(), {"--store", *request.words.store});
  std::vector<const char*> with_value = {"jobs", "cells", "store-limit"};
  with_value.insert(with_value.end(), engine.options.begin(), engine.options.end());
  for (const char* option : with_value)
    if (const auto value = arguments.value(option))
      out.insert(out.end(), {std::string("--") + option, *value});
  for (const char* option : {"fail-fast", "emit-srpms"})
    if (arguments.has(option))
      out.push_back(std::string("--") + option);
  out.push_back(absolute_path(session, arguments.operands[1]));
  return out;
}

std::vector<std::string> slurm_environment(Session& session) {
  std::vector<std::string> out;
  for (const char* variable : {"PATH", "HOME", "XDG_CACHE_HOME", "KPB_STORE", "KPB_STORE_LIMIT",
                               "KPB_PLUGIN_PATH", "SOURCE_DATE_EPOCH", "SLURM_CONF"})
    if (const auto value = session.environment().variable(variable))
      out.push_back(std::string(variable) + "=" + *value);
  return out;
}

std::unique_ptr<SeriesEngine> build_on_slurm(Session& session, Context& context,
                                             SeriesRequest& request, const Arguments& arguments) {
  SlurmRequest slurm;
  slurm.output = request.output;
  slurm.again = again(session, request, arguments);
  slurm.partition = arguments.value("partition");
  slurm.at_once = arguments.has("cells") ? request.cells : 0;
  slurm.environment = slurm_environment(session);
  slurm.secrets = request.signing.request.variables;
  slurm.secrets.emplace_back(k_sign_pin);
  // Slurm does the queueing; jobs that are not submitted would be lost if this process ended.
  request.cells = UINT64_MAX;
  if (!arguments.has("jobs"))
    request.jobs = 1;
  return make_slurm_engine(context, std::move(slurm));
}

// Only on a cluster can jobs run while no kpb series build runs, and only if some were submitted.
std::unique_ptr<SeriesEngine> look_at_slurm(Session& session, Context& context,
                                            const SeriesRequest& request) {
  if (!session.files().stat(request.output.own() + "/slurm/submitted") || !can_reach_slurm(context))
    return nullptr;
  SlurmRequest slurm;
  slurm.output = request.output;
  slurm.environment = slurm_environment(session);
  return make_slurm_engine(context, std::move(slurm));
}

std::unique_ptr<SeriesEngine> misused(Session& session, std::string what, std::string why) {
  fail(session.diagnostics(), {.fault = Fault::input,
                               .code = "command-line",
                               .what = std::move(what),
                               .why = std::move(why)});
  return nullptr;
}

} // namespace

const std::vector<EngineRow>& engines() {
  static const std::vector<EngineRow> rows = {
      {"local", {}, build_here, nullptr},
      {"slurm", {"partition"}, build_on_slurm, look_at_slurm},
  };
  return rows;
}

std::string engine_names(const char* separator) {
  std::vector<std::string> names;
  for (const auto& engine : engines())
    names.emplace_back(engine.name);
  return join(names, separator);
}

std::unique_ptr<SeriesEngine> engine_to_build(Session& session, Context& context,
                                              SeriesRequest& request, const Arguments& arguments) {
  const std::string name = engine_asked(arguments);
  const EngineRow* chosen = engine_named(name);
  if (chosen == nullptr)
    return misused(session, fmt::format("--engine {} is refused", shown(name)),
                   "it is " + engine_names(" or "));
  for (const auto& other : engines())
    for (const char* option : other.options)
      if (arguments.has(option) && !takes(*chosen, option))
        return misused(session, fmt::format("--{} is given", option),
                       fmt::format("it is for --engine {}", other.name));
  return chosen->build(session, context, request, arguments);
}

std::unique_ptr<SeriesEngine> engine_to_look(Session& session, Context& context,
                                             const SeriesRequest& request) {
  for (const auto& engine : engines())
    if (engine.look != nullptr)
      if (auto found = engine.look(session, context, request))
        return found;
  return make_local_engine(session.interrupts());
}

std::string absolute_path(Session& session, const std::string& path) {
  if (const auto resolved = session.files().resolve(path))
    return *resolved;
  return path[0] == '/' ? path : session.environment().current_directory() + "/" + path;
}

} // namespace kpb
