// SPDX-License-Identifier: GPL-2.0-only
//
// See machine.hpp.
#include "core/boot/machine.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/run/log.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

constexpr size_t k_serial_kept = size_t{1} << 20U;
constexpr size_t k_tail_lines = 12;
constexpr uint64_t k_largest_guest = uint64_t{64} << 20U;

// no_timer_check: on a busy host the emulated timer is too late for the kernel's test, and the
// kernel panics. oops=panic panic=-1 and -no-reboot: any fault in the guest's kernel ends QEMU at
// once.
const std::string k_command_line =
    "console=ttyS0 oops=panic panic=-1 quiet no_timer_check rdinit=/init";

// COMMAND_LINE_SIZE of x86, which includes the terminating NUL.
constexpr size_t k_command_line_limit = 2048;

std::string tail(const std::string& serial) {
  const std::string words = last_lines(replace_all(serial, "\r", ""), k_tail_lines);
  return words.empty() ? "nothing came on the serial line"
                       : "the end of the serial line's output:\n" + words;
}

} // namespace

size_t longest_append() { return k_command_line_limit - 1 - k_command_line.size() - 1; }

Machine::Machine(FileSystem& files, Tools& tools, ProcessRunner& processes, Workspace& workspace,
                 std::string guest_program)
    : m_files(files), m_tools(tools), m_processes(processes), m_workspace(workspace),
      m_guest_program(std::move(guest_program)) {}

std::optional<std::string> Machine::pack(Initramfs& root, const std::vector<BootStep>& steps,
                                         const std::string& tag, DiagnosticSink& sink) {
  const auto guest = m_files.read(m_guest_program, k_largest_guest);
  if (!guest) {
    fail(sink, {.fault = Fault::environment,
                .code = "boot-guest",
                .what = "cannot read kpb-guest, the program for the guest",
                .why = guest.error().text(),
                .hint = "install kpb completely"});
    return std::nullopt;
  }
  const std::string text = steps_file(steps, tag);
  if (!steps_read_back(text, steps, tag)) {
    fail(sink, {.fault = Fault::input,
                .code = "boot-steps",
                .what = "the steps of the boot cannot be written down",
                .why = "a name or a path in them would not be read as it is written",
                .hint = "rename the module, or the file that an expectation names"});
    return std::nullopt;
  }
  if (!root.add_file("/init", *guest, 0755) || !root.add_file("/kpb/steps", text, 0644)) {
    fail(sink, {.fault = Fault::input,
                .code = "boot-root",
                .what = "/init and /kpb in the guest are reserved for kpb",
                .why = "--overlay or a package contains files of that name"});
    return std::nullopt;
  }
  const auto directory = m_workspace.path();
  const auto written = directory ? root.write(m_files, *directory + "/initramfs")
                                 : Status(tl::unexpected(directory.error()));
  if (!written) {
    fail(sink, {.fault = Fault::environment,
                .code = "boot-root",
                .what = "cannot write the guest's file system",
                .why = written.error().reason()});
    return std::nullopt;
  }
  return *directory + "/initramfs";
}

