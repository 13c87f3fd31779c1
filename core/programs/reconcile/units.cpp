// SPDX-License-Identifier: GPL-2.0-only
//
// See units.hpp.
#include "core/programs/reconcile/units.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/environment.hpp"
#include "core/programs/reconcile/guard.hpp"
#include "core/programs/reconcile/installed.hpp"
#include "core/programs/reconcile/observed.hpp"
#include "core/programs/reconcile/package_name.hpp"
#include "core/programs/reconcile/paths.hpp"
#include "core/programs/reconcile/reconcile.hpp"
#include <kpb/sdk/names.hpp>

#include <algorithm>
#include <cstring>
#include <set>

namespace kpb::runtime {

namespace {

constexpr uint64_t k_systemctl_limit = 30000;
constexpr uint64_t k_watch_pause = 2000;

// Returns the error in words; "" if systemd accepted the request.
std::string start(World& world, const char* unit) {
  const auto status =
      world.programs.run({"systemctl", "--no-block", "start", unit}, k_systemctl_limit);
  if (status && *status == 0)
    return "";
  return status ? "systemctl ended with status " + std::to_string(*status)
                : std::string("systemctl: ") + std::strerror(status.error());
}

bool exists(World& world, const char* path) { return world.files.look(path).has_value(); }

// The modules with these names, or of the packages with these names.
std::set<std::string> modules_named(World& world, const std::vector<std::string>& names) {
  std::set<std::string> modules;
  const auto installed = read_installed(world.files, world.kernel.release(), Which::all);
  for (const auto& name : names) {
    modules.insert(kernel_form(name));
    for (const auto& package : installed.packages)
      if (is_called(package.name, name))
        for (const auto& module : package.modules)
          modules.insert(module.name);
  }
  return modules;
}

} // namespace

int trigger(World& world) {
  const auto around = look_around(world.files);
  if (around.elsewhere || !has_systemd(world.files))
    return k_done;
  world.files.make_directory(k_run);
  world.files.replace(k_wanted, "");
  if (const std::string error = start(world, "kpb-reconcile.service"); !error.empty())
    world.log.say(
        {Severity::warning, "environment", "kpb-reconcile.service", "it was not started", error,
         "live patches are loaded at the next boot, or by systemctl start kpb-reconcile.service"});
  return k_done;
}

int again(World& world) {
  if (exists(world, k_wanted)) {
    world.files.remove(k_wanted);
    start(world, "kpb-reconcile.service");
  }
  const Settings settings = read_settings(world);
  if (exists(world, k_pending) || Guard(world, settings).watched_until())
    start(world, "kpb-guard.service");
  return k_done;
}

int watch(World& world) {
  const Settings settings = read_settings(world);
  for (;;) {
    Guard guard(world, settings); // a run may have changed the records
    guard.take_stock();
    const bool pending = exists(world, k_pending);
    if (!pending && !guard.watched_until())
      return k_done;
    if (pending && observe(world.files).in_transition() == nullptr) {
      world.files.remove(k_pending);
      start(world, "kpb-reconcile.service");
    }
    if (!world.clock.sleep(k_watch_pause)) {
      world.files.remove(k_pending);
      guard.clean_shutdown();
      return k_done;
    }
  }
}

int forgive(World& world, const std::vector<std::string>& names) {
  if (!world.kernel.is_root()) {
    world.log.say({Severity::error, "not-root", "", "nothing was unblocked", "only root can", ""});
    return k_environment;
  }
  const Settings settings = read_settings(world);
  Guard guard(world, settings);
  guard.take_stock(); // the attempts of a crashed boot may not have become blocks yet
  std::set<std::string> modules = {""};
  if (!names.empty())
    modules = modules_named(world, names);
  if (guard.unreadable() && !names.empty()) {
    world.log.say({Severity::error, "guard-damaged", k_state, "nothing was unblocked",
                   "no copy of the crash guard's record can be read",
                   "kpb-reconcile forgive --all begins a new record"});
    return k_environment;
  }
  size_t forgiven = 0;
  for (const auto& module : modules) {
    const auto result = guard.forgive(module);
    if (!result) {
      world.log.say({Severity::error, "guard-not-written", k_state, "nothing was unblocked",
                     std::strerror(result.error()), ""});
      return k_environment;
    }
    forgiven += *result;
  }
  if (forgiven == 0 && !names.empty()) {
    world.log.say({Severity::error, "not-blocked", shown_plain(join(names, ", ")),
                   "nothing was unblocked",
                   "the crash guard holds no crash against a module of that name",
                   "kpb-reconcile status shows what is blocked"});
    return k_usage;
  }
  world.log.say(
      {Severity::note, "forgiven", "", std::to_string(forgiven) + " modules were forgiven", "",
       forgiven > 0 ? "to load these modules now: systemctl start kpb-reconcile.service" : ""});
  return k_done;
}

} // namespace kpb::runtime
