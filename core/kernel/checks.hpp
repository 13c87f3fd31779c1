// SPDX-License-Identifier: GPL-2.0-only
//
// Whether what was given belongs together and can be built at all. Pure functions of facts; each refusal
// is an input error with a code of its own and shows both sides.
#ifndef KPB_CORE_KERNEL_CHECKS_HPP
#define KPB_CORE_KERNEL_CHECKS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/kernel/config_file.hpp"
#include "core/kernel/elf_facts.hpp"

#include <string>

namespace kpb {

// What is known of a kernel that is being added.
struct KernelFacts {
  std::string release; // -k
  std::string arch;
  std::string source_version; // of the tree's Makefile
  bool tree_has_klp_build = false;
  KernelConfig config;
  ElfFacts vmlinux;
  std::string vmlinux_path; // for messages: what the user gave
  std::string config_path;
};

// "kernel-arch": another architecture than this machine's cannot be built for.
bool check_build_arch(const std::string& arch, const std::string& machine, DiagnosticSink& sink);
// "kernel-source-version": the Makefile's version is the beginning of another kernel's release.
bool check_source_version(const KernelFacts& facts, const std::string& where, DiagnosticSink& sink);
// "kernel-vmlinux", "kernel-arch", "kernel-release".
bool check_vmlinux(const KernelFacts& facts, DiagnosticSink& sink);
// "kernel-no-livepatch", "kernel-no-debug-info", "kernel-ibt", "kernel-config": at least one builder can
// build for it; a warning where kpatch-build alone falls out.
bool check_buildable(const KernelFacts& facts, DiagnosticSink& sink);
// "kernel-compiler": what compiled vmlinux is what would compile the patch. `found` is the own word of
// the compiler in `root`.
bool check_compiler(const KernelFacts& facts, const std::string& compiler, const std::string& found,
                    const std::string& root, DiagnosticSink& sink);
// gcc or clang, as the configuration says.
std::string compiler_of(const KernelConfig& config);

} // namespace kpb

#endif
