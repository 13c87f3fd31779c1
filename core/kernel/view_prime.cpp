// SPDX-License-Identifier: GPL-2.0-only
//
// Compiling the original, once: a new upper layer over the pristine tree, written through the builder itself
// with a patch that changes no compiled file, checked against what the target shipped, and renamed into
// place. See docs/building-patches.md.
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/kernel/config_file.hpp"
#include "core/kernel/disk_use.hpp"
#include "core/kernel/store.hpp"
#include "core/kernel/symvers.hpp"
#include "core/kernel/view.hpp"
#include "core/kernel/view_parts.hpp"
#include "core/model/names.hpp"
#include "core/system/last_will.hpp"

#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_text = 64ULL * 1024 * 1024;
constexpr size_t k_shown_differences = 10;

std::vector<std::string> lines_of(std::string_view text) {
  auto lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty())
    lines.pop_back();
  return lines;
}

} // namespace

std::string patch_of_readme(const std::optional<std::string>& readme) {
  const std::string text = readme.value_or("");
  const auto lines = lines_of(text);
  const size_t context = std::min<size_t>(lines.size(), 3);
  const size_t first = lines.size() - context + (context > 0 ? 1 : 0);
  std::string out = std::string("--- ") + (readme ? "a/README" : "/dev/null") +
                    "\n+++ b/README\n@@ -" + std::to_string(first) + "," + std::to_string(context) +
                    " +" + std::to_string(std::max<size_t>(first, 1)) + "," +
                    std::to_string(context + 1) + " @@\n";
  const bool ended = text.empty() || text.back() == '\n';
  for (size_t i = lines.size() - context; i < lines.size(); ++i)
    // A last line without an end gets one, so it is another line.
    out += !ended && i + 1 == lines.size()
               ? "-" + lines[i] + "\n\\ No newline at end of file\n+" + lines[i] + "\n"
               : " " + lines[i] + "\n";
  return out + "+compiled once, for every live patch of this kernel\n";
}

std::string KernelView::template_key(const ViewRun& run) const {
  std::string text = m_kernel.description.text("/key") + "\n" + places().tree + "\n" +
                     run.depends_on + "\n" + run.primed + "\n";
  for (const auto* words : {&run.prime.arguments, &run.prime.environment})
    text += join(*words, std::string_view("\0", 1)) + "\n";
  return sha256_hex(text);
}

std::string KernelView::template_directory(const ViewRun& run) const {
  return m_kernel.templates() + "/" + run.builder + "-" + template_key(run).substr(0, 8);
}

// The target's configuration, as this tree and this compiler take it. What they change of it would be
// compiled into the original; unless that is known to be harmless, the source is not the kernel's.
bool KernelView::configure(const ViewLayout& layout, const std::string& tree,
                           DiagnosticSink& sink) {
  auto& files = m_context.files;
  const auto given = files.read(m_kernel.config(), k_max_text);
  if (!given)
    return fail(
        sink, {.fault = Fault::environment, .code = "kernel-config", .what = given.error().text()});
  const std::string wanted = config_for_building(*given);
  if (const auto done = files.write_new(tree + "/.config", wanted, 0644, false); !done)
    return fail(sink, {.fault = Fault::environment, .code = "view", .what = done.error().text()});
  const auto made = enter(layout, {{"make", "-s", "olddefconfig"}, {}}, nullptr,
                          "config-" + m_kernel.release(), sink);
  if (!made || made->interrupted)
    return false;
  if (made->exit_status != 0)
    return fail(sink, {.fault = Fault::tool,
                       .code = "kernel-olddefconfig",
                       .what = "make olddefconfig failed in the kernel's tree",
                       .why = last_lines(made->output, 15),
                       .hint = fmt::format("the whole log is {}", made->log)});
  const auto resulting = files.read(tree + "/.config", k_max_text);
  if (!resulting)
    return fail(sink,
                {.fault = Fault::environment, .code = "view", .what = resulting.error().text()});
  std::vector<std::string> differences;
  for (const auto& difference : compare_configs(parse_config(wanted), parse_config(*resulting)))
    if (difference.harmless.empty())
      differences.push_back(described(difference));
  if (differences.empty())
    return true;
  const size_t count = differences.size();
  if (count > k_shown_differences)
    differences.resize(k_shown_differences);
  return fail(
      sink,
      {.fault = Fault::input,
       .code = "kernel-config",
       .what = fmt::format(
           "the configuration is not one of this source tree with this compiler: {} options come out otherwise",
           count),
       .why = join(differences, "; ") + (count > k_shown_differences ? "; ..." : ""),
       .hint = "use the source package and the compiler that the kernel was built with (--root)"});
}

// The symbols' CRCs are over all types that an exported function touches: equal ones prove that source,
// configuration and compiler are the kernel's.
bool KernelView::check_original(const std::string& making, DiagnosticSink& sink) const {
  auto& files = m_context.files;
  const auto shipped = files.read(m_kernel.symvers(), k_max_text);
  const auto config = files.read(m_kernel.config(), k_max_text);
  if (!shipped || !config || !is_on(parse_config(*config), "MODVERSIONS"))
    return true;
  const auto rebuilt = files.read(making + "/tree/Module.symvers", k_max_text);
  if (!rebuilt)
    return fail(sink, {.fault = Fault::tool,
                       .code = "kernel-symvers",
                       .what = "compiling the original left no Module.symvers",
                       .why = rebuilt.error().reason()});
  const auto theirs = parse_symvers(*shipped, m_kernel.symvers(), sink);
  const auto ours = parse_symvers(*rebuilt, making + "/tree/Module.symvers", sink);
  return theirs && ours && check_symvers(compare_symvers(*theirs, *ours), m_kernel.symvers(), sink);
}

