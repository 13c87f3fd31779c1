// SPDX-License-Identifier: GPL-2.0-only
//
// See session.hpp. Installed files are found relative to the program, so that an installation can
// be moved, and the build tree, which has the same layout, works without installing.
#include "core/cli/session.hpp"

#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/standard_output.hpp"
#include "core/diag/message_text.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "core/plugin/call_guard.hpp"
#include "core/request/request.hpp"
#include "core/run/log.hpp"
#include "core/system/believe.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#ifndef KPB_PLUGIN_SUBDIR
#error "the build system says where plugins are, relative to the prefix"
#endif

namespace kpb {

namespace {

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// Whether that many more files could be opened now.
Status room_for(size_t count) {
  std::vector<int> held;
  int number = 0;
  while (held.size() < count && number == 0) {
    held.push_back(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
    number = held.back() < 0 ? errno : 0;
  }
  for (const int fd : held)
    if (fd >= 0)
      ::close(fd);
  return number == 0 ? Status{} : Status(tl::unexpected(SystemError{number, "open", "a file"}));
}

const char* step_word(Progress::Step step) {
  switch (step) {
  case Progress::Step::read: return "read";
  case Progress::Step::name: return "name";
  case Progress::Step::build: return "build";
  case Progress::Step::sign: return "sign";
  case Progress::Step::inspect: return "inspect";
  case Progress::Step::describe: return "describe";
  case Progress::Step::render: return "render";
  case Progress::Step::verify: return "verify";
  case Progress::Step::publish: return "publish";
  case Progress::Step::import: return "import";
  case Progress::Step::check: return "check";
  case Progress::Step::boot: return "boot";
  }
  return "";
}

} // namespace

void ConsoleSink::report(Diagnostic diagnostic) {
  if (m_before)
    m_before();
  write_all(STDERR_FILENO, format_diagnostic(diagnostic, m_program, colour));
  m_collected.report(std::move(diagnostic));
}

void ConsoleProgress::begin(Step step, const std::string& detail) {
  close();
  if (!m_visible && m_environment.variable("KPB_STEPS").value_or("") == "1")
    write_all(STDERR_FILENO,
              std::string("kpb: step: ") + step_word(step) + " " + escape_control(detail) + "\n");
  if (!m_visible)
    return;
  std::string line = std::string("  ") + step_word(step);
  line.resize(13, ' ');
  // What is overwritten must be a single row of the terminal, because \r and \033[K affect no
  // other. The last column stays free, since some terminals move to the next row when it is filled.
  m_columns = std::max<size_t>(m_environment.terminal_width(STDERR_FILENO), 1) - 1;
  m_line = line + escape_control(detail);
  write_all(STDERR_FILENO, cut_to_columns(m_line, m_columns));
  m_open = true;
  m_started = m_environment.seconds();
}

// Written over the open line, after the step's own detail.
void ConsoleProgress::phase(const std::string& words) {
  if (!m_open)
    return;
  const auto seconds = std::lround(m_environment.seconds() - m_started);
  const std::string after = "  (after " + std::to_string(seconds) + " s)";
  const size_t room = m_columns - std::min(m_columns, after.size());
  write_all(STDERR_FILENO,
            "\r\033[K" +
                cut_to_columns(cut_to_columns(m_line + ": " + escape_control(words), room) + after,
                               m_columns));
}

void ConsoleProgress::close() {
  if (!m_open)
    return;
  m_open = false;
  const auto tenths = std::lround((m_environment.seconds() - m_started) * 10);
  write_all(STDERR_FILENO, tenths == 0 ? std::string("\n")
                                       : "  (" + std::to_string(tenths / 10) + "." +
                                             std::to_string(tenths % 10) + " s)\n");
}

Session::Session(std::string program, const Interrupts& interrupts)
    : m_program(std::move(program)), m_interrupts(interrupts), m_files(make_real_filesystem()),
      m_environment(make_real_environment()), m_processes(make_real_process_runner(interrupts)),
      m_diagnostics(m_program) {
  m_environment->hide({k_sign_pin});
  // Before the options are read, the terminal and NO_COLOR decide.
  m_diagnostics.colour = m_environment->is_terminal(STDERR_FILENO) &&
                         m_environment->variable("NO_COLOR").value_or("").empty() &&
                         m_environment->variable("TERM").value_or("dumb") != "dumb";
}

bool Session::configure(const Arguments& arguments) {
  m_quiet = arguments.has("quiet");
  m_json = arguments.has("json");
  m_confine = !arguments.has("unconfined");
  m_environment->hide(arguments.values("sign-env")); // before any plugin is loaded
  if (arguments.has("debug"))
    enable_debug_log();
  const std::string when = arguments.value("color").value_or("auto");
  if (when == "always" || when == "never")
    m_diagnostics.colour = when == "always";
  else if (when != "auto")
    return fail(m_diagnostics, {.fault = Fault::input,
                                .code = "command-line",
                                .what = fmt::format("--color {} is refused", shown(when)),
                                .why = "it is auto, always or never"});
  if (!m_confine)
    warn(m_diagnostics, {.code = "unconfined",
                         .what = "what builds the patch is not confined (--unconfined)",
                         .why = "it can read, write and run all that you can",
                         .hint = "build patches that you did not read elsewhere"});
  return true;
}

bool Session::terminal() const {
  return !m_quiet && !m_json && m_environment->is_terminal(STDERR_FILENO);
}

std::vector<std::string> Session::plugin_directories(const Arguments& arguments, bool& good) {
  std::vector<std::string> out = arguments.values("plugin-dir");
  const std::string path = m_environment->variable("KPB_PLUGIN_PATH").value_or("");
  for (const auto& directory : split(path, ':')) {
    if (path.empty())
      break;
    // The current directory is never searched, whatever it is called.
    if (directory.empty() || directory[0] != '/')
      good = fail(m_diagnostics,
                  {.fault = Fault::input,
                   .code = "plugin-path",
                   .what = fmt::format("KPB_PLUGIN_PATH has the entry {}", shown(directory)),
                   .why = "entries are absolute directories",
                   .hint = "correct or unset KPB_PLUGIN_PATH"});
    out.push_back(directory);
  }
  const std::string prefix = parent_path(parent_path(m_environment->executable()));
  out.push_back(prefix + "/" KPB_PLUGIN_SUBDIR);
  return out;
}

bool Session::open_plugins(const Arguments& arguments) {
  guard_plugin_calls(m_interrupts, [this](const Diagnostic& diagnostic, int status) {
    m_diagnostics.report(diagnostic);
    Document result = new_result(m_command);
    result.put_integer(fields::result::status, status, "");
    put_diagnostics(result);
    if (m_json)
      out(result.dump(/*with_provenance=*/false));
  });
  bool good = true;
  const auto directories = plugin_directories(arguments, good);
  if (!good || !m_catalog.scan(*m_files, directories, m_diagnostics))
    return false;
  // Some libraries of plugins (libgcrypt) end the whole process when they cannot open a file. So
  // before any plugin is loaded, this checks that files can be opened. A build uses less than half
  // of this number.
  constexpr size_t k_room = 24;
  if (const auto room = room_for(k_room); !room)
    return fail(m_diagnostics, {.fault = Fault::environment,
                                .code = "no-descriptors",
                                .what = "plugins and tools need more open files than are allowed",
                                .why = room.error().reason(),
                                .hint = k_more_descriptors});
  std::vector<std::string> templates;
  for (const auto& directory : arguments.values("template-dir")) {
    const auto resolved = m_files->resolve(directory);
    if (!resolved)
      return fail(m_diagnostics,
                  {.fault = Fault::input,
                   .code = "template-directory",
                   .what = fmt::format("--template-dir {} cannot be used", shown(directory)),
                   .why = resolved.error().reason()});
    const auto trusted =
        believe(*m_files, m_diagnostics, directory, Wanted::directory,
                {.code = "template-directory-unsafe",
                 .what = fmt::format("refusing template directory {}", shown(directory)),
                 .because = "templates become shell code that runs with your rights"});
    if (!trusted)
      return false;
    templates.push_back(*trusted);
  }
  const std::string prefix = parent_path(parent_path(m_environment->executable()));
  templates.push_back(prefix + "/" KPB_TEMPLATE_SUBDIR);
  m_templates = std::make_unique<TemplateEngine>(*m_files, templates);
  return true;
}

RunContext Session::run_context(Progress& progress) {
  return {*m_files, *m_environment, *m_processes, m_interrupts, progress, m_diagnostics, m_confine};
}

Context Session::context(Progress& progress) {
  return {run_context(progress), m_catalog, *m_templates};
}

// A file can have any name, and a terminal must not obey it. Scripts get the name unchanged.
void Session::out_path(const std::string& path) {
  out((m_environment->is_terminal(standard_output()) ? escape_control(path) : path) + "\n");
}

void Session::out(std::string_view text) {
  if (m_output_failed || write_all(standard_output(), text))
    return;
  m_output_failed = true;
  fail(m_diagnostics, {.fault = Fault::environment,
                       .code = "stdout",
                       .what = "cannot write to standard output",
                       .why = std::strerror(errno)});
}

void Session::put_diagnostics(Document& result) const {
  namespace f = fields::result; // kpb.report/1 has the same
  const Writer out(result, "");
  out.put_array(f::diagnostics);
  for (const auto& d : m_diagnostics.collected().all()) {
    const Writer entry = out.element(f::diagnostics);
    entry.put(f::diagnostic::severity, d.severity == Severity::error     ? "error"
                                       : d.severity == Severity::warning ? "warning"
                                                                         : "note");
    entry.put(f::diagnostic::code, d.code);
    entry.put(f::diagnostic::origin, d.origin);
    entry.put(f::diagnostic::message, message_of(d));
    entry.put(f::diagnostic::hint, hint_of(d));
  }
}

int Session::exit_status(bool completed, int good) const {
  if (const int signal = m_interrupts.pending(); signal != 0 && !completed)
    return 128 + signal;
  const Diagnostic* error = m_diagnostics.collected().first_error();
  return error == nullptr ? good : static_cast<int>(error->fault);
}

int Session::finish(Document* result, bool completed, int good) {
  if (m_json && result != nullptr) {
    result->put_integer(fields::result::status, exit_status(completed, good), "");
    put_diagnostics(*result);
    out(result->dump(/*with_provenance=*/false));
  }
  const int final_status = exit_status(completed, good);
  if (const int signal = m_interrupts.pending(); signal != 0 && !completed && !m_quiet) {
    const auto& all = m_diagnostics.collected().all();
    const bool clean = std::none_of(all.begin(), all.end(),
                                    [](const Diagnostic& d) { return d.code == k_left_behind; });
    write_all(STDERR_FILENO, m_program + (signal == SIGINT ? ": interrupted" : ": terminated") +
                                 (clean ? "; nothing was left behind\n" : "\n"));
  }
  return final_status;
}

} // namespace kpb
