// SPDX-License-Identifier: GPL-2.0-only
//
// One run of the program: the real world behind interfaces, where messages go, the files found
// relative to kpb's installation, and the exit status at the end.
#ifndef KPB_CORE_CLI_SESSION_HPP
#define KPB_CORE_CLI_SESSION_HPP

#include "core/cli/command.hpp"
#include "core/diag/diagnostic.hpp"
#include "core/model/document.hpp"
#include "core/plugin/context.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// Prints diagnostics at once, and keeps them for the exit status and for --json.
class ConsoleSink final : public DiagnosticSink {
public:
  explicit ConsoleSink(std::string program) : m_program(std::move(program)) {}
  void report(Diagnostic diagnostic) override;
  const CollectingSink& collected() const { return m_collected; }
  bool colour = false;

private:
  friend class OpenLine;
  std::string m_program;
  std::function<void()> m_before; // set by OpenLine
  CollectingSink m_collected;
};

// While this object exists, `close` is called before a message is printed, because the display of
// progress may have an unfinished line on the terminal.
class OpenLine {
public:
  OpenLine(ConsoleSink& sink, std::function<void()> close) : m_sink(sink) {
    m_sink.m_before = std::move(close);
  }
  ~OpenLine() { m_sink.m_before = nullptr; }
  OpenLine(const OpenLine&) = delete;
  OpenLine& operator=(const OpenLine&) = delete;

private:
  ConsoleSink& m_sink;
};

// One line per pass on a terminal, with the time that it took.
class ConsoleProgress final : public Progress {
public:
  ConsoleProgress(const Environment& environment, bool visible)
      : m_environment(environment), m_visible(visible) {}
  ~ConsoleProgress() override { close(); }
  void begin(Step step, const std::string& detail) override;
  void phase(const std::string& words) override;
  void close() override;

private:
  const Environment& m_environment;
  bool m_visible;
  bool m_open = false;
  std::string m_line; // of the open step
  size_t m_columns = 80;
  double m_started = 0;
};

class NoProgress final : public Progress {
public:
  void begin(Step, const std::string&) override {}
};

class Session {
public:
  Session(std::string program, const Interrupts& interrupts);

  // Applies the common options: colour, debug, quiet. False after an error.
  bool configure(const Arguments& arguments);
  // Finds plugins and templates, for commands that need them.
  bool open_plugins(const Arguments& arguments);
  Context context(Progress& progress); // after open_plugins()
  RunContext run_context(Progress& progress);
  // For work that is too short to show progress.
  Context context() { return context(m_no_progress); }

  const std::string& program() const { return m_program; }
  FileSystem& files() { return *m_files; }
  const Environment& environment() const { return *m_environment; }
  ProcessRunner& processes() { return *m_processes; }
  const Interrupts& interrupts() const { return m_interrupts; }
  PluginCatalog& plugins() { return m_catalog; }
  const TemplateEngine& templates() const { return *m_templates; }
  ConsoleSink& diagnostics() { return m_diagnostics; }
  bool quiet() const { return m_quiet; }
  bool json() const { return m_json; }
  void set_json(bool json) { m_json = json; }
  void set_command(const std::string& command) { m_command = command; }
  bool terminal() const; // standard error is one, and neither --quiet nor --json is given

  // Writes to standard output. A failure (full disk, closed) is reported as an error.
  void out(std::string_view text);
  // Writes one path and a line end.
  void out_path(const std::string& path);
  // With --json, adds status and diagnostics to `result` and prints it. Returns the exit status:
  // that of an interrupt (unless the work was `completed` before the interrupt was noticed),
  // otherwise that of the first error, otherwise `good`.
  int finish(Document* result, bool completed = false, int good = 0);
  // The same status without finishing.
  int exit_status(bool completed, int good) const;
  void put_diagnostics(Document& result) const;

private:
  std::vector<std::string> plugin_directories(const Arguments& arguments, bool& good);

  std::string m_program;
  std::string m_command; // the name in a JSON result
  const Interrupts& m_interrupts;
  std::unique_ptr<FileSystem> m_files;
  std::unique_ptr<Environment> m_environment;
  std::unique_ptr<ProcessRunner> m_processes;
  ConsoleSink m_diagnostics;
  NoProgress m_no_progress;
  PluginCatalog m_catalog;
  std::unique_ptr<TemplateEngine> m_templates;
  bool m_quiet = false;
  bool m_json = false;
  bool m_confine = true;
  bool m_output_failed = false;
};

} // namespace kpb

#endif
