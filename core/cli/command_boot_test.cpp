// SPDX-License-Identifier: GPL-2.0-only
//
// kpb boot-test: checks in a booted kernel that a package's patch does what it was made for.
#include "core/base/text.hpp"
#include "core/boot/machine.hpp"
#include "core/cli/boot_inputs.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/subcommand.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_largest_expectations = uint64_t{1} << 20U;

bool take_number(Session& session, const Arguments& arguments, const char* name, unsigned least,
                 unsigned most, unsigned& out) {
  const auto given = arguments.value(name);
  if (!given)
    return true;
  const auto number = parse_unsigned(*given, most);
  if (!number || *number < least)
    return misused(session, "boot-test",
                   std::string("--") + name + " " + shown(*given) + " is refused",
                   "it is a number from " + std::to_string(least) + " to " + std::to_string(most));
  out = static_cast<unsigned>(*number);
  return true;
}

bool take_options(Session& session, const Arguments& arguments, MachineOptions& options) {
  options.accelerator = arguments.value("accel").value_or(options.accelerator);
  if (options.accelerator != "tcg" && options.accelerator != "kvm")
    return misused(session, "boot-test", "--accel " + shown(options.accelerator) + " is refused",
                   "it is tcg or kvm");
  options.append = arguments.value("append").value_or("");
  if (first_control_byte(options.append, /*lines_allowed=*/false))
    return misused(session, "boot-test", "--append " + shown(options.append) + " is refused",
                   "the kernel's command line must be one line of printable text");
  if (options.append.size() > longest_append())
    return misused(session, "boot-test",
                   "--append has " + std::to_string(options.append.size()) +
                       " bytes, which is refused",
                   "together with kpb's own options, the kernel's command line has room for " +
                       std::to_string(longest_append()));
  return take_number(session, arguments, "memory", 64, 65536, options.memory_mib) &&
         take_number(session, arguments, "timeout", 1, 86400, options.time_limit);
}

bool take_expectations(Session& session, const Arguments& arguments, BootRequest& request) {
  const auto path = arguments.value("expect-file");
  if (!path)
    return true;
  const auto text = session.files().read(*path, k_largest_expectations);
  if (!text)
    return fail(session.diagnostics(),
                {.fault = Fault::input,
                 .code = "expectation",
                 .what = fmt::format("cannot read --expect-file {}", shown(*path)),
                 .why = text.error().reason()});
  auto expectations = read_expectations(*text, *path, session.diagnostics());
  if (expectations)
    request.expectations = std::move(*expectations);
  return expectations.has_value();
}

// Collects everything that goes into the guest; false after an error.
bool take_inputs(Session& session, const Arguments& arguments, const KernelImage& image,
                 Initramfs& root, BootRequest& request) {
  request.allow_unloaded = arguments.has("allow-unloaded");
  if (!take_expectations(session, arguments, request))
    return false;
  for (const auto& path : arguments.operands)
    if (!take_boot_package(session, path, image, root, request))
      return false;
  if (request.patches.empty()) // only transitional packages
    return fail(session.diagnostics(), {.fault = Fault::input,
                                        .code = "boot-input",
                                        .what = "no package contains a live-patch module",
                                        .hint = "give the packages that they depend on"});
  for (const auto& path : arguments.values("target-module"))
    if (!take_boot_target(session, path, image, root, request.targets))
      return false;
  for (const auto& path : arguments.values("late-target-module"))
    if (!take_boot_target(session, path, image, root, request.late_targets))
      return false;
  const auto overlay = arguments.value("overlay");
  if (overlay && !take_boot_overlay(session, *overlay, root))
    return false;
  order_patches(request.patches);
  return true;
}

std::string subject_of(const BootStep& step) {
  return (step.subject.empty() ? "" : step.subject + ": ") + step.what;
}

void put_checks(Document& result, const std::vector<BootStep>& steps, const GuestReport& report) {
  namespace f = fields::result;
  const Writer out(result, "");
  out.put_array(f::checks);
  for (size_t i = 0; i < steps.size(); ++i) {
    const Writer entry = out.element(f::checks);
    const bool answered = i < report.answers.size();
    entry.put(f::check::check, subject_of(steps[i]));
    entry.put(f::check::result, !answered ? "not reached" : report.answers[i].ok ? "ok" : "failed");
    if (!answered)
      continue;
    entry.put(f::check::seen, report.answers[i].detail);
    for (const auto& line : report.answers[i].notes)
      entry.put(pointer(f::check::kernel_log, "-"), line);
  }
}

// The table for the user. It also shows the checks that were not reached.
void print_checks(Session& session, const KernelImage& image, const std::vector<BootStep>& steps,
                  const GuestReport& report) {
  size_t width = 0;
  for (const auto& step : steps)
    width = std::max(width, subject_of(step).size());
  width = std::min<size_t>(width, 60);
  std::string text = "kernel " + image.release + ", booted in QEMU\n";
  for (size_t i = 0; i < steps.size(); ++i) {
    const bool answered = i < report.answers.size();
    std::string line = !answered ? "-       " : report.answers[i].ok ? "ok      " : "FAILED  ";
    line += escape_control(subject_of(steps[i]));
    if (answered) {
      line.resize(std::max(line.size(), width + 8), ' ');
      line += "  " + escape_control(report.answers[i].detail);
    }
    text += line + "\n";
  }
  session.out(text);
}

