// SPDX-License-Identifier: GPL-2.0-only
//
// The failures that people met, of tests/fixtures/builder-logs/failures.json: each as a log that has reached its phase.
#ifndef KPB_TESTS_FIELD_FAILURES_HPP
#define KPB_TESTS_FIELD_FAILURES_HPP

#include "builder_failure_case.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

namespace kpb::builders {

struct FieldFailure {
  std::string id;
  Tool tool;
  std::string phase; // none, original, patched, compare, module
  Versions versions;
  bool unknown;
  FailureCase expected;
};

// What the tool has printed when it reaches the phase.
inline std::string log_until(Tool tool, const std::string& phase) {
  const std::string kpatch[] = {"Using source directory at /mnt/kpb/tree\n",
                                "Building original source\n", "Building patched source\n",
                                "Extracting new and modified ELF sections\n",
                                "Building patch module: livepatch-x.ko\n"};
  const std::string klp[] = {"Validating patch(es)\n", "Building original kernel\n",
                             "Building patched kernel\n", "Diffing objects\n",
                             "Building patch module: livepatch-x.ko\n"};
  const std::string phases[] = {"none", "original", "patched", "compare", "module"};
  std::string out;
  for (size_t i = 0; i < std::size(phases); ++i) {
    out += tool == Tool::kpatch_build ? kpatch[i] : klp[i];
    if (phases[i] == phase)
      return out;
  }
  return "no such phase: " + phase;
}

inline const std::vector<FieldFailure>& field_failures() {
  static const std::vector<FieldFailure> all = [] {
    std::vector<FieldFailure> out;
    std::ifstream file(KPB_TEST_FIXTURES "/builder-logs/failures.json");
    const auto document = nlohmann::json::parse(file);
    for (const auto& f : document.at("failures")) {
      const Tool tool = f.at("builder") == "klp-build" ? Tool::klp_build : Tool::kpatch_build;
      const std::string fault = f.at("fault");
      std::string log = log_until(tool, f.at("phase"));
      for (const std::string line : f.at("lines"))
        log += line + "\n";
      out.push_back({f.at("id"),
                     tool,
                     f.at("phase"),
                     {f.value("version", ""), f.value("kernel", "")},
                     f.value("unknown", false),
                     {f.at("code"),
                      fault == "input"  ? sdk::Fault::input
                      : fault == "tool" ? sdk::Fault::tool
                                        : sdk::Fault::environment,
                      "", f.value("says", ""), log}});
    }
    return out;
  }();
  return all;
}

// For check_all_rows_reached(): those of one builder.
inline std::vector<FailureCase> with_field_failures(Tool tool, std::vector<FailureCase> cases) {
  for (const auto& f : field_failures())
    if (f.tool == tool)
      cases.push_back(f.expected);
  return cases;
}

} // namespace kpb::builders

#endif
