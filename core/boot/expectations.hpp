// SPDX-License-Identifier: GPL-2.0-only
//
// What a user expects of a patched kernel, for kpb boot-test (docs/boot-test.md). sysfs only tells
// that a patch is enabled, not that it does what it was written for.
#ifndef KPB_CORE_BOOT_EXPECTATIONS_HPP
#define KPB_CORE_BOOT_EXPECTATIONS_HPP

#include "core/diag/diagnostic.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

struct Expectation {
  enum class When { before_load, after_load, after_unload };
  When when = When::after_load;
  std::vector<std::string> words; // for the guest: "contains", FILE, TEXT
  std::string what;               // for people: "after load: FILE contains TEXT"

  bool operator==(const Expectation&) const = default;
};

// Reads lines of the form "WHEN: FILE contains TEXT". An error names `where`, line and column. A
// file without any expectation is also an error, since it would prove nothing.
std::optional<std::vector<Expectation>>
read_expectations(std::string_view text, const std::string& where, DiagnosticSink& sink);

} // namespace kpb

#endif
