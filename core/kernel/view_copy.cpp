// SPDX-License-Identifier: GPL-2.0-only
//
// Building where mounting is not allowed (a container without rights): the template is copied to one place in
// the store, and one build at a time works there. The objects then contain that path and not /mnt/kpb. See
// docs/building-patches.md for what is lost.
//
// Without a PID namespace a builder's processes live on when kpb is killed. So they hold a lock of their own
// (kpb-enter opens it and they all inherit it), and while one of them lives no other build starts there.
#include "core/base/text.hpp"
#include "core/kernel/store.hpp"
#include "core/kernel/view.hpp"
#include "core/kernel/view_parts.hpp"

#include <cerrno>

namespace kpb {

const ViewPlaces& KernelView::places() const {
  // With a build root there is no copy: entering the root takes mounts. Only this system's own programs can
  // do without a view.
  if (!m_no_view && !m_confinement.wanted() && m_kernel.root.empty())
    m_no_view = "nothing is confined (--unconfined)";
  if (!m_no_view)
    m_no_view = m_kernel.root.empty() ? probe() : "";
  if (!m_no_view->empty() && m_places.tree == k_view_tree) {
    const std::string base = m_kernel.store + "/copy";
    m_places = {base + "/tree", base + "/cache", m_kernel.directory, base + "/input",
                base + "/output"};
  }
  return m_places;
}

bool KernelView::copies() const { return places().tree != k_view_tree; }

// Tries to make a view. Why none can be made, in kpb-enter's words; "" when one can, or when something else
// failed, which the build will then report.
std::string KernelView::probe() const {
  auto& files = m_context.files;
  const std::string views = m_kernel.store + "/views";
  if (!files.make_directory(views, 0700))
    return {};
  const auto directory = files.make_private_directory(views, "view-", "");
  if (!directory)
    return {};
  const Temporary temporary(files, *directory);
  const auto lock = files.lock(*directory + "/lock", /*exclusive=*/true, holder_line("looks"));
  for (const char* name : {"/lower", "/upper", "/work"})
    if (!lock || !files.make_directory(*directory + name, 0755))
      return {};
  ProcessCommand command;
  command.arguments = {
      m_enter, "--overlay", *directory + "/lower", *directory + "/upper", *directory + "/work",
      "--",    "true"};
  command.directory = "/";
  command.environment = view_environment({});
  const auto ran = m_context.processes.run(command);
  if (!ran || ran->interrupted)
    return {};
  return view_refused(ran->exit_status, ran->output).value_or("");
}

void KernelView::warn_of_copy(DiagnosticSink& sink) const {
  warn(sink,
       {.code = "view-copy",
        .what = "the kernel is built in a copy, one build at a time",
        .why = *m_no_view,
        .hint =
            "with mount namespaces and overlayfs (as root, or with user namespaces), builds run "
            "in parallel, without network access, and give the same bytes on every machine"});
}

ViewLayout KernelView::copy_layout() const {
  const std::string base = m_kernel.store + "/copy";
  ViewLayout layout;
  layout.enter = m_enter;
  layout.places = places();
  layout.hold = base + ".running";
  layout.copy = base;
  layout.kernel = m_kernel.directory;
  layout.temporary = base + "/tmp";
  layout.input = layout.places.input;
  return layout;
}

std::unique_ptr<FileLock> KernelView::hold_copy(const ViewLayout& layout,
                                                DiagnosticSink& sink) const {
  auto& files = m_context.files;
  const std::string base = m_kernel.store + "/copy";
  auto lock = files.lock(base + ".lock", /*exclusive=*/true, holder_line("builds in a copy"));
  // The processes of a build hold this one, and go on when their kpb was killed. We take it only to find out.
  const auto alive = lock ? files.lock(layout.hold, /*exclusive=*/true, holder_line("looks"))
                          : tl::unexpected(lock.error());
  if (!alive && alive.error().number == EWOULDBLOCK) {
    fail(sink,
         {.fault = Fault::locked,
          .code = "copy-locked",
          .where = m_kernel.id,
          .what = "another build is using the copy of the kernel",
          .why = lock ? "processes of a killed build are still running"
                      : living_holders(files, base + ".lock"),
          .hint =
              "try again when it has finished; where views can be made, builds run in parallel"});
    return nullptr;
  }
  Status done;
  if (!alive)
    done = tl::unexpected(alive.error());
  if (done)
    done = files.remove_tree(base);
  for (const auto& path : {base, layout.temporary, layout.places.input})
    if (done)
      done = files.make_directory(path, 0700);
  if (!done) {
    no_view(m_context, sink, done.error());
    return nullptr;
  }
  return std::move(*lock);
}

bool KernelView::copy(const std::string& from, const std::string& to, DiagnosticSink& sink) const {
  const auto copied =
      m_context.files.copy_tree(from, to, [this] { return m_context.interrupts.pending() != 0; });
  return copied || no_view(m_context, sink, copied.error());
}

std::optional<ViewOutcome> KernelView::build_in_copy(const ViewRun& run,
                                                     const std::string& directory,
                                                     const std::vector<std::string>& patches,
                                                     const std::string& output,
                                                     DiagnosticSink& sink) {
  auto& files = m_context.files;
  ViewLayout layout = copy_layout();
  layout.output = output;
  const auto lock = hold_copy(layout, sink);
  if (!lock)
    return std::nullopt;
  const Temporary temporary(files, m_kernel.store + "/copy");
  m_context.progress.phase("copying the compiled original");
  if (!copy(directory + "/tree", layout.places.tree, sink) ||
      !copy(directory + "/cache", layout.places.cache, sink))
    return std::nullopt;
  auto done = write_patches(files, layout.input, patches);
  if (done)
    done = files.make_symlink(output, layout.places.output);
  if (!done) {
    no_view(m_context, sink, done.error());
    return std::nullopt;
  }
  return build(run, layout, sink);
}

} // namespace kpb
