// SPDX-License-Identifier: GPL-2.0-only
//
// See view.hpp: running programs in views, and the throw-away view of one build. Priming is in
// view_prime.cpp.
#include "core/kernel/view.hpp"

#include "core/base/text.hpp"
#include "core/kernel/build_root.hpp"
#include "core/kernel/disk_use.hpp"
#include "core/kernel/store.hpp"
#include "core/kernel/view_parts.hpp"
#include "core/model/names.hpp"
#include "core/run/log.hpp"

#include <cerrno>

namespace kpb {

namespace {

constexpr size_t k_output_limit = 4UL * 1024 * 1024;
constexpr uint64_t k_max_file = 16ULL * 1024 * 1024;

// Turns output into phases and a log.
class Listener {
public:
  Listener(Progress& progress, const ViewRun* run, NewFile* log)
      : m_progress(progress), m_run(run), m_log(log) {}

  void hear(std::string_view text) {
    if (m_log != nullptr && m_log_error.empty())
      if (const auto written = m_log->write(text); !written)
        m_log_error = written.error().text();
    for (const char c : text) {
      if (c != '\n') {
        if (m_line.size() < 4096)
          m_line += c;
        continue;
      }
      line();
      m_line.clear();
    }
  }
  const std::string& log_error() const { return m_log_error; }

private:
  void line() {
    if (m_run == nullptr)
      return;
    for (const auto& [marker, words] : m_run->phases)
      if (!marker.empty() && m_line.find(marker) != std::string::npos)
        m_progress.phase(words);
  }

  Progress& m_progress;
  const ViewRun* m_run;
  NewFile* m_log;
  std::string m_line;
  std::string m_log_error;
};

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
    const std::string number = std::to_string(i + 1);
    const std::string name =
        "/patch-" + std::string(3 - std::min<size_t>(number.size(), 3), '0') + number + ".patch";
    if (const auto written = files.write_new(directory + name, patches[i], 0644, false); !written)
      return written;
  }
  return {};
}

KernelView::KernelView(const RunContext& context, PreparedKernel kernel, std::string enter_path,
                       std::string name, uint64_t jobs, uint64_t store_limit)
    : m_context(context), m_kernel(std::move(kernel)), m_enter(std::move(enter_path)),
      m_name(std::move(name)), m_jobs(jobs), m_store_limit(store_limit) {}

std::optional<std::string> KernelView::find(const std::string& tool) const {
  return find_program(m_context.files, m_kernel.root, tool);
}

std::optional<std::string> KernelView::read(const std::string& path) const {
  const bool absolute = starts_with(path, "/");
  if (!is_safe_path(absolute ? path : "/" + path) && path != ".config")
    return std::nullopt;
  std::string where = absolute ? m_kernel.root + path : m_kernel.tree() + "/" + path;
  if (path == ".config")
    where = m_kernel.config();
  auto content = m_context.files.read(where, k_max_file);
  return content ? std::optional<std::string>(std::move(*content)) : std::nullopt;
}

std::optional<ViewOutcome> KernelView::enter(const ViewLayout& layout, const ViewCommand& command,
                                             const ViewRun* phases_of, const std::string& log_name,
                                             DiagnosticSink& sink) {
  auto& files = m_context.files;
  ViewOutcome outcome;
  std::unique_ptr<NewFile> log;
  const std::string logs = m_kernel.store + "/logs";
  if (!log_name.empty()) {
    outcome.log = logs + "/" + log_name + ".log";
    (void)files.make_directory(logs, 0700);
    (void)files.remove(outcome.log);
    if (auto made = files.create(outcome.log, 0600))
      log = std::move(*made);
    else
      return no_view(m_context, sink, made.error()), std::nullopt;
  }
  Listener listener(m_context.progress, phases_of, log.get());
  ProcessCommand process;
  auto arguments = command.arguments;
  for (auto& argument : arguments)
    if (argument == "@JOBS@")
      argument = std::to_string(m_jobs);
  process.arguments = enter_command(layout, arguments);
  process.directory = "/";
  process.environment = view_environment(command.environment, layout.temporary);
  process.output_limit = k_output_limit;
  process.on_output = [&](std::string_view text) { listener.hear(text); };
  debug_log("view", join(process.arguments, " "));
  auto ran = m_context.processes.run(process);
  // The log stays, whatever became of the run: it is what tells.
  if (log)
    (void)log->commit(m_context.environment.wall_clock());
  if (!ran)
    return no_view(m_context, sink, ran.error()), std::nullopt;
  outcome.interrupted = ran->interrupted;
  outcome.exit_status = ran->exit_status;
  outcome.output = std::move(ran->output);
  // kpb-enter's own words are the last ones when it could not make the view.
  const std::string last = last_lines(outcome.output, 1);
  if (!outcome.interrupted && outcome.exit_status == 125 && starts_with(last, "kpb-enter: ")) {
    fail(
        sink,
        {.fault = Fault::environment,
         .code = "view",
         .what = "no view of the kernel can be made",
         .why = last.substr(11),
         .hint =
             "building patches in a root takes mount namespaces and overlayfs: be root, on a system or in a "
             "container that allows them, or a user who may make user namespaces. Without them a kernel that is "
             "compiled by this system's own programs (added without --root) can be built in a copy"});
    return std::nullopt;
  }
  if (!listener.log_error().empty()) {
    fail(sink, {.fault = Fault::environment,
                .code = "view-log",
                .what = listener.log_error(),
                .hint = "make room in the store, or choose another one with --store"});
    return std::nullopt;
  }
  return outcome;
}

