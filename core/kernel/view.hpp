// SPDX-License-Identifier: GPL-2.0-only
//
// A prepared kernel as a builder uses it: the host side of abi/draft/view.h. The original is compiled once
// for each builder and frozen (a template); every build gets a throw-away layer over it. Whatever becomes
// of a build, killed or failed, the template was never written to.
#ifndef KPB_CORE_KERNEL_VIEW_HPP
#define KPB_CORE_KERNEL_VIEW_HPP

#include "core/kernel/prepared_kernel.hpp"
#include "core/kernel/view_layout.hpp"
#include "core/run/context.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpb {

struct ViewCommand {
  std::vector<std::string> arguments; // [0] is a program of the build root
  std::vector<std::string> environment;
};

struct ViewRun {
  std::string builder;    // its name, for the template's directory
  std::string depends_on; // see abi/draft/view.h
  ViewCommand prime;
  std::string primed;
  std::optional<ViewCommand> build;
  std::vector<std::pair<std::string, std::string>> phases; // marker, words
};

struct ViewOutcome {
  bool primed = false; // false: this is how priming ended, which failed
  bool interrupted = false;
  int exit_status = 0;
  std::string output; // the end of what was printed
  std::string log;    // path of the file with all of it
};

class KernelView {
public:
  // `patches` are copied to the view under numbers; `output` is an absolute directory that exists; `name`
  // names the log. All outlive the view. The kernel is locked (shared) by the caller. `store_limit`, in
  // bytes, is what the store is brought down to before an original is compiled.
  KernelView(const RunContext& context, PreparedKernel kernel, std::string enter, std::string name,
             uint64_t jobs, uint64_t store_limit);

  const PreparedKernel& kernel() const { return m_kernel; }
  // Where things are for the builder's programs: in a view, or where none can be made in the one copy.
  const ViewPlaces& places() const;
  // The path of a program inside the root.
  std::optional<std::string> find(const std::string& tool) const;
  // A file of the tree, or with an absolute path of the root; nothing where there is none.
  std::optional<std::string> read(const std::string& path) const;
  // Nothing when there was no view to run in (reported).
  std::optional<ViewOutcome> run(const ViewRun& run, const std::vector<std::string>& patches,
                                 const std::string& output, DiagnosticSink& sink);

private:
  std::string template_key(const ViewRun& run) const;
  std::string template_directory(const ViewRun& run) const;
  std::optional<ViewOutcome> prime(const ViewRun& run, const std::string& directory,
                                   DiagnosticSink& sink);
  // Both compile the original below `making`; priming failed where the outcome is not `primed`.
  std::optional<ViewOutcome> prime_in_view(const ViewRun& run, const std::string& making,
                                           DiagnosticSink& sink);
  std::optional<ViewOutcome> prime_in_copy(const ViewRun& run, const std::string& making,
                                           DiagnosticSink& sink);
  bool prepare_original(const ViewLayout& layout, const std::string& tree, DiagnosticSink& sink);
  std::optional<ViewOutcome> compile_original(const ViewRun& run, const ViewLayout& layout,
                                              DiagnosticSink& sink);
  bool configure(const ViewLayout& layout, const std::string& tree, DiagnosticSink& sink);
  bool check_original(const std::string& making, DiagnosticSink& sink) const;
  bool freeze(const ViewRun& run, const std::string& making, const std::string& directory,
              DiagnosticSink& sink);
  std::optional<ViewOutcome> build_in_view(const ViewRun& run, const std::string& directory,
                                           const std::vector<std::string>& patches,
                                           const std::string& output, DiagnosticSink& sink);
  std::optional<ViewOutcome> build(const ViewRun& run, const ViewLayout& layout,
                                   DiagnosticSink& sink);
  bool copies() const;
  std::string probe() const;
  void warn_of_copy(DiagnosticSink& sink) const;
  ViewLayout copy_layout() const;
  // Empties the copy's place, but for the directory of patches, and keeps others out of it. Null after a report.
  std::unique_ptr<FileLock> hold_copy(const ViewLayout& layout, DiagnosticSink& sink) const;
  bool copy(const std::string& from, const std::string& to, DiagnosticSink& sink) const;
  std::optional<ViewOutcome> build_in_copy(const ViewRun& run, const std::string& directory,
                                           const std::vector<std::string>& patches,
                                           const std::string& output, DiagnosticSink& sink);
  std::optional<ViewOutcome> enter(const ViewLayout& layout, const ViewCommand& command,
                                   const ViewRun* phases_of, const std::string& log_name,
                                   DiagnosticSink& sink);
  // Locks the template for use; a null lock means that there is no template. Nothing after a report.
  std::optional<std::unique_ptr<FileLock>> hold_template(const std::string& directory,
                                                         DiagnosticSink& sink);
  bool template_locked(const std::string& directory, const std::string& what, DiagnosticSink& sink);
  void sweep_views() const;

  const RunContext& m_context;
  Confinement m_confinement;
  PreparedKernel m_kernel;
  std::string m_enter;
  std::string m_name;
  uint64_t m_jobs;
  uint64_t m_store_limit;
  mutable std::optional<std::string> m_no_view; // why none can be made, as places() found out
  mutable ViewPlaces m_places;
};

// A patch that touches no compiled file: it adds a line to the end of the tree's README, or makes one where
// there is none. With it a builder compiles the original and finds nothing changed.
std::string patch_of_readme(const std::optional<std::string>& readme);

} // namespace kpb

#endif
