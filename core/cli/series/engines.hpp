// SPDX-License-Identifier: GPL-2.0-only
//
// The one table of the engines that kpb series can be told to use (--engine). What an engine does is in
// core/series/engine.hpp; here is how one is made from the command line. A new kind of cluster is a row.
#ifndef KPB_CORE_CLI_SERIES_ENGINES_HPP
#define KPB_CORE_CLI_SERIES_ENGINES_HPP

#include "core/cli/session.hpp"
#include "core/series/engine.hpp"
#include "core/series/run.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kpb {

struct EngineRow {
  const char* name; // as --engine takes it
  // Those of kpb series build (command_series.cpp) that only some engines take. Each has a value.
  std::vector<const char*> options;
  // For kpb series build. It may change the request where the engine, not kpb, decides how many jobs run at once.
  std::unique_ptr<SeriesEngine> (*build)(Session& session, Context& context, SeriesRequest& request,
                                         const Arguments& arguments);
  // For kpb series status: the engine, if jobs that an earlier run left there may still run; else nullptr. Null for
  // an engine whose jobs end with the run.
  std::unique_ptr<SeriesEngine> (*look)(Session& session, Context& context,
                                        const SeriesRequest& request);
};

// The first is the default.
const std::vector<EngineRow>& engines();

// Their names, for help, completion and messages: "local or slurm".
std::string engine_names(const char* separator);

// The engine that the command line names. nullptr after a report.
std::unique_ptr<SeriesEngine> engine_to_build(Session& session, Context& context,
                                              SeriesRequest& request, const Arguments& arguments);
// The engine that can tell what still runs.
std::unique_ptr<SeriesEngine> engine_to_look(Session& session, Context& context,
                                             const SeriesRequest& request);

// The path as it is from any directory, links resolved where the file exists.
std::string absolute_path(Session& session, const std::string& path);

} // namespace kpb

#endif
