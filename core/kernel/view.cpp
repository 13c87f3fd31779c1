// SPDX-License-Identifier: GPL-2.0-only
//
// See view.hpp: which template a build uses, and the throw-away view of one build. Compiling the original
// first is in view_prime.cpp, running a program in a view in view_enter.cpp.
#include "core/kernel/view.hpp"

#include "core/base/text.hpp"
#include "core/kernel/build_root.hpp"
#include "core/kernel/disk_use.hpp"
#include "core/kernel/store.hpp"
#include "core/kernel/view_parts.hpp"
#include "core/model/names.hpp"

#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_file = 16ULL * 1024 * 1024;

} // namespace

bool no_view(const RunContext& context, DiagnosticSink& sink, const SystemError& error) {
  if (context.interrupts.pending() != 0)
    return false;
  return fail(sink, {.fault = Fault::environment,
                     .code = "view",
                     .what = error.text(),
                     .hint = error.number == ENOSPC
                                 ? "make room in the store, or choose another one with --store"
                                 : ""});
}

Status write_patches(FileSystem& files, const std::string& directory,
                     const std::vector<std::string>& patches) {
  for (size_t i = 0; i < patches.size(); ++i) {
    const std::string path = fmt::format("{}/patch-{:03}.patch", directory, i + 1);
    if (const auto written = files.write_new(path, patches[i], 0644, false); !written)
      return written;
  }
  return {};
}

KernelView::KernelView(const RunContext& context, PreparedKernel kernel, std::string enter_path,
                       std::string name, uint64_t jobs, uint64_t store_limit)
    : m_context(context), m_confinement(context), m_kernel(std::move(kernel)),
      m_enter(std::move(enter_path)), m_name(std::move(name)), m_jobs(jobs),
      m_store_limit(store_limit) {}

std::optional<std::string> KernelView::find(const std::string& tool) const {
  return find_program(m_context.files, m_kernel.root, tool);
}

std::optional<std::string> KernelView::read(const std::string& path) const {
  const bool absolute = path.starts_with("/");
  if (!is_safe_path(absolute ? path : "/" + path) && path != ".config")
    return std::nullopt;
  std::string where = absolute ? m_kernel.root + path : m_kernel.tree() + "/" + path;
  if (path == ".config")
    where = m_kernel.config();
  auto content = m_context.files.read(where, k_max_file);
  return content ? std::optional<std::string>(std::move(*content)) : std::nullopt;
}

// Removes the layers that killed runs have left: nobody holds their locks.
void KernelView::sweep_views() const {
  auto& files = m_context.files;
  const std::string views = m_kernel.store + "/views";
  const auto names = files.list(views);
  if (!names)
    return;
  for (const auto& name : *names) {
    const std::string path = views + "/" + name;
    if (const auto lock = files.lock(path + "/lock", /*exclusive=*/true, holder_line("sweeping")))
      (void)files.remove_tree(path);
  }
}

std::optional<ViewOutcome> KernelView::build_in_view(const ViewRun& run,
                                                     const std::string& directory,
                                                     const std::vector<std::string>& patches,
                                                     const std::string& output,
                                                     DiagnosticSink& sink) {
  auto& files = m_context.files;
  sweep_views();
  const std::string views = m_kernel.store + "/views";
  const auto made = files.make_directory(views, 0700);
  const auto view =
      made ? files.make_private_directory(views, "view-", "") : tl::unexpected(made.error());
  if (!view) {
    no_view(m_context, sink, view.error());
    return std::nullopt;
  }
  const Temporary temporary(files, *view);
  const auto lock = files.lock(*view + "/lock", /*exclusive=*/true, holder_line("kpb build"));
  if (!lock) {
    no_view(m_context, sink, lock.error());
    return std::nullopt;
  }
  ViewLayout layout;
  layout.enter = m_enter;
  layout.root = m_kernel.root;
  layout.kernel = m_kernel.directory;
  layout.tree = {{directory + "/tree", m_kernel.tree()}, *view + "/tree", *view + "/tree-work"};
  layout.cache = {{directory + "/cache"}, *view + "/cache", *view + "/cache-work"};
  layout.input = *view + "/input";
  layout.output = output;
  Status done;
  for (const auto* path : {&layout.tree.upper, &layout.tree.work, &layout.cache.upper,
                           &layout.cache.work, &layout.input})
    if (done)
      done = files.make_directory(*path, 0755);
  if (done)
    done = write_patches(files, layout.input, patches);
  if (!done) {
    no_view(m_context, sink, done.error());
    return std::nullopt;
  }
  return build(run, layout, sink);
}

std::optional<ViewOutcome> KernelView::build(const ViewRun& run, const ViewLayout& layout,
                                             DiagnosticSink& sink) {
  auto outcome = enter(layout, *run.build, &run, m_name + "-" + m_kernel.release(), sink);
  if (outcome)
    outcome->primed = true;
  return outcome;
}

bool KernelView::template_locked(const std::string& directory, const std::string& what,
                                 DiagnosticSink& sink) {
  return m_context.interrupts.pending() == 0 &&
         fail(sink, {.fault = Fault::locked,
                     .code = "template-locked",
                     .where = m_kernel.id,
                     .what = what,
                     .why = living_holders(m_context.files, template_lock(directory)),
                     .hint = "try again when it has finished"});
}

std::optional<std::unique_ptr<FileLock>> KernelView::hold_template(const std::string& directory,
                                                                   DiagnosticSink& sink) {
  auto& files = m_context.files;
  constexpr int k_attempts = 200;
  // A template that exists is locked exclusively for moments only: by a run that is about to release it after
  // compiling, or by one that removes it.
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    if (!files.stat(directory + "/template.json"))
      return std::unique_ptr<FileLock>();
    auto lock =
        files.lock(template_lock(directory), /*exclusive=*/false, holder_line("builds with it"));
    if (lock) // it may have been removed before we had the lock
      return files.stat(directory + "/template.json") ? std::move(*lock) : nullptr;
    if (lock.error().number != EWOULDBLOCK && lock.error().number != ENOENT) {
      no_view(m_context, sink, lock.error());
      return std::nullopt;
    }
    m_context.environment.pause(50);
    if (m_context.interrupts.pending() != 0)
      return std::nullopt;
  }
  template_locked(directory, "the compiled original of this kernel is being removed", sink);
  return std::nullopt;
}

std::optional<ViewOutcome> KernelView::run(const ViewRun& run,
                                           const std::vector<std::string>& patches,
                                           const std::string& output, DiagnosticSink& sink) {
  const std::string directory = template_directory(run);
  if (copies())
    warn_of_copy(sink);
  // Between compiling the original and locking it, a run that needs room may remove it. That this happens
  // twice in a row is no accident.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto lock = hold_template(directory, sink);
    if (!lock)
      return std::nullopt;
    if (*lock) {
      mark_used(m_context, directory);
      if (!run.build)
        return primed_already();
      return copies() ? build_in_copy(run, directory, patches, output, sink)
                      : build_in_view(run, directory, patches, output, sink);
    }
    auto primed = prime(run, directory, sink);
    if (!primed || !primed->primed || !run.build)
      return primed;
  }
  template_locked(directory,
                  "the compiled original of this kernel was removed repeatedly while it was needed",
                  sink);
  return std::nullopt;
}

} // namespace kpb
