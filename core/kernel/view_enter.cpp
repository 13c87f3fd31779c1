// SPDX-License-Identifier: GPL-2.0-only
//
// See view.hpp: running a program in a view. Its output goes to a log in the store, and the lines that the
// builder named go to the user as phases.
#include "core/base/text.hpp"
#include "core/kernel/view.hpp"
#include "core/kernel/view_parts.hpp"
#include "core/run/log.hpp"

namespace kpb {

namespace {

constexpr size_t k_output_limit = 4UL * 1024 * 1024;
constexpr const char* k_no_view_words = "kpb-enter: ";
constexpr const char* k_sandbox_words = "bwrap: ";
constexpr int k_no_view_status = 125; // of kpb-enter, when it could not make the view

// Turns output into phases and a log.
class Listener {
public:
  // `run` has the phases; null where there are none to show.
  Listener(Progress& progress, const ViewRun* run, NewFile& log)
      : m_progress(progress), m_run(run), m_log(log) {}

  void hear(std::string_view text) {
    if (m_log_error.empty())
      if (const auto written = m_log.write(text); !written)
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
  NewFile& m_log;
  std::string m_line;
  std::string m_log_error;
};

bool no_mounts(DiagnosticSink& sink, const std::string& why) {
  return fail(
      sink,
      {.fault = Fault::environment,
       .code = "view",
       .what = "no view of the kernel can be made",
       .why = why,
       .hint =
           "building in a root needs mount namespaces and overlayfs. Run kpb as root, on a "
           "system or in a container that allows them, or as a user who may create user "
           "namespaces. Without them, only a kernel that was added without --root can be built, "
           "in a copy"});
}

} // namespace

std::optional<std::string> view_refused(int exit_status, const std::string& output) {
  const std::string last = last_lines(output, 1);
  if (exit_status == 1 && last.starts_with(k_sandbox_words))
    return last;
  if (exit_status != k_no_view_status || !last.starts_with(k_no_view_words))
    return std::nullopt;
  return last.substr(std::string_view(k_no_view_words).size());
}

std::optional<ViewOutcome> KernelView::enter(const ViewLayout& layout, const ViewCommand& command,
                                             const ViewRun* phases_of, const std::string& log_name,
                                             DiagnosticSink& sink) {
  if (!m_confinement.wanted() && !layout.root.empty()) {
    no_mounts(sink, "a build root is only entered with what confines it");
    return std::nullopt;
  }
  if (m_confinement.wanted())
    if (const std::string& why = m_confinement.missing(); !why.empty()) {
      fail(sink, m_confinement.refusal(why));
      return std::nullopt;
    }
  ViewOutcome outcome;
  const std::string logs = m_kernel.store + "/logs";
  outcome.log = logs + "/" + log_name + ".log";
  (void)m_context.files.make_directory(logs, 0700);
  (void)m_context.files.remove(outcome.log);
  const auto log = m_context.files.create(outcome.log, 0600);
  if (!log) {
    no_view(m_context, sink, log.error());
    return std::nullopt;
  }
  Listener listener(m_context.progress, phases_of, **log);
  auto arguments = command.arguments;
  for (auto& argument : arguments)
    if (argument == "@JOBS@")
      argument = std::to_string(m_jobs);
  ProcessCommand process;
  process.arguments =
      enter_command(layout, m_confinement.wanted() ? &m_confinement : nullptr, arguments);
  process.directory = "/";
  process.environment = view_environment(command.environment, layout.temporary);
  process.output_limit = k_output_limit;
  process.on_output = [&](std::string_view text) { listener.hear(text); };
  debug_log("view", join(process.arguments, " "));
  auto ran = m_context.processes.run(process);
  // Whatever became of the run: the log is what a failure is explained with.
  (void)(*log)->commit(m_context.environment.wall_clock());
  if (!ran) {
    no_view(m_context, sink, ran.error());
    return std::nullopt;
  }
  outcome.interrupted = ran->interrupted;
  outcome.exit_status = ran->exit_status;
  outcome.output = std::move(ran->output);
  if (!outcome.interrupted)
    if (const auto why = view_refused(outcome.exit_status, outcome.output)) {
      no_mounts(sink, *why);
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

} // namespace kpb
