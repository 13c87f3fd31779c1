// SPDX-License-Identifier: GPL-2.0-only
//
// See checks.hpp. What the builders refuse themselves is refused here too, an hour earlier.
#include "core/kernel/checks.hpp"

#include "core/base/text.hpp"

namespace kpb {

namespace {

// What each builder says that it does not support.
constexpr const char* k_kpatch_refuses[] = {"DEBUG_INFO_SPLIT", "GCC_PLUGIN_LATENT_ENTROPY",
                                            "GCC_PLUGIN_RANDSTRUCT", "X86_KERNEL_IBT",
                                            "EXPOLINE_EXTERN"};
constexpr const char* k_klp_refuses[] = {"GCC_PLUGIN_LATENT_ENTROPY", "GCC_PLUGIN_RANDSTRUCT",
                                         "LD_DEAD_CODE_DATA_ELIMINATION"};

struct Obstacle {
  std::string code; // "" for none
  std::string what;
};

Obstacle kpatch_obstacle(const KernelFacts& facts) {
  if (!facts.vmlinux.debug_info)
    return {"kernel-no-debug-info", "vmlinux has no debug information (.debug_info)"};
  if (!is_on(facts.config, "DEBUG_INFO"))
    return {"kernel-no-debug-info", "CONFIG_DEBUG_INFO is not set"};
  for (const char* option : k_kpatch_refuses)
    if (is_on(facts.config, option))
      return {option == std::string("X86_KERNEL_IBT") ? "kernel-ibt" : "kernel-config",
              std::string("CONFIG_") + option + " is set"};
  return {};
}

Obstacle klp_obstacle(const KernelFacts& facts) {
  if (!facts.tree_has_klp_build)
    return {"kernel-config", "the tree has no scripts/livepatch/klp-build (Linux 6.19 brought it)"};
  if (facts.arch != "x86_64")
    return {"kernel-config", "it knows x86_64 only"};
  for (const char* option : k_klp_refuses)
    if (is_on(facts.config, option))
      return {"kernel-config", std::string("CONFIG_") + option + " is set"};
  return {};
}

const char* hint_for(const std::string& code) {
  if (code == "kernel-no-debug-info")
    return "give the debug vmlinux: usr/lib/debug/.../vmlinux of kernel-debuginfo or of "
           "linux-image-*-dbg (--vmlinux takes the package itself)";
  if (code == "kernel-ibt")
    return "a kernel with X86_KERNEL_IBT needs klp-build, and that Linux 6.19 or newer; else switch it "
           "off in the kernel that you run";
  return "live patches cannot be built for this configuration";
}

} // namespace

bool check_build_arch(const std::string& arch, const std::string& machine, DiagnosticSink& sink) {
  if (arch == machine)
    return true;
  return fail(
      sink, Fault::input, "kernel-arch", "",
      "the kernel is for " + arch + ", this machine is " + machine,
      "patches are built with the kernel's own compiler, on its own architecture",
      "build on a machine of that architecture; packing finished modules and inspecting them "
      "works anywhere");
}

bool check_source_version(const KernelFacts& facts, const std::string& where,
                          DiagnosticSink& sink) {
  // Distributions keep 5.14.0 or 6.1.0 in releases of a source that has moved on: two numbers count.
  const auto two = [](const std::string& version) {
    const auto parts = split(version, '.');
    const auto digits = [](const std::string& part) {
      return part.substr(0, part.find_first_not_of("0123456789"));
    };
    return parts.size() < 2 ? version : digits(parts[0]) + "." + digits(parts[1]);
  };
  if (two(facts.source_version) == two(facts.release))
    return true;
  return fail(sink, Fault::input, "kernel-source-version", where,
              "the source is Linux " + facts.source_version + ", the kernel is " +
                  shown(facts.release),
              "", "give the source that this kernel was built from");
}

bool check_vmlinux(const KernelFacts& facts, DiagnosticSink& sink) {
  const auto& vmlinux = facts.vmlinux;
  const std::string& where = facts.vmlinux_path;
  const std::string debug_vmlinux =
      "give the vmlinux of the kernel's debug package, an ELF file of "
      "hundreds of megabytes; vmlinuz and bzImage will not do";
  if (vmlinux.machine != facts.arch)
    return fail(sink, Fault::input, "kernel-arch", where,
                "vmlinux is for " +
                    (vmlinux.machine.empty() ? "ELF machine " + std::to_string(vmlinux.e_machine)
                                             : vmlinux.machine) +
                    ", the kernel is for " + facts.arch,
                "", "give the vmlinux of that kernel");
  if (vmlinux.release.empty())
    return fail(sink, Fault::input, "kernel-vmlinux", where, "it is no vmlinux",
                vmlinux.relocatable ? "it is an object file" : "it does not say \"Linux version\"",
                debug_vmlinux);
  if (vmlinux.release != facts.release)
    return fail(sink, Fault::input, "kernel-release", where,
                "vmlinux is of the kernel " + shown(vmlinux.release) + ", wanted is " +
                    shown(facts.release),
                "its own banner says so", "give the vmlinux of that kernel, or another -k");
  if (!vmlinux.symbols)
    return fail(sink, Fault::input, "kernel-vmlinux", where, "it has no symbol table",
                "it was stripped, so no function can be found in it", debug_vmlinux);
  return true;
}

bool check_buildable(const KernelFacts& facts, DiagnosticSink& sink) {
  if (!is_on(facts.config, "LIVEPATCH"))
    return fail(sink, Fault::input, "kernel-no-livepatch", facts.config_path,
                "CONFIG_LIVEPATCH is not set", "this kernel cannot load live patches",
                "give the configuration that the kernel was built with");
  const Obstacle kpatch = kpatch_obstacle(facts);
  const Obstacle klp = klp_obstacle(facts);
  if (kpatch.code.empty())
    return true;
  const std::string& where = kpatch.code == "kernel-no-debug-info" && !facts.vmlinux.debug_info
                                 ? facts.vmlinux_path
                                 : facts.config_path;
  if (!klp.code.empty())
    return fail(sink, Fault::input, kpatch.code, where, "no builder can build for this kernel",
                "kpatch-build: " + kpatch.what + "; klp-build: " + klp.what, hint_for(kpatch.code));
  warn(sink, kpatch.code, where, kpatch.what, "kpatch-build refuses that; klp-build remains");
  return true;
}

std::string compiler_of(const KernelConfig& config) {
  return is_on(config, "CC_IS_CLANG") ? "clang" : "gcc";
}

bool check_compiler(const KernelFacts& facts, const std::string& compiler, const std::string& found,
                    const std::string& root, DiagnosticSink& sink) {
  const std::string wanted = facts.vmlinux.compiler();
  const std::string place = root.empty() ? "this machine" : "the root " + root;
  if (wanted.empty())
    return fail(sink, Fault::input, "kernel-compiler", facts.vmlinux_path,
                "it does not say what compiled it", "its .comment section is missing",
                "give the vmlinux of the kernel's debug package");
  if (found == wanted)
    return true;
  const std::string text = config_text(facts.config, "CC_VERSION_TEXT");
  return fail(sink, Fault::input, "kernel-compiler", facts.vmlinux_path,
              "vmlinux was compiled by " + shown(wanted) + ", " + place + " has " + shown(found),
              "another compiler makes other functions of the same source",
              "use a root of the kernel's distribution with that very compiler as " + compiler +
                  ": --root DIR" + (text.empty() ? "" : " (the kernel says " + shown(text) + ")"));
}

} // namespace kpb
