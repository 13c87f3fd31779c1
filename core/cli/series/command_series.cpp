// SPDX-License-Identifier: GPL-2.0-only
//
// kpb series: the commands for a manifest of packages x patches x kernels.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/cli/read_manifest.hpp"
#include "core/cli/series/build.hpp"
#include "core/cli/series/init.hpp"
#include "core/cli/series/text.hpp"
#include "core/cli/session.hpp"
#include "core/kernel/store.hpp"
#include "core/series/plan_size.hpp"

#include <algorithm>

namespace kpb {

namespace {

bool misused(Session& session, const std::string& what, const std::string& why = {}) {
  return fail(session.diagnostics(), {.fault = Fault::input,
                                      .code = "command-line",
                                      .what = what,
                                      .why = why,
                                      .hint = "kpb help series tells more"});
}

struct Verb {
  const char* name;
  std::vector<const char*> options; // those that not every verb takes
};

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> table = {
      {"init", {}},
      {"plan", {"output", "store", "explain", "emit-srpms"}},
      {"build",
       {"output", "jobs", "cells", "fail-fast", "store", "store-limit", "events", "engine",
        "partition", "emit-srpms", "sign-command", "sign-file", "sign-key", "sign-cert",
        "sign-hash", "sign-env"}},
      {"status",
       {"output", "store", "why", "emit-srpms", "sign-command", "sign-file", "sign-key",
        "sign-cert", "sign-hash", "sign-env"}},
  };
  return table;
}

const Verb* find_verb(Session& session, const Arguments& arguments) {
  const std::string word = arguments.operands.empty() ? "" : arguments.operands[0];
  std::vector<std::string> names, all;
  const Verb* found = nullptr;
  for (const auto& verb : verbs()) {
    names.emplace_back(verb.name);
    all.insert(all.end(), verb.options.begin(), verb.options.end());
    if (word == verb.name)
      found = &verb;
  }
  if (found == nullptr) {
    misused(session,
            word.empty() ? "kpb series takes " + join(names, ", ") + ", and a manifest"
                         : "kpb series takes no " + shown(word),
            word.empty() ? "" : "it takes " + join(names, ", "));
    return nullptr;
  }
  for (const auto& option : all) // other verbs would silently ignore them
    if (arguments.has(option) &&
        std::find(found->options.begin(), found->options.end(), option) == found->options.end()) {
      misused(session, "--" + option + " is given",
              std::string("kpb series ") + found->name + " does not take it");
      return nullptr;
    }
  return found;
}

bool plan_only(Session& session, const SeriesPlan& plan, Context& context,
               const Arguments& arguments, Document& result) {
  CollectingSink unheard; // without a readable store there are no kernels; a build says why
  const auto store =
      store_directory(context.reporting_to(unheard), arguments.value("store"), /*make=*/false);
  const auto size = size_of_plan(
      plan, context, series_directory(session, arguments, plan.manifest.file), store.value_or(""));
  if (session.json())
    put_plan(plan, size, result);
  else
    session.out(plan_text(plan, size, context, arguments.has("explain")));
  return true;
}

bool run(Session& session, const Arguments& arguments, Document& result) {
  const auto& words = arguments.operands;
  const Verb* verb = find_verb(session, arguments);
  if (verb == nullptr)
    return false;
  const std::string name = verb->name;
  const std::string what = name == "init" ? "directory" : "manifest";
  if (words.size() != 2)
    return misused(session, words.size() < 2 ? "no " + what + " is given"
                                             : "more than one " + what + " is given");
  if (name == "init")
    return series_init(session, words[1]);
  auto manifest = read_manifest(session, words[1]);
  if (!manifest || !session.open_plugins(arguments))
    return false;
  if (arguments.has("emit-srpms")) {
    manifest->sha256 += " srpm"; // the names remembered for these are different
    for (auto& package : manifest->packages)
      package.says.backends = {"srpm"};
  }
  ConsoleProgress progress(session.environment(), false);
  Context context = session.context(progress);
  auto plan =
      plan_series(std::move(*manifest), context,
                  name == "plan" ? "" : series_directory(session, arguments, words[1]).names());
  if (!plan)
    return false;
  if (name == "build")
    return series_build(session, context, std::move(*plan), arguments, result);
  if (name == "status")
    return series_status(session, context, std::move(*plan), arguments, result);
  return plan_only(session, *plan, context, arguments, result);
}

} // namespace

int command_series(Session& session, const Arguments& arguments) {
  Document result = new_result("series");
  const bool done = run(session, arguments, result);
  return session.finish(&result, done);
}

} // namespace kpb