bool KernelView::freeze(const ViewRun& run, const std::string& making, const std::string& directory,
                        DiagnosticSink& sink) {
  auto& files = m_context.files;
  (void)files.remove_tree(making + "/work");
  (void)files.remove_tree(making + "/input");
  (void)files.remove_tree(making + "/output");
  Document description;
  description.put_text("/schema", "kpb.template/1", "kpb");
  description.put_text("/kernel", m_kernel.id, "kpb");
  description.put_text("/key", template_key(run), "kpb");
  description.put_text("/builder", run.builder, "kpb");
  // Only for whoever wonders why there are two: the directory's name is what is looked up. A builder may give
  // a whole script.
  description.put_text("/depends_on_sha256", sha256_hex(run.depends_on), "kpb");
  auto done = files.write_new(making + "/template.json", description.dump(false), 0644, true);
  if (done)
    done = files.sync_all(making);
  if (done)
    done = files.rename(making, directory);
  if (done)
    done = files.sync_directory(m_kernel.templates());
  return done ? true
              : fail(sink, {.fault = Fault::environment,
                            .code = "view",
                            .what = done.error().text(),
                            .hint = "make room in the store, or choose another one with --store"});
}

std::optional<ViewOutcome> KernelView::prime(const ViewRun& run, const std::string& directory,
                                             DiagnosticSink& sink) {
  auto& files = m_context.files;
  const auto give_up = [&](const SystemError& error) {
    fail(sink, {.fault = Fault::environment,
                .code = "view",
                .what = error.text(),
                .hint = "make room in the store, or choose another one with --store"});
    return std::nullopt;
  };
  if (const auto made = files.make_directory(m_kernel.templates(), 0700); !made)
    return give_up(made.error());
  const auto lock = files.lock(template_lock(directory), /*exclusive=*/true,
                               holder_line("compiling the original"));
  if (!lock && lock.error().number != EWOULDBLOCK)
    return give_up(lock.error());
  if (!lock) {
    template_locked(directory, "another run is compiling the original of this kernel", sink);
    return std::nullopt;
  }
  if (files.stat(directory + "/template.json")) { // it was, until just now
    ViewOutcome outcome;
    outcome.primed = true;
    return outcome;
  }
  // One place for each template, so that what a killed run has left is found again, and removed.
  const std::string making = directory + ".making";
  if (const auto removed = files.remove_tree(making); !removed)
    return give_up(removed.error());
  if (!make_room(m_context, m_kernel.store, m_store_limit))
    return std::nullopt;
  register_temporary(making);
  ViewLayout layout;
  std::unique_ptr<FileLock> copy_lock;
  std::unique_ptr<Temporary> copy_place;
  const auto end = [&](std::optional<ViewOutcome> outcome) {
    (void)files.remove_tree(making);
    forget_temporary(making);
    return outcome;
  };
  std::vector<std::string> directories = {making};
  if (copies()) {
    copy_lock = hold_copy(layout, sink);
    if (!copy_lock)
      return end(std::nullopt);
    copy_place = std::make_unique<Temporary>(files, m_kernel.store + "/copy");
    if (!copy(m_kernel.tree(), layout.places.tree, sink))
      return end(std::nullopt);
    directories.insert(directories.end(), {layout.places.cache, layout.places.output});
  } else {
    layout.enter = m_enter;
    layout.root = m_kernel.root;
    layout.kernel = m_kernel.directory;
    // Each mount has its own work directory: overlayfs does not take one again after a volatile mount.
    layout.tree = {{m_kernel.tree()}, making + "/tree", making + "/work/config"};
    layout.cache = {{}, making + "/cache", ""};
    layout.input = making + "/input";
    layout.output = making + "/output";
    directories.insert(directories.end(),
                       {making + "/work", making + "/work/original", layout.tree.work,
                        layout.tree.upper, layout.cache.upper, layout.input, layout.output});
  }
  for (const auto& path : directories)
    if (const auto made = files.make_directory(path, path == making ? 0700 : 0755); !made)
      return give_up(made.error()), end(std::nullopt);
  const auto readme = files.read(m_kernel.tree() + "/README", k_max_text);
  const std::string patch =
      patch_of_readme(readme ? std::optional<std::string>(*readme) : std::nullopt);
  if (const auto done = files.write_new(layout.input + "/patch-001.patch", patch, 0644, false);
      !done)
    return give_up(done.error()), end(std::nullopt);
  m_context.progress.phase("configuring the original kernel");
  if (!configure(layout, copies() ? layout.places.tree : layout.tree.upper, sink))
    return end(std::nullopt);
  layout.tree.work = making + "/work/original";
  auto outcome =
      enter(layout, run.prime, &run, "original-" + run.builder + "-" + m_kernel.release(), sink);
  if (!outcome || outcome->interrupted)
    return end(std::move(outcome));
  outcome->primed = outcome->output.find(run.primed) != std::string::npos;
  if (!outcome->primed)
    return end(std::move(outcome));
  if (copies())
    for (const auto& [from, to] : {std::pair{layout.places.tree, making + "/tree"},
                                   std::pair{layout.places.cache, making + "/cache"}})
      if (const auto moved = files.rename(from, to); !moved)
        return give_up(moved.error()), end(std::nullopt);
  if (!check_original(making, sink) || !freeze(run, making, directory, sink))
    return end(std::nullopt);
  forget_temporary(making);
  return outcome;
}

} // namespace kpb
