// SPDX-License-Identifier: GPL-2.0-only
//
// Tests a row of the tables of builders' failures: a piece of log as the tool prints it, and the
// message that must follow from it.
#ifndef KPB_TESTS_BUILDER_FAILURE_CASE_HPP
#define KPB_TESTS_BUILDER_FAILURE_CASE_HPP

#include "plugins/common/diff_builder/build_log.hpp"
#include "plugins/common/diff_builder/diagnose.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace kpb::builders {

struct FailureCase {
  std::string code;
  sdk::Fault fault;
  std::string where;
  std::string says; // must be in what, why or hint
  std::string log;
  int status = 1;
};

inline std::string all_text(const sdk::Diagnostic& failure) {
  return failure.what + "\n" + failure.why + "\n" + failure.hint;
}

inline void check_cases(Tool tool, const std::vector<FailureCase>& cases) {
  for (const auto& c : cases) {
    const sdk::Diagnostic failure = diagnose(tool, c.log, c.status);
    CAPTURE(c.log, failure.where, failure.what, failure.why, failure.hint);
    CHECK(failure.code == c.code);
    CHECK(failure.fault == c.fault);
    CHECK(failure.where == c.where);
    CHECK(all_text(failure).find(c.says) != std::string::npos);
    CHECK_FALSE(failure.what.empty());
    CHECK_FALSE(succeeded(tool, c.log, c.status));
  }
}

// A row that no case reaches is untested.
inline void check_all_rows_reached(Tool tool, const std::vector<Rule>& rules,
                                   const std::vector<FailureCase>& cases) {
  for (const Rule& rule : rules) {
    CAPTURE(rule.code, rule.pattern);
    CHECK(std::any_of(cases.begin(), cases.end(), [&](const FailureCase& c) {
      return c.code == rule.code && BuildLog(tool, c.log).find(rule).has_value();
    }));
  }
}

} // namespace kpb::builders

#endif
