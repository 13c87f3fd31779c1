// SPDX-License-Identifier: GPL-2.0-only
//
// Where mounting is not allowed (a container without rights): the template is copied to one place of the
// store, which is what enters the objects instead of /mnt/kpb, and one build at a time works there. See
// docs/building-patches.md for what that does not give.
//
// Nothing ends a builder's processes when kpb is killed. So they hold a lock of their own (kpb-enter opens
// it and all of them inherit it), and while one of them lives nobody works in that place.
#include "core/base/text.hpp"
#include "core/kernel/store.hpp"
#include "core/kernel/view.hpp"
#include "core/kernel/view_parts.hpp"

#include <cerrno>

namespace kpb {

namespace {

constexpr const char* k_no_view_words = "kpb-enter: ";
constexpr int k_no_view_status = 125;

} // namespace

const ViewPlaces& KernelView::places() const {
  // A root takes chroot and mounts of its own; only this system's programs can do without.
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

// Why no view can be made, in kpb-enter's words; "" when one can, or when that will show.
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
  command.arguments = {m_enter,
                       "--tmpfs",
                       "/mnt",
                       "--make-dir",
                       k_view_tree,
                       "--overlay",
                       *directory + "/lower",
                       *directory + "/upper",
                       *directory + "/work",
                       k_view_tree,
                       "--",
                       "true"};
  command.arguments.insert(command.arguments.begin() + 3, {"--make-dir", k_view_base});
  command.directory = "/";
  command.environment = view_environment({});
  const auto ran = m_context.processes.run(command);
  if (!ran || ran->interrupted || ran->exit_status != k_no_view_status)
    return {};
  const std::string last = last_lines(ran->output, 1);
  return starts_with(last, k_no_view_words) ? last.substr(std::string(k_no_view_words).size()) : "";
}

void KernelView::warn_of_copy(DiagnosticSink& sink) const {
  warn(
      sink,
      {.code = "view-copy",
       .what = "the kernel is built in a copy, one build at a time",
       .why = *m_no_view,
       .hint =
           "with mount namespaces and overlayfs (root's rights, or user namespaces) builds run side by side, "
           "without the network, and make the same bytes on every machine"});
}

std::unique_ptr<FileLock> KernelView::hold_copy(ViewLayout& layout, DiagnosticSink& sink) const {
  auto& files = m_context.files;
  const std::string base = m_kernel.store + "/copy";
  layout.enter = m_enter;
  layout.places = places();
  layout.hold = base + ".running";
  layout.temporary = base + "/tmp";
  layout.input = layout.places.input;
  auto lock = files.lock(base + ".lock", /*exclusive=*/true, holder_line("builds in a copy"));
  // Held by what a killed build has left running; for a moment only to find that out.
  const auto alive = lock ? files.lock(layout.hold, /*exclusive=*/true, holder_line("looks"))
                          : tl::unexpected(lock.error());
  if (!alive) {
    if (alive.error().number != EWOULDBLOCK)
      return no_view(m_context, sink, alive.error()), nullptr;
    const std::string by = lock ? "processes of a build that was killed still run"
                                : living_holders(files, base + ".lock");
    return fail(
               sink,
               {.fault = Fault::locked,
                .code = "copy-locked",
                .where = m_kernel.id,
                .what = "another build works in the copy of the kernel",
                .why = by,
                .hint =
                    "try again when it is through; where views can be made, builds run side by side"}),
           nullptr;
  }
  if (const auto removed = files.remove_tree(base); !removed)
    return no_view(m_context, sink, removed.error()), nullptr;
  for (const auto& path : {base, layout.temporary, layout.places.input})
    if (const auto made = files.make_directory(path, 0700); !made)
      return no_view(m_context, sink, made.error()), nullptr;
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
  ViewLayout layout;
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
  if (!done)
    return no_view(m_context, sink, done.error()), std::nullopt;
  auto outcome = enter(layout, *run.build, &run, m_name + "-" + m_kernel.release(), sink);
  if (outcome)
    outcome->primed = true;
  return outcome;
}

} // namespace kpb