void Machine::judge_end(const MachineRun& run, const Outcome& outcome,
                        const std::vector<BootStep>& steps, const MachineOptions& options,
                        DiagnosticSink& sink) const {
  const auto& report = run.report;
  // From the step that loads the patch on, the patch is the first suspect.
  const bool patched = report.answers.size() >= first_load(steps);
  const size_t at = report.answers.size();
  const std::string where = at < steps.size()
                                ? "step " + std::to_string(at + 1) + " (" +
                                      (steps[at].subject.empty() ? "" : steps[at].subject + ": ") +
                                      steps[at].what + ")"
                                : "its end";
  if (outcome.interrupted)
    return;
  if (!report.broken.empty())
    fail(sink, {.fault = Fault::tool,
                .code = "boot-answers",
                .what = "the guest's answers are incomplete or inconsistent",
                .why = fmt::format("{}; {}", report.broken, tail(run.serial))});
  else if (!report.panic.empty())
    fail(sink, {.fault = patched ? Fault::verification : Fault::tool,
                .code = "boot-panic",
                .what = patched ? "the kernel crashed in " + where : "the kernel does not boot",
                .why = fmt::format("{}; {}", report.panic, tail(run.serial))});
  else if (outcome.timed_out)
    fail(sink, {.fault = Fault::tool,
                .code = "boot-timeout",
                .what = fmt::format("the guest did not finish within {} s; it had reached {}",
                                    options.time_limit, where),
                .why = tail(run.serial),
                .hint = "allow more time with --timeout"});
  else if (outcome.exit_status != 0)
    fail(sink,
         {.fault = Fault::tool,
          .code = "boot-qemu",
          .what = std::string(k_qemu) +
                  (outcome.exit_status < 0 ? " was ended by signal " : " ended with status ") +
                  std::to_string(std::abs(outcome.exit_status)),
          .why = tail(run.serial)});
  else if (!report.finished && report.gave_up.empty())
    fail(sink,
         {.fault = Fault::tool,
          .code = "boot-answers",
          .what = fmt::format("the guest stopped before the last step; it had reached {}", where),
          .why = tail(run.serial)});
}

std::optional<MachineRun> Machine::boot(const KernelImage& image, Initramfs& root,
                                        const std::vector<BootStep>& steps,
                                        const MachineOptions& options, DiagnosticSink& sink) {
  const auto qemu = m_tools.find(k_qemu);
  if (!qemu) {
    fail(sink, {.fault = Fault::environment,
                .code = "tool-missing",
                .what = m_tools.missing(k_qemu),
                .why = "kpb boot-test boots kernels in it",
                .hint = "on Debian: apt-get install qemu-system-x86"});
    return std::nullopt;
  }
  const auto directory = m_workspace.path();
  const auto environment = m_tools.environment(m_workspace);
  if (!directory || !environment) {
    fail(sink, {.fault = Fault::environment,
                .code = "workspace",
                .what = "cannot make a working directory",
                .why = (directory ? environment.error() : directory.error()).text()});
    return std::nullopt;
  }
  // The directory's name contains random letters, so nothing that was built into a package can know
  // the tag.
  const std::string tag =
      "kpb-" + sha256_hex(*directory + "\n" + image.release).substr(0, 16) + ": ";
  const auto initramfs = pack(root, steps, tag, sink);
  if (!initramfs)
    return std::nullopt;
  ProcessCommand command;
  command.arguments = {*qemu,
                       "-accel",
                       options.accelerator,
                       "-m",
                       std::to_string(options.memory_mib),
                       "-nodefaults",
                       "-no-user-config",
                       "-display",
                       "none",
                       "-serial",
                       "stdio",
                       "-no-reboot",
                       "-kernel",
                       image.path,
                       "-initrd",
                       *initramfs,
                       "-append",
                       k_command_line + (options.append.empty() ? "" : " " + options.append)};
  command.directory = *directory;
  command.environment = *environment;
  command.output_limit = k_serial_kept;
  command.time_limit = options.time_limit;
  debug_log("boot", join(command.arguments, " "));
  auto outcome = m_processes.run(command);
  if (!outcome) {
    fail(sink, {.fault = Fault::environment,
                .code = "boot-qemu",
                .what = fmt::format("cannot run {}", *qemu),
                .why = outcome.error().reason()});
    return std::nullopt;
  }
  MachineRun run;
  run.interrupted = outcome->interrupted;
  run.serial = std::move(outcome->output);
  run.report = read_answers(run.serial, tag, steps.size());
  if (debug_log_enabled())
    for (const auto& line : split(run.serial, '\n'))
      debug_log("serial", replace_all(line, "\r", ""));
  judge_end(run, *outcome, steps, options, sink);
  return run;
}

} // namespace kpb
