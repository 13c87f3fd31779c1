// SPDX-License-Identifier: GPL-2.0-only
//
// A job of a cluster as a shell script, and how the job ended, by what the script left: the same for every kind of
// cluster. docs/decisions.md says why a job's end is a file.
#ifndef KPB_CORE_SERIES_JOB_SCRIPT_HPP
#define KPB_CORE_SERIES_JOB_SCRIPT_HPP

#include "core/series/engine.hpp"
#include "core/system/filesystem.hpp"

#include <optional>
#include <string>

namespace kpb {

// The script runs the job's command in its environment, writes its output to its log, and leaves its exit status in a
// file, by a rename. The secrets of `handed_over` are not in it: whoever submits it passes them on.
std::string job_script(const EngineJob& job, const std::string& status_file);
// The same; nothing if a shell would run something else.
std::optional<std::string> checked_job_script(const EngineJob& job, const std::string& status_file);

// How the job ended that leaves its status there; nothing while it has left none.
std::optional<EngineEnd> end_by_status(FileSystem& files, const std::string& status_file);

} // namespace kpb

#endif
