// SPDX-License-Identifier: GPL-2.0-only
//
// The program. Its name decides between kpb and the command line of 2015; the table decides which
// command runs.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/classic_front.hpp"
#include "core/cli/command.hpp"
#include "core/cli/help.hpp"
#include "core/cli/parse.hpp"
#include "core/cli/session.hpp"
#include "core/cli/standard_output.hpp"
#include "core/plugin/call_guard.hpp"
#include "kpb/abi/plugin.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace kpb {

namespace {

int run_command(Session& session, const Command& command, const std::vector<std::string>& words) {
  std::vector<OptionSpec> options = command.spec.options;
  options.insert(options.end(), common_options().begin(), common_options().end());
  const auto arguments = parse_arguments(
      words, options, std::string("kpb help ") + command.spec.name, session.diagnostics());
  Document refusal = new_result(command.spec.name);
  if (!arguments) {
    // Programs that read JSON need it even if the rest of the command line is wrong.
    const auto options_end = std::find(words.begin(), words.end(), "--");
    session.set_json(std::find(words.begin(), options_end, "--json") != options_end);
    return session.finish(&refusal);
  }
  if (arguments->has("help")) {
    session.out(command_help_text(command.spec));
    return session.finish(nullptr);
  }
  session.set_command(command.spec.name);
  if (!session.configure(*arguments))
    return session.finish(&refusal);
  return command.run(session, *arguments);
}

int run_kpb(Session& session, const std::vector<std::string>& words) {
  if (words.empty()) {
    fail(session.diagnostics(), {.fault = Fault::input,
                                 .code = "command-line",
                                 .what = "no command is given",
                                 .hint = "kpb help lists the commands"});
    return session.finish(nullptr);
  }
  if (words[0] == "--version" || words[0] == "--help" || words[0] == "-h") {
    session.out(words[0] == "--version" ? "kpb " KPB_VERSION " (plugin ABI " KPB_STRINGIFY(
                                              KPB_ABI_MAJOR) "." KPB_STRINGIFY(KPB_ABI_MINOR) ")\n"
                                        : general_help());
    return session.finish(nullptr);
  }
  if (const Command* command = find_command(words[0]))
    return run_command(session, *command, {words.begin() + 1, words.end()});
  auto known = command_names();
  known.insert(known.end(), {"--version", "--help"});
  const auto near = nearest(words[0], known);
  fail(session.diagnostics(),
       {.fault = Fault::input,
        .code = "command-line",
        .what = (words[0].starts_with("-") ? "unknown option " : "there is no command ") +
                shown(words[0]),
        .hint = near ? "did you mean kpb " + *near + "?" : "kpb help lists the commands"});
  return session.finish(nullptr);
}

} // namespace

} // namespace kpb

namespace {

// A job of a series ends when the run that started it ends, even if that run was killed: nobody
// would use its result, and it would get in the way of the next run.
void end_with_series(const char* parent) {
  if (parent == nullptr || std::to_string(::getppid()) != parent)
    return; // the same command line run by hand, or by a cluster
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (std::to_string(::getppid()) != parent)
    ::raise(SIGTERM);
}

// If a standard stream is closed, the first file that is opened would get its descriptor, and our
// messages would be written into an artifact. Read-only, so that writing to a closed standard
// output still fails and is reported.
void occupy_closed_streams() {
  for (int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC); fd >= 0; fd = ::dup(fd))
    if (fd > STDERR_FILENO) {
      ::close(fd);
      return;
    }
}

} // namespace

// A plugin's call of _exit(), which exit handlers do not see, ends up here: symbols of the program
// are found before those of the C library. kpb itself ends through main().
extern "C" {
[[noreturn, gnu::visibility("default")]] void _exit(int status) {
  kpb::leaving_by_exit();
  ::syscall(SYS_exit_group, status);
  __builtin_unreachable();
}
[[noreturn, gnu::visibility("default")]] void _Exit(int status) noexcept { ::_exit(status); }
}

int main(int argc, char** argv) {
  occupy_closed_streams();
  kpb::set_standard_output_aside();
  const kpb::Interrupts& interrupts = kpb::install_interrupts();
  end_with_series(std::getenv("KPB_SERIES_PID"));
  const std::string called = kpb::base_name(argc > 0 ? argv[0] : "kpb");
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  try {
    const bool classic = called == kpb::k_classic_program;
    kpb::Session session(classic ? kpb::k_classic_program : "kpb", interrupts);
    return classic ? kpb::run_classic_front(session, words) : kpb::run_kpb(session, words);
  } catch (const std::exception& error) {
    // Everywhere else errors are values; only lack of memory or a bug gets here.
    const std::string text = kpb::format_diagnostic(
        {.what = std::string("internal error: ") + error.what()}, "kpb", false);
    [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
    return 5;
  }
}
