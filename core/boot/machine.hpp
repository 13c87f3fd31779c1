// SPDX-License-Identifier: GPL-2.0-only
//
// The virtual machine: QEMU with a kernel, our file system and a serial line, and nothing else.
#ifndef KPB_CORE_BOOT_MACHINE_HPP
#define KPB_CORE_BOOT_MACHINE_HPP

#include "core/boot/answers.hpp"
#include "core/boot/initramfs.hpp"
#include "core/boot/kernel_image.hpp"
#include "core/boot/plan_boot.hpp"
#include "core/diag/diagnostic.hpp"
#include "core/run/tools.hpp"

#include <optional>
#include <string>

namespace kpb {

inline constexpr const char* k_qemu = "qemu-system-x86_64";

struct MachineOptions {
  std::string accelerator = "tcg";
  unsigned memory_mib = 512;
  unsigned time_limit = 300; // seconds
  std::string append;        // added to the kernel's command line
};

// The longest possible MachineOptions::append. The kernel silently truncates a longer command line,
// usually in the middle of a word.
size_t longest_append();

struct MachineRun {
  GuestReport report;
  std::string serial; // the output, at most its last MiB
  bool interrupted = false;
};

// Boots `image` with `root`, to which it adds the steps and the guest's program, and reads the
// output. The caller judges what the patches do; an error here means that the machine did not
// start, or that its output cannot be trusted.
class Machine {
public:
  Machine(FileSystem& files, Tools& tools, ProcessRunner& processes, Workspace& workspace,
          std::string guest_program);
  std::optional<MachineRun> boot(const KernelImage& image, Initramfs& root,
                                 const std::vector<BootStep>& steps, const MachineOptions& options,
                                 DiagnosticSink& sink);

private:
  std::optional<std::string> pack(Initramfs& root, const std::vector<BootStep>& steps,
                                  const std::string& tag, DiagnosticSink& sink);
  void judge_end(const MachineRun& run, const Outcome& outcome, const std::vector<BootStep>& steps,
                 const MachineOptions& options, DiagnosticSink& sink) const;

  FileSystem& m_files;
  Tools& m_tools;
  ProcessRunner& m_processes;
  Workspace& m_workspace;
  std::string m_guest_program;
};

} // namespace kpb

#endif
