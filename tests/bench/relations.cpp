// SPDX-License-Identifier: GPL-2.0-only
//
// The cost of a stacked module's relations, and how it grows with the number of functions. Prints
// the median of 21 runs for each number; asserts nothing.
#include <kpb/policy/relations.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace kpb::policy;

namespace {

Facts facts(size_t functions) {
  Facts f;
  f.kernel = kernel_of("5.14.0-362.8.1.el9_3.x86_64");
  f.name = "kpatch-module-fix-5.14.0-362.8.1.el9_3";
  f.stem = "fix";
  f.version = f.release = "1";
  f.replace = false;
  for (size_t i = 0; i < functions; ++i)
    f.functions.push_back({"vmlinux", "some_subsystem_function_number_" + std::to_string(i), 1});
  return f;
}

double milliseconds(const Facts& f, size_t& made) {
  const auto start = std::chrono::steady_clock::now();
  const auto relations = relations_of(f);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  made = relations ? relations->size() : 0;
  return took.count();
}

} // namespace

int main() {
  std::printf("relations of a stacked module\n");
  for (const size_t functions : {500UL, 1000UL, 2000UL}) {
    const Facts f = facts(functions);
    std::vector<double> samples;
    size_t made = 0;
    for (int i = 0; i < 21; ++i)
      samples.push_back(milliseconds(f, made));
    std::sort(samples.begin(), samples.end());
    const double median = samples[samples.size() / 2U];
    std::printf("  %5zu functions, %5zu relations %8.2f ms   (%.2f us a function)\n", functions,
                made, median, median * 1000 / static_cast<double>(functions));
  }
  return 0;
}
