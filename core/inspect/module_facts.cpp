// SPDX-License-Identifier: GPL-2.0-only
//
// What follows from a module's facts.
#include "core/inspect/module_facts.hpp"

namespace kpb {

std::optional<std::string> ModuleFacts::kernel_release() const {
  if (!vermagic)
    return std::nullopt;
  // "RELEASE SMP preempt mod_unload ...": after the release there are flags.
  std::string release = vermagic->substr(0, vermagic->find(' '));
  if (release.empty())
    return std::nullopt;
  return release;
}

std::optional<std::string> ModuleFacts::name() const {
  return modinfo_name ? modinfo_name : this_module_name;
}

} // namespace kpb
