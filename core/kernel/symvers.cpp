// SPDX-License-Identifier: GPL-2.0-only
//
// See symvers.hpp.
#include "core/kernel/symvers.hpp"

#include "core/base/text.hpp"

#include <cstdio>

namespace kpb {

namespace {

constexpr size_t k_shown = 5;

std::string hex(uint32_t crc) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", crc);
  return text;
}

} // namespace

SymversComparison compare_symvers(const Exports& shipped, const Exports& rebuilt) {
  SymversComparison out;
  for (const auto& [symbol, entry] : shipped) {
    const auto there = rebuilt.find(symbol);
    if (there == rebuilt.end())
      out.missing.push_back(symbol);
    else if (there->second.crc != entry.crc)
      out.differing.push_back({symbol, entry.crc, there->second.crc});
    else
      ++out.equal;
  }
  for (const auto& [symbol, entry] : rebuilt)
    out.extra += shipped.count(symbol) == 0 ? 1U : 0U;
  return out;
}

bool check_symvers(const SymversComparison& comparison, const std::string& where,
                   DiagnosticSink& sink) {
  if (comparison.good())
    return true;
  std::vector<std::string> first;
  for (const auto& d : comparison.differing)
    if (first.size() < k_shown)
      first.push_back(d.symbol + " (shipped " + hex(d.shipped) + ", compiled " + hex(d.rebuilt) +
                      ")");
  std::string why;
  if (!first.empty())
    why = std::to_string(comparison.differing.size()) + " differ, for example " + join(first, ", ");
  first.clear();
  for (const auto& symbol : comparison.missing)
    if (first.size() < k_shown)
      first.push_back(symbol);
  if (!first.empty())
    why += (why.empty() ? "" : "; ") + std::to_string(comparison.missing.size()) +
           " are missing, for example " + join(first, ", ");
  return fail(
      sink,
      {.fault = Fault::input,
       .code = "kernel-symvers",
       .where = where,
       .what = "the compiled kernel does not export the symbols in the shipped Module.symvers",
       .why = why,
       .hint = "source, configuration or compiler are not those of the kernel: compare their "
               "versions, and see docs/building-patches.md"});
}

} // namespace kpb