void judge(Session& session, const std::vector<BootStep>& steps, const GuestReport& report) {
  for (size_t i = 0; i < report.answers.size(); ++i) {
    const auto& answer = report.answers[i];
    if (answer.ok)
      continue;
    const bool unloaded =
        steps[i].words[0] == "objects" && answer.detail.find("is not loaded") != std::string::npos;
    std::string why = answer.detail;
    if (!answer.notes.empty())
      why += "; the kernel's last messages:\n" + join(answer.notes, "\n");
    fail(
        session.diagnostics(),
        {.fault = Fault::verification,
         .code = "boot-check",
         .what = fmt::format("failed: {}", subject_of(steps[i])),
         .why = why,
         .hint =
             unloaded
                 ? "give the patched module with --target-module, or accept this with --allow-unloaded"
                 : ""});
  }
}

void boot_test(Session& session, const Arguments& arguments, Document& result) {
  MachineOptions options;
  const auto image_path = arguments.value("kernel-image");
  if (!image_path || arguments.operands.empty()) {
    misused(session, "boot-test",
            !image_path ? "--kernel-image is not given" : "no package is given");
    return;
  }
  if (!take_options(session, arguments, options) || !session.open_plugins(arguments))
    return;
  const auto image = read_kernel_image(session.files(), *image_path, session.diagnostics());
  if (!image)
    return;
  result.put_text(fields::result::kernel_image, image->path, "");
  result.put_text(fields::result::kernel_release, image->release, "");
  ConsoleProgress progress(session.environment(), session.terminal());
  const OpenLine line(session.diagnostics(), [&] { progress.close(); });
  progress.begin(Progress::Step::read,
                 std::to_string(arguments.operands.size()) +
                     (arguments.operands.size() == 1 ? " package" : " packages"));
  Initramfs root;
  BootRequest request;
  if (take_inputs(session, arguments, *image, root, request)) {
    Tools tools(session.files(), session.environment(), session.processes());
    Workspace workspace(session.files(), session.environment(), "kpb-", "");
    const std::string prefix = parent_path(parent_path(session.environment().executable()));
    Machine machine(session.files(), tools, session.processes(), workspace,
                    prefix + "/" KPB_LIBEXEC_SUBDIR "/kpb-guest");
    const auto steps = plan_boot(request);
    progress.begin(Progress::Step::boot, image->release);
    const auto run = machine.boot(*image, root, steps, options, session.diagnostics());
    progress.close();
    if (run && !run->interrupted) {
      put_checks(result, steps, run->report);
      if (!session.json() && !session.quiet())
        print_checks(session, *image, steps, run->report);
      if (run->report.broken.empty())
        judge(session, steps, run->report);
    }
  }
}

int command_boot_test(Session& session, const Arguments& arguments) {
  Document result = new_result("boot-test");
  boot_test(session, arguments, result);
  return session.finish(&result);
}

CommandSpec boot_test_spec() {
  return {
      "boot-test",
      "[OPTIONS] --kernel-image FILE PACKAGE...",
      "boot a kernel with packages and check that they patch it",
      "Boots a kernel (an x86 bzImage) in QEMU with the packages' files and loads their "
      "modules. Checks that each module is enabled and has patched every object, and "
      "checks the expectations in --expect-file. Then disables the patches and removes "
      "them. PACKAGE is an RPM, a deb or a bare module; replace-mode modules are loaded "
      "before stacked ones. The test does not touch this machine. Exit status 4: a patch "
      "does not do what is expected. Each line of the expectations is WHEN: FILE contains "
      "TEXT (or lacks, is, is-not) or WHEN: run COMMAND (or run-fails). WHEN is "
      "before-load, after-load, after-unload, or patched. patched means that the condition "
      "is true after loading, and that the opposite is true before loading and after "
      "unloading.",
      {
          {"kernel-image", 0, "FILE", false,
           "the kernel to boot: /boot/vmlinuz-K or a tree's arch/x86/boot/bzImage", "file"},
          {"expect-file", 0, "FILE", false, "what is expected of the patched kernel", "file"},
          {"target-module", 0, "FILE.ko", true,
           "one of the kernel's own modules, to be loaded before the patches; can be repeated",
           "file"},
          {"late-target-module", 0, "FILE.ko", true, "the same, loaded after them", "file"},
          {"allow-unloaded", 0, nullptr, false,
           "accept an object that is not patched because its module is not loaded", nullptr},
          {"overlay", 0, "DIR", false,
           "copy the files of DIR into the guest; needed for run, because the guest contains no "
           "programs",
           "directory"},
          {"append", 0, "TEXT", false, "add TEXT to the kernel's command line", nullptr},
          {"accel", 0, "NAME", false, "QEMU's accelerator: tcg (default) or kvm", "tcg|kvm"},
          {"memory", 0, "MIB", false, "the virtual machine's memory in MiB; default 512", nullptr},
          {"timeout", 0, "SECONDS", false,
           "how long the virtual machine may run, in seconds; default 300", nullptr},
      },
      {
          {"kpb boot-test --kernel-image /boot/vmlinuz-6.1.0-56-amd64 fix.rpm",
           "does it load, and is everything patched?"},
          {"kpb boot-test --kernel-image bzImage --expect-file fix.expect fix.rpm",
           "and does it do what it should?"},
      },
      "file"};
}

} // namespace

Command boot_test_command() { return {boot_test_spec(), command_boot_test}; }

} // namespace kpb
