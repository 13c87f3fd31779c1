// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as a modules.conf, which root's program believes: refused with a line that can be shown, or a package that is
// the same again when it is written down and read.
#include "core/base/text.hpp"
#include "core/modules_conf/write_modules_conf.hpp"
#include "fuzz.hpp"

using kpb_fuzz::require;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kpb::modules_conf;
  const auto text = kpb_fuzz::text_of(data, size);
  const auto package = parse_modules_conf(text);
  if (!package) {
    require(!package.error().what.empty(), "a refusal has a reason");
    require(!kpb::first_control_byte(package.error().what, false), "that can be shown");
    return 0;
  }
  require(!package->name.empty() && !package->kernel.empty(), "who it is, and for which kernel");
  for (const auto& module : package->modules)
    require(module.file.starts_with("/") && module.file.ends_with(".ko"), "modules are files");
  const std::string again = print_modules_conf(*package);
  require(!why_not(again, *package), "written down, it is read as the same");
  return 0;
}
