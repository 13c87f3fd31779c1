// SPDX-License-Identifier: GPL-2.0-only
//
// The plan of a manifest: its cells, the names that the policies give them, and which are left out and why. Planning
// writes nothing and runs no builder; docs/series.md, "Plan".
#ifndef KPB_CORE_SERIES_PLAN_HPP
#define KPB_CORE_SERIES_PLAN_HPP

#include "core/manifest/manifest.hpp"
#include "core/model/kernel_name.hpp"
#include "core/plugin/context.hpp"

#include <string>
#include <vector>

namespace kpb {

struct SeriesKernel {
  std::string name; // in the names of cells: the manifest's name, otherwise the release
  KernelName kernel;
  const ManifestKernel* given = nullptr; // null where only the release is known
};

enum class Left : uint8_t { no, excepted, end_of_life, no_builder };
// "excepted", as in series.json.
const char* left_word(Left left);

struct PlannedArtifact {
  std::string format;
  std::string name;
};

struct SeriesCell {
  uint32_t package = 0;
  uint32_t kernel = 0;
  std::vector<uint32_t> patches; // of the package, in its order
  Left left = Left::no;
  std::string why; // it is left out, in words
  // From the policies and formats.
  std::string package_name;
  std::string module_name; // in the kernel's form
  std::vector<PlannedArtifact> artifacts;
};

struct SeriesPlan {
  Manifest manifest;
  std::string machine; // this machine's architecture
  std::vector<SeriesKernel> kernels;
  std::string names; // the new content of name_cells()' cache file, if that has to be written
  std::vector<SeriesCell> cells; // packages in their order, in each the kernels in theirs

  SeriesPlan() = default;
  SeriesPlan(SeriesPlan&&) = default;
  SeriesPlan& operator=(SeriesPlan&&) = default;

  const ManifestPackage& package_of(const SeriesCell& cell) const {
    return manifest.packages[cell.package];
  }
  const SeriesKernel& kernel_of(const SeriesCell& cell) const { return kernels[cell.kernel]; }
  std::string name_of(const SeriesCell& cell) const;    // "PACKAGE@KERNEL"
  std::string version_of(const SeriesCell& cell) const; // "[EPOCH:]VERSION-RELEASE"
  // "diff", "source" or "module": what the command line would take its input for.
  std::string kind_of(const SeriesCell& cell, FileSystem& files) const;
  // Whether the result depends on the prepared kernel: a patch is compiled, or a source package contains the kernel.
  bool uses_kernel(const SeriesCell& cell, FileSystem& files) const;
  // Whether a module is built for it: not if a finished one is packed, or if only specs and source packages are made.
  bool builds(const SeriesCell& cell, const PluginCatalog& plugins, FileSystem& files) const;
};

// The package's builder, otherwise the kernel's, otherwise "auto".
std::string builder_of(const ManifestPackage& package, const SeriesKernel& kernel);

// Which cells there are. Nothing after a report.
std::optional<SeriesPlan> expand_cells(Manifest manifest, Context& context);
// Asks the policies for their names. `cache` is a file with the names for the same manifest, kernels, plugins and kpb;
// "" for none. (For 10,000 cells the policies take longer than everything else that a run without work does.)
bool name_cells(SeriesPlan& plan, Context& context, const std::string& cache = {});
// Whether no two of them would get the same name, package, module or file. False after a report.
bool check_collisions(const SeriesPlan& plan, DiagnosticSink& sink);
// All three.
std::optional<SeriesPlan> plan_series(Manifest manifest, Context& context,
                                      const std::string& cache = {});

} // namespace kpb

#endif
