// SPDX-License-Identifier: GPL-2.0-only
//
// A RunContext in memory, with a kernel in the form in which a user has it: /src (a tree), /config,
// /vmlinux and /driver.ko, and a gcc that reports the compiler that vmlinux was built with.
#ifndef KPB_TESTS_UNIT_KERNEL_WORLD_HPP
#define KPB_TESTS_UNIT_KERNEL_WORLD_HPP

#include "core/kernel/add_kernel.hpp"
#include "core/kernel/elf_facts.hpp"
#include "inspect_image.hpp"
#include "memory_world.hpp"

namespace kpb_test {

struct KernelWorld : World {
  kpb::RunContext kernel_context{files, environment, processes, interrupts, progress, sink};

  KernelWorld() {
    files.directory("/store", 0700);
    files.file("/src/Makefile", "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 94\n");
    files.file("/src/kernel/fork.c", "int x;\n");
    files.file("/src/scripts/run.sh", "#!/bin/sh\n").mode = 0755;
    files.symlink("/src/scripts/link.c", "../kernel/fork.c");
    files.file("/config", "CONFIG_LIVEPATCH=y\nCONFIG_DEBUG_INFO=y\n");
    files.file("/vmlinux", kernel_file("vmlinux"));
    files.file("/driver.ko", kernel_file("modules/drivers/a-driver.ko"));
    files.file("/usr/bin/gcc", "").mode = 0755;
    environment.variables["PATH"] = "/usr/bin";
    const auto facts = kpb::read_elf_facts(**files.open("/vmlinux"), "", "", sink);
    processes.outcome.output = "\t.file \"-\"\n\t.ident\t\"" + facts->compiler() + "\"\n";
    files.calls.clear();
  }

  static std::string kernel_file(const std::string& name) {
    return Image::load(std::string(KPB_TEST_SYNTH) + "/kernel/" + name).bytes;
  }

  kpb::KernelRequest request() {
    kpb::KernelRequest out;
    out.kernel = *kpb::parse_kernel_name("6.12.94", "", "x86_64", sink);
    out.source = "/src";
    out.config = "/config";
    out.vmlinux = "/vmlinux";
    out.modules = "/driver.ko";
    return out;
  }

  std::optional<kpb::AddedKernel> add(const kpb::KernelRequest& request) {
    kpb::KernelStore store(kernel_context, "/store");
    return kpb::add_kernel(kernel_context, store, request);
  }

  // The kernels that a user of the store sees.
  std::vector<std::string> visible() {
    kpb::KernelStore store(kernel_context, "/store");
    const auto kernels = store.list().value_or(std::vector<kpb::PreparedKernel>{});
    std::vector<std::string> ids;
    for (const auto& kernel : kernels)
      ids.push_back(kernel.id);
    return ids;
  }
};

} // namespace kpb_test

#endif
