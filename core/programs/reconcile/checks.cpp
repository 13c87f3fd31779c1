// SPDX-License-Identifier: GPL-2.0-only
//
// See checks.hpp.
#include "core/programs/reconcile/checks.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <cerrno>

namespace kpb::runtime {

namespace {

constexpr const char* k_reinstall = "reinstall the package";

Refusal check_file(World& world, const Module& module, Checked& out) {
  auto file = world.kernel.open_module(module.file);
  if (!file) {
    const Failure& failure = file.error();
    const bool missing = failure == ENOENT || failure == ENOTDIR;
    return {failure.others || failure == EINVAL ? "file-owner"
            : missing                           ? "file-missing"
                                                : "file-unreadable",
            module.file + ": " + failure.text(),
            failure.others ? "see that only root can write there, then reinstall the package"
                           : k_reinstall};
  }
  out.file = std::move(*file);
  if (out.file->facts().owner != 0) // it is the one of the user who asks
    return {"file-owner", module.file + " does not belong to root", k_reinstall};
  const auto sha256 = out.file->sha256();
  if (!sha256)
    return {"file-unreadable", module.file + ": " + sha256.error().text(), k_reinstall};
  out.sha256 = *sha256;
  if (!module.sha256.empty() && module.sha256 != *sha256)
    return {"file-differs", module.file + " differs from the packaged file", k_reinstall};
  return {};
}

Refusal check_vermagic(World& world, const Module& module) {
  if (module.vermagic.empty())
    return {};
  const std::string made_for = module.vermagic.substr(0, module.vermagic.find(' '));
  if (made_for == world.kernel.release())
    return {};
  return {"vermagic", "it was made for kernel " + shown_plain(made_for),
          "install the package of this kernel"};
}

Refusal compare_build_id(const char* code, const std::string& what, const std::string& wanted,
                         const std::string& found) {
  if (wanted.empty() || wanted == found)
    return {};
  return {code,
          "it was made for another build of " + what + ": " + shown_plain(wanted) + ", not " +
              (found.empty() ? "one without a build-id" : found),
          "install the patch that was made for this build"};
}

Refusal check_builds(World& world, const Candidate& candidate) {
  if (candidate.package == nullptr || !world.kernel.is_running())
    return {}; // a kernel that does not run does not say which build it is
  const auto& wanted = candidate.package->kernel_build_id;
  if (auto refusal = compare_build_id("kernel-build-id", "this kernel", wanted,
                                      wanted.empty() ? "" : kernel_build_id(world.files)))
    return refusal;
  for (const auto& object : candidate.module->objects) {
    if (object.build_id.empty() || object.name == "vmlinux" ||
        !world.files.look("/sys/module/" + object.name + "/initstate"))
      continue;
    if (auto refusal = compare_build_id("object-build-id", "module " + object.name, object.build_id,
                                        module_build_id(world.files, object.name)))
      return refusal;
  }
  return {};
}

} // namespace

Checked check_module(World& world, const Settings& settings, const Guard& guard,
                     const Candidate& candidate) {
  Checked out;
  const Module& module = *candidate.module;
  if (settings.skips(module.name) ||
      (candidate.package != nullptr && settings.skips(candidate.package->name))) {
    out.refusal = {"skipped", "runtime.conf contains skip=", "remove the line from runtime.conf"};
    return out;
  }
  out.refusal = check_file(world, module, out);
  if (!out.refusal && settings.guard != Settings::Guard::off) {
    if (const auto* block = guard.blocks(module.name, out.sha256))
      out.refusal = {"guard-blocked", crash_text(*block), "kpb-reconcile forgive " + module.name};
    else if (guard.unreadable() && settings.guard == Settings::Guard::required)
      out.refusal = {"guard-damaged",
                     "the crash guard's record cannot be read, so it is not known whether the "
                     "machine crashed with it",
                     "kpb-reconcile forgive --all begins a new record"};
  }
  if (!out.refusal)
    out.refusal = check_vermagic(world, module);
  if (!out.refusal)
    out.refusal = check_builds(world, candidate);
  return out;
}

Refusal check_active(Files& files, const Candidate& candidate) {
  const Module& module = *candidate.module;
  if (module.build_id.empty())
    return {};
  const std::string loaded = module_build_id(files, module.name);
  if (loaded.empty() || loaded == module.build_id)
    return {};
  return {"other-build",
          "a module of this name is active, but it is another build: " + loaded + ", not " +
              module.build_id,
          "the installed one is loaded at the next boot"};
}

Refusal check_foreign(Files& files, const Candidate& candidate,
                      const std::vector<std::string>& foreign) {
  const std::string hint = "remove the foreign patch, or set foreign=replace in runtime.conf";
  for (const auto& patch : foreign) {
    if (candidate.replaces())
      return {"foreign-in-the-way",
              "it would disable " + shown_plain(patch) + ", which is active and was not installed",
              hint};
    for (const auto& object : objects_of(files, patch))
      for (const auto& function : object.functions)
        if (const auto& own = candidate.module->functions;
            std::find(own.begin(), own.end(), function) != own.end())
          return {"foreign-in-the-way",
                  "it would take " + shown_plain(function) + " from " + shown_plain(patch) +
                      ", which is active and was not installed",
                  hint};
  }
  return {};
}

} // namespace kpb::runtime
