// SPDX-License-Identifier: GPL-2.0-only
//
// Priming: the original is compiled once, into a new upper layer over the pristine tree, by the builder itself
// with a patch that changes no compiled file. What results is checked against what the target shipped and
// renamed into place. See docs/building-patches.md.
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/kernel/disk_use.hpp"
#include "core/kernel/store.hpp"
#include "core/kernel/view.hpp"
#include "core/kernel/view_parts.hpp"
#include "core/model/names.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"

#include <cerrno>

namespace kpb {

namespace {

constexpr uint64_t k_max_text = 64ULL * 1024 * 1024;

bool cannot_write(DiagnosticSink& sink, const SystemError& error) {
  return fail(sink, {.fault = Fault::environment,
                     .code = "view",
                     .what = error.text(),
                     .hint = "make room in the store, or choose another one with --store"});
}

bool make_directories(FileSystem& files, const std::vector<std::string>& directories,
                      DiagnosticSink& sink) {
  for (const auto& directory : directories)
    if (const auto made = files.make_directory(directory, 0755); !made)
      return cannot_write(sink, made.error());
  return true;
}

} // namespace

std::string KernelView::template_key(const ViewRun& run) const {
  std::string text =
      m_kernel.key() + "\n" + places().tree + "\n" + run.depends_on + "\n" + run.primed + "\n";
  for (const auto* words : {&run.prime.arguments, &run.prime.environment})
    text += join(*words, std::string_view("\0", 1)) + "\n";
  return sha256_hex(text);
}

std::string KernelView::template_directory(const ViewRun& run) const {
  return m_kernel.templates() + "/" + run.builder + "-" + template_key(run).substr(0, 8);
}

std::optional<ViewOutcome> KernelView::prime(const ViewRun& run, const std::string& directory,
                                             DiagnosticSink& sink) {
  auto& files = m_context.files;
  if (const auto made = files.make_directory(m_kernel.templates(), 0700); !made) {
    cannot_write(sink, made.error());
    return std::nullopt;
  }
  const auto lock = files.lock(template_lock(directory), /*exclusive=*/true,
                               holder_line("compiling the original"));
  if (!lock) {
    if (lock.error().number == EWOULDBLOCK)
      template_locked(directory, "another run is compiling the original of this kernel", sink);
    else
      cannot_write(sink, lock.error());
    return std::nullopt;
  }
  if (files.stat(directory +
                 "/template.json")) // another run finished it just before we had the lock
    return primed_already();
  // The name follows from the template's, so that what a killed run has left is found here, and removed.
  const std::string making = directory + ".making";
  if (const auto removed = files.remove_tree(making); !removed) {
    cannot_write(sink, removed.error());
    return std::nullopt;
  }
  if (!make_room(m_context, m_kernel.store, m_store_limit))
    return std::nullopt;
  const Temporary temporary(files,
                            making); // freeze() renames it, and then nothing is there to remove
  if (const auto made = files.make_directory(making, 0700); !made) {
    cannot_write(sink, made.error());
    return std::nullopt;
  }
  auto outcome = copies() ? prime_in_copy(run, making, sink) : prime_in_view(run, making, sink);
  if (!outcome || !outcome->primed)
    return outcome;
  if (!check_original(making, sink) || !freeze(run, making, directory, sink))
    return std::nullopt;
  return outcome;
}

std::optional<ViewOutcome> KernelView::prime_in_view(const ViewRun& run, const std::string& making,
                                                     DiagnosticSink& sink) {
  ViewLayout layout;
  layout.enter = m_enter;
  layout.root = m_kernel.root;
  layout.kernel = m_kernel.directory;
  // Each mount has its own work directory: overlayfs does not take one again after a volatile mount.
  layout.tree = {{m_kernel.tree()}, making + "/tree", making + "/work/config"};
  layout.cache = {{}, making + "/cache", ""};
  layout.input = making + "/input";
  layout.output = making + "/output";
  const std::string second_work = making + "/work/original";
  if (!make_directories(m_context.files,
                        {making + "/work", second_work, layout.tree.work, layout.tree.upper,
                         layout.cache.upper, layout.input, layout.output},
                        sink) ||
      !prepare_original(layout, layout.tree.upper, sink))
    return std::nullopt;
  layout.tree.work = second_work;
  return compile_original(run, layout, sink);
}

std::optional<ViewOutcome> KernelView::prime_in_copy(const ViewRun& run, const std::string& making,
                                                     DiagnosticSink& sink) {
  auto& files = m_context.files;
  const ViewLayout layout = copy_layout();
  const ViewPlaces& places = layout.places;
  const auto lock = hold_copy(layout, sink);
  if (!lock)
    return std::nullopt;
  const Temporary temporary(files, m_kernel.store + "/copy");
  if (!copy(m_kernel.tree(), places.tree, sink) ||
      !make_directories(files, {places.cache, places.output}, sink) ||
      !prepare_original(layout, places.tree, sink))
    return std::nullopt;
  auto outcome = compile_original(run, layout, sink);
  if (!outcome || !outcome->primed)
    return outcome;
  auto moved = files.rename(places.tree, making + "/tree");
  if (moved)
    moved = files.rename(places.cache, making + "/cache");
  if (!moved) {
    cannot_write(sink, moved.error());
    return std::nullopt;
  }
  return outcome;
}

// Puts the patch that changes nothing, and the configuration, where the builder finds them.
bool KernelView::prepare_original(const ViewLayout& layout, const std::string& tree,
                                  DiagnosticSink& sink) {
  auto& files = m_context.files;
  const auto readme = files.read(m_kernel.tree() + "/README", k_max_text);
  const std::string patch =
      patch_of_readme(readme ? std::optional<std::string>(*readme) : std::nullopt);
  if (const auto written = write_patches(files, layout.input, {patch}); !written)
    return cannot_write(sink, written.error());
  m_context.progress.phase("configuring the original kernel");
  return configure(layout, tree, sink);
}

// `primed` is set when the builder found, as it should, that the patch changes nothing.
std::optional<ViewOutcome>
KernelView::compile_original(const ViewRun& run, const ViewLayout& layout, DiagnosticSink& sink) {
  auto outcome =
      enter(layout, run.prime, &run, "original-" + run.builder + "-" + m_kernel.release(), sink);
  if (outcome && !outcome->interrupted)
    outcome->primed = outcome->output.find(run.primed) != std::string::npos;
  return outcome;
}

bool KernelView::freeze(const ViewRun& run, const std::string& making, const std::string& directory,
                        DiagnosticSink& sink) {
  auto& files = m_context.files;
  (void)files.remove_tree(making + "/work");
  (void)files.remove_tree(making + "/input");
  (void)files.remove_tree(making + "/output");
  Document description;
  namespace f = fields::original;
  const Writer out(description, "kpb");
  out.put(f::schema, f::schema_name);
  out.put(f::kernel, m_kernel.id);
  out.put(f::key, template_key(run));
  out.put(f::builder, run.builder);
  // Nobody reads it back: a template is found by its directory's name. It tells a user why there are two. Only
  // a digest, because a builder may depend on a whole script.
  out.put(f::depends_on_sha256, sha256_hex(run.depends_on));
  auto done = files.write_new(making + "/template.json", description.dump(false), 0644, true);
  if (done)
    done = files.sync_all(making);
  if (done)
    done = files.rename(making, directory);
  if (done)
    done = files.sync_directory(m_kernel.templates());
  return done || cannot_write(sink, done.error());
}

} // namespace kpb
