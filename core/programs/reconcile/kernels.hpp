// SPDX-License-Identifier: GPL-2.0-only
//
// Kernels that do not run: those of a root that is looked at from outside, and those that other
// installed patches are for.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_KERNELS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_KERNELS_HPP

#include "core/programs/reconcile/installed.hpp"
#include "core/programs/reconcile/settings.hpp"
#include "core/programs/reconcile/world.hpp"

#include <set>
#include <string>

namespace kpb::runtime {

// The kernels that can be booted there: those with modules below /usr/lib/modules or /lib/modules.
std::set<std::string> kernels_there(Files& files);

// The kernels that live patches are installed for, listed by packages or not.
std::set<std::string> kernels_with_patches(Files& files, const Settings& settings,
                                           const Installed& installed);

// Speaks as a kernel of that release would, if it were booted; machines are not compared.
class KernelAtRest final : public Kernel {
public:
  KernelAtRest(Kernel& kernel, std::string release)
      : m_kernel(kernel), m_release(std::move(release)) {}
  std::string release() override { return m_release; }
  std::string machine() override { return ""; }
  bool is_running() override { return false; }
  bool is_root() override { return m_kernel.is_root(); }
  Result<std::unique_ptr<ModuleFile>> open_module(const std::string& path) override {
    return m_kernel.open_module(path);
  }
  int unload(const std::string&) override;
  void forget_log() override {}
  std::vector<std::string> new_log() override { return {}; }

private:
  Kernel& m_kernel;
  std::string m_release;
};

} // namespace kpb::runtime

#endif
