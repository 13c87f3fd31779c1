// SPDX-License-Identifier: GPL-2.0-only
//
// The virtual machine: QEMU, with a kernel, our file system and a serial line, and nothing else.
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
  std::string append;        // to the kernel's command line
};

// How much of MachineOptions::append there can be: the kernel cuts its command line off, mostly in the middle of
// a word, and nobody is told.
size_t longest_append();

struct MachineRun {
  GuestReport report;
  std::string serial; // all that was said, its last MiB
  bool interrupted = false;
};

// Boots `image` with `root` (to which the steps and the guest's program are added) and hears it out.
// What the patches do is the caller's to judge; an error here is that there was no machine, or that it
// came to no end that can be believed.
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
