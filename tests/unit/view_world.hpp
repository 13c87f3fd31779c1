// SPDX-License-Identifier: GPL-2.0-only
//
// A prepared kernel in memory and a kpb-enter that is not run: what a program in the view would
// have written is put into the layers that the command line names.
#ifndef KPB_TESTS_UNIT_VIEW_WORLD_HPP
#define KPB_TESTS_UNIT_VIEW_WORLD_HPP

#include "core/kernel/disk_use.hpp"
#include "core/kernel/view.hpp"
#include "memory_world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace kpb_test {

struct ViewWorld : World {
  kpb::RunContext kernel_context{files, environment, processes, interrupts, progress, sink};
  kpb::PreparedKernel kernel = put_kernel("6.1-aaaaaaaa", "6.1");
  kpb::ViewRun run;
  uint64_t limit = 100 * kpb::k_gib;

  // What the programs in the view do.
  std::string resulting_config = "CONFIG_LIVEPATCH=y\nCONFIG_MODVERSIONS=y\n";
  std::string symvers = "0x00000001\ta\tvmlinux\tEXPORT_SYMBOL\t\n";
  std::string original_says = "CC x.o\nNothing changed, primed\n";
  std::string build_says = "SUCCESS\n";
  std::function<void(const kpb::ProcessCommand&)> during; // whatever else happens meanwhile

  ViewWorld() {
    files.directory("/out");
    files.file("/usr/bin/bwrap", "").mode = 0755;
    run.builder = "stub";
    run.depends_on = "version 1";
    run.prime = {{"stub-build", "-j", "@JOBS@", "original"}, {"CACHEDIR=/mnt/kpb/cache"}};
    run.primed = "Nothing changed, primed";
    run.build = kpb::ViewCommand{{"stub-build", "fix"}, {}};
    run.phases = {{"CC ", "compiling"}};
    processes.act = [this](const kpb::ProcessCommand& command) { enter(command); };
  }

  kpb::PreparedKernel put_kernel(const std::string& id, const std::string& release) {
    kpb::PreparedKernel out;
    out.store = "/store";
    out.directory = "/store/kernels/" + id;
    out.id = id;
    out.description.put_text("/schema", "kpb.kernel/1", "");
    out.description.put_text("/release", release, "");
    out.description.put_text("/key", id.substr(id.size() - 8), "");
    files.directory("/store", 0700);
    files.file(out.directory + "/kernel.json", out.description.dump(false));
    files.file(out.directory + "/tree/README", "Linux\n");
    files.file(out.config(), "CONFIG_LIVEPATCH=y\nCONFIG_MODVERSIONS=y\n");
    files.file(out.symvers(), "0x00000001\ta\tvmlinux\tEXPORT_SYMBOL\t\n");
    return out;
  }

  kpb::KernelView view() { return {kernel_context, kernel, "/enter", "fix", 3, limit}; }
  std::optional<kpb::ViewOutcome> go(const std::vector<std::string>& patches = {"a patch\n"}) {
    return view().run(run, patches, "/out", sink);
  }

  // The word at `offset` after `option` in the command line.
  std::string argument(const kpb::ProcessCommand& command, const std::string& option,
                       size_t offset) {
    const auto& words = command.arguments;
    const auto at = std::find(words.begin(), words.end(), option);
    REQUIRE(at != words.end());
    return *(at + static_cast<long>(offset));
  }
  size_t count(const std::string& word) const {
    size_t n = 0;
    for (const auto& command : processes.commands)
      n += std::count(command.arguments.begin(), command.arguments.end(), word);
    return n;
  }
  std::vector<std::string> templates() const {
    std::vector<std::string> out;
    for (const auto& name : files.names(kernel.templates()))
      if (!name.ends_with(".lock"))
        out.push_back(name);
    return out;
  }

private:
  void enter(const kpb::ProcessCommand& command) {
    const auto& words = command.arguments;
    const bool copied = std::find(words.begin(), words.end(), "--hold") != words.end();
    const bool layered = std::find(words.begin(), words.end(), "--overlay") != words.end();
    if (!copied && !layered) { // whether programs can be confined here: they can
      processes.outcome = {};
      return;
    }
    const std::string upper = copied ? "/store/copy/tree" : argument(command, "--overlay", 2);
    processes.outcome.output = "";
    if (command.arguments.back() == "olddefconfig")
      files.file(upper + "/.config", resulting_config);
    else if (command.arguments.back() == "original") {
      processes.outcome.output = original_says;
      files.file(upper + "/Module.symvers", symvers);
    } else
      processes.outcome.output = build_says;
    if (command.on_output)
      command.on_output(processes.outcome.output);
    if (during)
      during(command);
  }
};

} // namespace kpb_test

#endif