// Layers that a killed run has left: nobody holds their locks.
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

std::optional<ViewOutcome> KernelView::build(const ViewRun& run, const std::string& directory,
                                             const std::vector<std::string>& patches,
                                             const std::string& output, DiagnosticSink& sink) {
  auto& files = m_context.files;
  const auto give_up = [&](const SystemError& error) {
    no_view(m_context, sink, error);
    return std::nullopt;
  };
  sweep_views();
  const std::string views = m_kernel.store + "/views";
  if (const auto made = files.make_directory(views, 0700); !made)
    return give_up(made.error());
  const auto view = files.make_private_directory(views, "view-", "");
  if (!view)
    return give_up(view.error());
  const Temporary temporary(files, *view);
  const auto lock = files.lock(*view + "/lock", /*exclusive=*/true, holder_line("kpb build"));
  if (!lock)
    return give_up(lock.error());
  ViewLayout layout;
  layout.enter = m_enter;
  layout.root = m_kernel.root;
  layout.kernel = m_kernel.directory;
  layout.tree = {{directory + "/tree", m_kernel.tree()}, *view + "/tree", *view + "/tree-work"};
  layout.cache = {{directory + "/cache"}, *view + "/cache", *view + "/cache-work"};
  layout.input = *view + "/input";
  layout.output = output;
  for (const auto* path : {&layout.tree.upper, &layout.tree.work, &layout.cache.upper,
                           &layout.cache.work, &layout.input})
    if (const auto made = files.make_directory(*path, 0755); !made)
      return give_up(made.error());
  if (const auto written = write_patches(files, layout.input, patches); !written)
    return give_up(written.error());
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
                     .hint = "try again when it is through"});
}

bool KernelView::hold_template(const std::string& directory, std::unique_ptr<FileLock>& lock,
                               DiagnosticSink& sink) {
  auto& files = m_context.files;
  // It is there and locked only while somebody is through with compiling, or removes it: moments.
  for (int attempt = 0; attempt < 200; ++attempt) {
    if (!files.stat(directory + "/template.json"))
      return true;
    auto held =
        files.lock(template_lock(directory), /*exclusive=*/false, holder_line("builds with it"));
    if (held) {
      if (files.stat(directory + "/template.json"))
        lock = std::move(*held);
      return true;
    }
    if (held.error().number != EWOULDBLOCK && held.error().number != ENOENT)
      return no_view(m_context, sink, held.error());
    m_context.environment.pause(50);
    if (m_context.interrupts.pending() != 0)
      return false;
  }
  return template_locked(directory, "the compiled original of this kernel is being removed", sink);
}

std::optional<ViewOutcome> KernelView::run(const ViewRun& run,
                                           const std::vector<std::string>& patches,
                                           const std::string& output, DiagnosticSink& sink) {
  const std::string directory = template_directory(run);
  if (copies())
    warn_of_copy(sink);
  // Between compiling and locking it, somebody who needs room may remove it again. Twice is no accident.
  for (int attempt = 0; attempt < 2; ++attempt) {
    std::unique_ptr<FileLock> lock;
    if (!hold_template(directory, lock, sink))
      return std::nullopt;
    if (lock) {
      mark_used(m_context, directory);
      if (run.build)
        return copies() ? build_in_copy(run, directory, patches, output, sink)
                        : build(run, directory, patches, output, sink);
      ViewOutcome outcome;
      outcome.primed = true;
      return outcome;
    }
    auto primed = prime(run, directory, sink);
    if (!primed || !primed->primed || !run.build)
      return primed;
  }
  template_locked(directory, "the compiled original of this kernel is removed again and again",
                  sink);
  return std::nullopt;
}

} // namespace kpb
