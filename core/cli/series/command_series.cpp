// SPDX-License-Identifier: GPL-2.0-only
//
// kpb series: the commands for a manifest of packages x patches x kernels.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/cli/read_manifest.hpp"
#include "core/cli/series/build.hpp"
#include "core/cli/series/engines.hpp"
#include "core/cli/series/init.hpp"
#include "core/cli/series/text.hpp"
#include "core/cli/session.hpp"
#include "core/cli/subcommand.hpp"
#include "core/kernel/store.hpp"
#include "core/series/plan_size.hpp"

namespace kpb {

namespace {

// The directory or manifest that follows the sub-command; nothing after a report.
std::optional<std::string> only_operand(Session& session, const Arguments& arguments,
                                        const std::string& what) {
  if (arguments.operands.size() == 2)
    return arguments.operands[1];
  misused(session, "series",
          arguments.operands.size() < 2 ? "no " + what + " is given"
                                        : "more than one " + what + " is given");
  return std::nullopt;
}

bool init(Session& session, const RunContext&, const Arguments& arguments, Document&) {
  const auto directory = only_operand(session, arguments, "directory");
  return directory && series_init(session, *directory);
}

// What plan, build and status have in common: the manifest's plan, and what they do with it. `cached`: names of
// earlier runs may be used.
template <class Do>
bool with_plan(Session& session, const RunContext& run, const Arguments& arguments, bool cached,
               Do act) {
  const auto path = only_operand(session, arguments, "manifest");
  auto manifest = path ? read_manifest(session, *path) : std::nullopt;
  if (!manifest || !session.open_plugins(arguments))
    return false;
  if (arguments.has("emit-srpms")) {
    manifest->sha256 += " srpm"; // the names remembered for these are different
    for (auto& package : manifest->packages)
      package.says.backends = {"srpm"};
  }
  Context context = session.context(run.progress);
  std::string names;
  if (cached) {
    const auto directory = series_directory(session, arguments, *path);
    if (!directory)
      return false;
    names = directory->names();
  }
  auto plan = plan_series(std::move(*manifest), context, names);
  return plan && act(context, std::move(*plan));
}

bool plan(Session& session, const RunContext& run, const Arguments& arguments, Document& result) {
  return with_plan(session, run, arguments, false, [&](Context& context, const SeriesPlan& plan) {
    CollectingSink unheard; // without a readable store there are no kernels; a build says why
    const auto store =
        store_directory(context.reporting_to(unheard), arguments.value("store"), /*make=*/false);
    const auto directory = series_directory(session, arguments, plan.manifest.file);
    if (!directory)
      return false;
    const auto size = size_of_plan(plan, context, *directory, store.value_or(""));
    if (session.json())
      put_plan(plan, size, result);
    else
      session.out(plan_text(plan, size, context, arguments.has("explain")));
    return true;
  });
}

bool build(Session& session, const RunContext& run, const Arguments& arguments, Document& result) {
  return with_plan(session, run, arguments, true, [&](Context& context, SeriesPlan plan) {
    return series_build(session, context, std::move(plan), arguments, result);
  });
}

bool status(Session& session, const RunContext& run, const Arguments& arguments, Document& result) {
  return with_plan(session, run, arguments, true, [&](Context& context, SeriesPlan plan) {
    return series_status(session, context, std::move(plan), arguments, result);
  });
}

bool run(Session& session, const Arguments& arguments, Document& result) {
  const CommandSpec& spec = find_command("series")->spec;
  std::vector<std::string> names;
  for (const auto& sub : spec.subcommands)
    names.emplace_back(sub.name);
  if (arguments.operands.empty())
    return misused(session, "series", "kpb series takes " + join(names, ", ") + ", and a manifest");
  const SubCommand* sub = find_subcommand(spec, arguments);
  if (sub == nullptr)
    return misused(session, "series", "kpb series does not accept " + shown(arguments.operands[0]),
                   "it takes " + join(names, ", "));
  ConsoleProgress progress(session.environment(), /*visible=*/false);
  return check_options(session, spec, *sub, arguments) &&
         sub->run(session, session.run_context(progress), arguments, result);
}

int command_series(Session& session, const Arguments& arguments) {
  Document result = new_result("series");
  const bool done = run(session, arguments, result);
  return session.finish(&result, done);
}

CommandSpec series_spec() {
  static const std::string engine_words = engine_names("|");
  static const std::string engine_help =
      "build: where jobs run: " + engine_names(" or ") + "; default " + engines().front().name +
      ", this machine. The others are clusters, with shared directories";
  return {
      "series",
      "[OPTIONS] plan | build | status MANIFEST  |  init DIR",
      "build many packages from a manifest of packages, patches and kernels",
      "Builds many packages from a manifest: a YAML file (docs/series.md) that lists "
      "packages, their patches, and the kernels that the patches are for. plan shows the "
      "cells (one package for one kernel each), their names, and what is left out and why; "
      "it writes nothing. build builds the cells, each in a separate process. After an "
      "interruption or a failure, run the same command again: finished cells are not built "
      "again. status shows the state of each cell. init prints a manifest to start from, "
      "with the patches in DIR.",
      {
          {"explain", 0, nullptr, false, "plan: also show each cell's names, files and reasons",
           nullptr},
          {"why", 0, nullptr, false, "status: also show what has changed since a cell was built",
           nullptr},
          {"output", 'o', "DIR", false,
           "the result directory; default the manifest's name with .series", "directory"},
          {"jobs", 'j', "N", false,
           "build: number of processes for all jobs together, default the number of processors; "
           "on a cluster, for each job, default 1",
           nullptr},
          {"cells", 0, "N", false,
           "build: number of cells built at the same time, which share the processes; default "
           "the same number",
           nullptr},
          {"fail-fast", 0, nullptr, false, "build: start no more jobs after the first failure",
           nullptr},
          {"store", 0, "DIR", false,
           "where prepared kernels and finished cells are; default as for kpb kernel", "directory"},
          {"store-limit", 0, "GIB", false,
           "build: how large the store may become; default as for kpb kernel", nullptr},
          {"unconfined", 0, nullptr, false, "build: as for kpb build; applies to all jobs",
           nullptr},
          {"engine", 0, "NAME", false, engine_help.c_str(), engine_words.c_str()},
          {"partition", 0, "NAME", false, "build: Slurm's partition, if the manifest names none",
           nullptr},
          {"emit-srpms", 0, nullptr, false,
           "make source packages and a list of them instead, to be built by Koji, Copr or OBS",
           nullptr},
          {"events", 0, "FILE", false, "build: append one JSON line to FILE for each event",
           "file"},
          {"sign-command", 0, "PROGRAM", false,
           "signing options, as for kpb build; they apply to all cells", "file"},
          {"sign-file", 0, "PROGRAM", false, "the same", "file"},
          {"sign-key", 0, "KEY", false, "the same", "file"},
          {"sign-cert", 0, "FILE", false, "the same", "file"},
          {"sign-hash", 0, "NAME", false, "the same", nullptr},
          {"sign-env", 0, "NAME", true, "the same", nullptr},
      },
      {
          {"kpb series init patches >packages.yml", "a manifest to start from"},
          {"kpb series plan packages.yml", "what would be built, for which kernel?"},
          {"kpb series build packages.yml", "build it, or continue building it"},
          {"kpb series status --why packages.yml",
           "what is the state of each cell, and what has changed?"},
      },
      "file",
      {
          {"init", "DIR", 0, k_any_number, {}, init},
          {"plan", "MANIFEST", 0, k_any_number, {"output", "store", "explain", "emit-srpms"}, plan},
          {"build",
           "MANIFEST",
           0,
           k_any_number,
           {"output", "jobs", "cells", "fail-fast", "store", "store-limit", "events", "engine",
            "partition", "emit-srpms", "unconfined", "sign-command", "sign-file", "sign-key",
            "sign-cert", "sign-hash", "sign-env"},
           build},
          {"status",
           "MANIFEST",
           0,
           k_any_number,
           {"output", "store", "why", "emit-srpms", "sign-command", "sign-file", "sign-key",
            "sign-cert", "sign-hash", "sign-env"},
           status},
      }};
}

} // namespace

Command series_command() { return {series_spec(), command_series}; }

} // namespace kpb
