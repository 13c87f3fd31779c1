// SPDX-License-Identifier: GPL-2.0-only
//
// Two cells must not become the same package, file or module. That is checked before anything is built.
#include "core/series/plan.hpp"

#include "core/base/text.hpp"

#include <fmt/core.h>
#include <unordered_map>

namespace kpb {

namespace {

class Taken {
public:
  Taken(const SeriesPlan& plan, DiagnosticSink& sink) : m_plan(plan), m_sink(sink) {}
  // `what` is the same in both: "the package kpatch-module-p 1-1".
  bool take(const std::string& key, const SeriesCell& cell, const char* code,
            const std::string& what, const std::string& why, const std::string& hint) {
    const auto [first, fresh] = m_by_key.emplace(key, &cell);
    return fresh ||
           fail(m_sink,
                {.fault = Fault::input,
                 .code = code,
                 .where = place_text(m_plan.manifest.file, m_plan.package_of(cell).place),
                 .what = fmt::format("{} and {} are both {}", m_plan.name_of(*first->second),
                                     m_plan.name_of(cell), what),
                 .why = why,
                 .hint = hint});
  }

private:
  const SeriesPlan& m_plan;
  DiagnosticSink& m_sink;
  std::unordered_map<std::string, const SeriesCell*> m_by_key;
};

} // namespace

bool check_collisions(const SeriesPlan& plan, DiagnosticSink& sink) {
  Taken cells(plan, sink), packages(plan, sink), modules(plan, sink), files(plan, sink);
  bool good = true;
  for (const auto& cell : plan.cells) {
    const auto& kernel = plan.kernel_of(cell).kernel;
    const auto& package = plan.package_of(cell);
    if (!cells.take(plan.name_of(cell), cell, "series-twice", "called " + plan.name_of(cell),
                    "a cell's name consists of its package and its kernel",
                    "put them into one package: its patches for one kernel become one module")) {
      good = false;
      continue;
    }
    if (cell.left != Left::no)
      continue;
    const std::string version = plan.version_of(cell);
    good = packages.take(cell.package_name + " " + version + " " + kernel.arch, cell,
                         "series-same-package", "the package " + cell.package_name + " " + version,
                         "one name, version and release can have only one content",
                         "policy " + join(package.says.policies(), " + ") +
                             " gave the name; with policy standard the kernel is part of it") &&
           good;
    good = modules.take(kernel.release + " " + cell.module_name, cell, "series-same-module",
                        "the module " + cell.module_name + " of " + kernel.release,
                        "the kernel identifies a module only by its name",
                        "change name: or version: of one of them") &&
           good;
    for (const auto& artifact : cell.artifacts)
      good =
          files.take(artifact.format + "/" + kernel.release + "/" + artifact.name, cell,
                     "series-same-file", "the file " + artifact.name,
                     "one would overwrite the other", "change name: or version: of one of them") &&
          good;
  }
  return good;
}

} // namespace kpb
