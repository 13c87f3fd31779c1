// SPDX-License-Identifier: GPL-2.0-only
//
// See load.hpp.
#include "core/programs/reconcile/load.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/environment.hpp"
#include "core/programs/reconcile/observed.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kpb::runtime {

namespace {

// kpatch waits 75 seconds for a transition, and as long for its reversal.
constexpr uint64_t k_kpatch_limit = 300000;

bool selinux_enforces(Files& files) {
  const auto enforce = files.read("/sys/fs/selinux/enforce");
  return enforce && trimmed(*enforce) == "1";
}

// The kernel states the reason only in its log.
std::string kernel_words(World& world, const std::string& module) {
  std::vector<std::string> out;
  for (const auto& line : world.kernel.new_log())
    if (line.find("livepatch") != std::string::npos || line.find(module) != std::string::npos)
      out.push_back(line);
  if (out.size() > 2)
    out.erase(out.begin(), out.end() - 2);
  return out.empty() ? "" : "; the kernel: " + shown_plain(join(out, " / "));
}

// The kernel's settings for signatures, for whoever has to find out why it requires one.
std::string signature_rules(Files& files) {
  std::string out;
  if (const auto enforce = files.read("/sys/module/module/parameters/sig_enforce"))
    out += ", module.sig_enforce is " + shown_plain(trimmed(*enforce));
  if (const auto lockdown = files.read("/sys/kernel/security/lockdown"))
    out += ", lockdown is " + shown_plain(trimmed(*lockdown));
  return out;
}

std::string missing_states(const Module& module, const std::vector<std::string>& states) {
  std::vector<std::string> missing;
  for (const auto& state : states)
    if (std::find(module.states.begin(), module.states.end(), state) == module.states.end())
      missing.push_back(state);
  return join(missing, ", ");
}

Refusal explain(World& world, const Module& module, int error,
                const std::vector<std::string>& states) {
  const std::string why = std::string(std::strerror(error)) + kernel_words(world, module.name);
  switch (error) {
  case EKEYREJECTED:
  case ENOKEY:
  case EPERM:
  case EACCES:
  case EBADMSG:
    return {"load-signature", why + signature_rules(world.files),
            "have the module signed with a key that this kernel trusts"};
  case EBUSY: return {"behind-transition", why, ""};
  case EINVAL:
    if (const std::string missing = missing_states(module, states); !missing.empty())
      return {"load-states", why + "; it lacks klp states of active patches: " + missing,
              "it can be loaded after a reboot"};
    break;
  default: break;
  }
  return {"load-refused", why, "see dmesg"};
}

Refusal load_by_kpatch(World& world, const Module& module, const std::string& path) {
  const std::string unit = "kpb-load@" + module.name + ".service";
  if (!has_systemd(world.files))
    return {"load-refused",
            "SELinux is enforcing, and there is no systemd to run kpatch in its domain", ""};
  // The unit reads the path from this file: escaped into the unit's name, a long path would not
  // fit. kpatch can only be given a name; it is one that nobody else can give to another file.
  if (const int error =
          world.files.replace(std::string(k_run) + "/load-" + module.name, "FILE=" + path + "\n");
      error != 0)
    return {"load-refused", std::string(k_run) + ": " + std::strerror(error), ""};
  const auto status = world.programs.run({"systemctl", "start", unit}, k_kpatch_limit);
  world.files.remove(std::string(k_run) + "/load-" + module.name);
  if (observe(world.files).find(module.name) != nullptr)
    return {};
  return {"load-refused",
          unit +
              (status ? " ended with status " + std::to_string(*status)
                      : std::string(": ") + std::strerror(status.error())) +
              kernel_words(world, module.name),
          "journalctl -u " + unit + " shows kpatch's messages"};
}

} // namespace

bool loads_by_kpatch(Files& files, const Settings& settings) {
  switch (settings.loader) {
  case Settings::Loader::kernel: return false;
  case Settings::Loader::kpatch: return true;
  case Settings::Loader::automatic: break;
  }
  return selinux_enforces(files) && files.look(k_kpatch).has_value();
}

Refusal load_module(World& world, const Settings& settings, const Module& module, ModuleFile& file,
                    const std::vector<std::string>& states) {
  world.kernel.forget_log();
  if (loads_by_kpatch(world.files, settings))
    return load_by_kpatch(world, module, file.path());
  if (const int error = file.load(); error != 0)
    return explain(world, module, error, states);
  if (observe(world.files).find(module.name) != nullptr)
    return {};
  // It may be a module that is not a live patch, or one with another name than its package says.
  return {"load-refused", "it was loaded, but there is no /sys/kernel/livepatch/" + module.name,
          "the module in this file has another name, or is not a live patch"};
}

Refusal remove_leftover(World& world, const std::string& module) {
  const std::string in_the_way = "another module named " + module + " is in memory";
  // 'K' marks live patches; any other module with this name is not ours to remove.
  const auto taint = world.files.read(std::string(k_modules) + "/" + module + "/taint");
  if (taint && taint->find('K') == std::string::npos)
    return {"not-removable", in_the_way + ", and it is not a live patch", ""};
  for (int tries = 0;; ++tries) {
    const int error = world.kernel.unload(module);
    if (error == 0 || error == ENOENT)
      return {};
    // A replaced patch keeps its last reference until a moment after the transition.
    if (tries == 20 || !world.clock.sleep(100))
      return {"not-removable", in_the_way + ": " + std::strerror(error),
              "it can be loaded after a reboot"};
  }
}

} // namespace kpb::runtime
