// SPDX-License-Identifier: GPL-2.0-only
//
// See checks.hpp. What the builders refuse themselves is refused here too, an hour earlier.
#include "core/kernel/checks.hpp"

#include "core/base/text.hpp"

#include <kpb/sdk/builder_limits.hpp>

#include <fmt/core.h>

namespace kpb {

namespace {

struct Obstacle {
  std::string code; // "" for none
  std::string what;
  std::string option; // CONFIG_..., where that is what it is
};

// What no version of the builder can build for, by the configuration alone.
Obstacle refused_config(const char* builder, const KernelConfig& config) {
  const BuilderLimit* limit = refused_option(
      builder, [&](std::string_view option) { return is_on(config, std::string(option)); });
  if (limit == nullptr)
    return {};
  const std::string option = "CONFIG_" + std::string(limit->option);
  const std::string unless =
      limit->unless.empty() ? "" : " without CONFIG_" + std::string(limit->unless);
  return {limit->name == "ibt" ? "kernel-ibt" : "kernel-config",
          fmt::format("{} is set{}, and it cannot {}", option, unless, limit->what), option};
}

Obstacle kpatch_obstacle(const KernelFacts& facts) {
  if (!facts.vmlinux.debug_info)
    return {"kernel-no-debug-info", "vmlinux has no debug information (.debug_info)", ""};
  if (!is_on(facts.config, "DEBUG_INFO"))
    return {"kernel-no-debug-info", "CONFIG_DEBUG_INFO is not set", ""};
  return refused_config("kpatch-build", facts.config);
}

Obstacle klp_obstacle(const KernelFacts& facts) {
  if (!facts.tree_has_klp_build)
    return {"kernel-config",
            "the tree has no scripts/livepatch/klp-build (kpb uses that of Linux 7.2 and newer)",
            ""};
  if (facts.arch != "x86_64")
    return {"kernel-config", "it supports only x86_64", ""};
  return refused_config("klp-build", facts.config);
}

std::string hint_for(const Obstacle& kpatch, const KernelFacts& facts) {
  if (kpatch.code == "kernel-no-debug-info")
    return "give the debug vmlinux: usr/lib/debug/.../vmlinux of kernel-debuginfo or of "
           "linux-image-*-dbg (--vmlinux takes the package itself)";
  // klp-build could, in a newer source.
  if (facts.arch == "x86_64" && refused_config("klp-build", facts.config).code.empty())
    return fmt::format("a kernel with {} needs klp-build, which kpb uses from Linux 7.2 on; "
                       "otherwise switch it off in the kernel that you run",
                       kpatch.option);
  return "live patches cannot be built for this configuration";
}

} // namespace

bool check_build_arch(const std::string& arch, const std::string& machine, DiagnosticSink& sink) {
  if (arch == machine)
    return true;
  return fail(
      sink,
      {.fault = Fault::input,
       .code = "kernel-arch",
       .what = fmt::format("the kernel is for {}, this machine is {}", arch, machine),
       .why = "patches are built with the kernel's own compiler, on its own architecture",
       .hint =
           "build on a machine of that architecture; packing finished modules and inspecting them "
           "works anywhere"});
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
  return fail(sink, {.fault = Fault::input,
                     .code = "kernel-source-version",
                     .where = where,
                     .what = fmt::format("the source is Linux {}, the kernel is {}",
                                         facts.source_version, shown(facts.release)),
                     .hint = "give the source that this kernel was built from"});
}

bool check_vmlinux(const KernelFacts& facts, DiagnosticSink& sink) {
  const auto& vmlinux = facts.vmlinux;
  const std::string& where = facts.vmlinux_path;
  const std::string debug_vmlinux =
      "give the vmlinux of the kernel's debug package, an ELF file of "
      "hundreds of megabytes; vmlinuz and bzImage will not do";
  if (vmlinux.machine != facts.arch)
    return fail(sink, {.fault = Fault::input,
                       .code = "kernel-arch",
                       .where = where,
                       .what = fmt::format("vmlinux is for {}, the kernel is for {}",
                                           vmlinux.machine.empty()
                                               ? "ELF machine " + std::to_string(vmlinux.e_machine)
                                               : vmlinux.machine,
                                           facts.arch),
                       .hint = "give the vmlinux of that kernel"});
  if (vmlinux.release.empty())
    return fail(sink, {.fault = Fault::input,
                       .code = "kernel-vmlinux",
                       .where = where,
                       .what = "it is not a vmlinux",
                       .why = vmlinux.relocatable ? "it is an object file"
                                                  : "it does not contain \"Linux version\"",
                       .hint = debug_vmlinux});
  if (vmlinux.release != facts.release)
    return fail(sink, {.fault = Fault::input,
                       .code = "kernel-release",
                       .where = where,
                       .what = fmt::format("vmlinux is from kernel {}, but the target is {}",
                                           shown(vmlinux.release), shown(facts.release)),
                       .why = "according to its banner",
                       .hint = "give the vmlinux of that kernel, or another -k"});
  if (!vmlinux.symbols)
    return fail(sink, {.fault = Fault::input,
                       .code = "kernel-vmlinux",
                       .where = where,
                       .what = "it has no symbol table",
                       .why = "it was stripped, so functions cannot be found in it",
                       .hint = debug_vmlinux});
  return true;
}

bool check_buildable(const KernelFacts& facts, DiagnosticSink& sink) {
  if (!is_on(facts.config, "LIVEPATCH"))
    return fail(sink, {.fault = Fault::input,
                       .code = "kernel-no-livepatch",
                       .where = facts.config_path,
                       .what = "CONFIG_LIVEPATCH is not set",
                       .why = "this kernel cannot load live patches",
                       .hint = "give the configuration that the kernel was built with"});
  const Obstacle kpatch = kpatch_obstacle(facts);
  const Obstacle klp = klp_obstacle(facts);
  if (kpatch.code.empty())
    return true;
  const std::string& where = kpatch.code == "kernel-no-debug-info" && !facts.vmlinux.debug_info
                                 ? facts.vmlinux_path
                                 : facts.config_path;
  if (!klp.code.empty())
    return fail(sink, {.fault = Fault::input,
                       .code = kpatch.code,
                       .where = where,
                       .what = "no builder can build for this kernel",
                       .why = fmt::format("kpatch-build: {}; klp-build: {}", kpatch.what, klp.what),
                       .hint = hint_for(kpatch, facts)});
  warn(sink, {.code = kpatch.code,
              .where = where,
              .what = kpatch.what,
              .why = "kpatch-build cannot use it; klp-build can"});
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
    return fail(sink, {.fault = Fault::input,
                       .code = "kernel-compiler",
                       .where = facts.vmlinux_path,
                       .what = "it does not name its compiler",
                       .why = "its .comment section is missing",
                       .hint = "give the vmlinux of the kernel's debug package"});
  if (found == wanted)
    return true;
  const std::string text = config_text(facts.config, "CC_VERSION_TEXT");
  return fail(
      sink,
      {.fault = Fault::input,
       .code = "kernel-compiler",
       .where = facts.vmlinux_path,
       .what =
           fmt::format("vmlinux was compiled by {}, {} has {}", shown(wanted), place, shown(found)),
       .why = "another compiler makes different functions from the same source",
       .hint = fmt::format(
           "use a root of the kernel's distribution with that very compiler as {}: --root DIR{}",
           compiler, text.empty() ? "" : " (the kernel says " + shown(text) + ")")});
}

} // namespace kpb
