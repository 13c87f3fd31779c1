// SPDX-License-Identifier: GPL-2.0-only
//
// What is in force and what is not, patch by patch (docs/runtime.md, Status). Only reads.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_STATUS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_STATUS_HPP

#include "core/programs/reconcile/survey.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

enum class State {
  waiting,
  installed,
  fixed,
  armed,
  transition,
  stalled,
  refused,
  blocked,
  until_reboot,
  foreign,
  uncovered // the kernel has no patch, though others have
};
const char* name_of(State state);

struct Row {
  State state = State::installed;
  std::string module;
  std::string package; // "" if no package has it
  std::string version;
  std::string kernel;
  std::string file;
  Replace replace = Replace::unknown;
  Refusal why;
  std::vector<std::string> functions;
  std::vector<std::string> cves;
  std::vector<ObservedObject> objects;
  std::vector<Task> tasks;
  uint64_t crashes = 0; // in a row with it loaded
  uint64_t crash_limit = 0;
};

// What could not be seen; then the rest may be wrong.
struct Unknown {
  std::string where; // "" where the text says it
  std::string text;
};

struct StatusReport {
  std::string kernel;               // "" if nothing runs there
  std::vector<std::string> kernels; // then: those that can be booted
  std::string idle;
  std::vector<Unknown> unknown;
  int exit_status = 0;
  std::vector<Row> rows;
};

StatusReport make_status(World& world);
// `all`: also lists each patch that waits for another kernel; otherwise those are only counted.
std::string status_table(const StatusReport& report, bool all);
std::string status_json(const StatusReport& report);

} // namespace kpb::runtime

#endif
