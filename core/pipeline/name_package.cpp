// SPDX-License-Identifier: GPL-2.0-only
//
// The policy chain names the package and the module. What comes back is checked against the
// allow-lists: a policy is a plugin, and its names end up in paths, specs and the kernel.
#include "core/pipeline/build.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/pipeline/policies.hpp"
#include <kpb/sdk/fields.hpp>

namespace kpb {

namespace {

// Relations need to know whether a module replaces all others; the ELF file does not say.
bool check_replace_known(Build& build) {
  const auto& d = build.document;
  if (!build.has_module())
    return true;
  if (!only_classic(build) && !d.has(fields::request_replace))
    return fail(
        build.context.diagnostics,
        {.fault = Fault::input,
         .code = "replace-unknown",
         .what = "it is not known whether the module replaces all other live patches",
         .why = "a module's ELF file does not say, and the package's relations depend on it",
         .hint =
             "add --replace (klp_patch.replace is true) or --no-replace; --policy classic needs "
             "neither"});
  // A hand-written module never tells its functions: do not compile it first to find that out.
  return d.text(fields::request_kind) != "source" || check_functions_known(build, d);
}

bool check_names(Build& build) {
  auto& d = build.document;
  // A setting that was given and used has had its part in the names: then it may be the user's slip.
  std::string given;
  for (const auto& [key, value] : build.settings.given)
    if (build.settings.asked.count(key) != 0)
      given += (given.empty() ? "" : ", ") + key + "=" + shown(value);
  const auto breach = [&](const std::string& what, const std::string& why) {
    return given.empty() ? policy_breach(build, what, why)
                         : fail(build.context.diagnostics,
                                {.fault = Fault::input,
                                 .code = "setting-value",
                                 .where = policies_shown(build),
                                 .what = what,
                                 .why = why,
                                 .hint = "check the settings that it used: " + given});
  };
  const std::string name = d.text(fields::package_name);
  const std::string file = d.text(fields::module_file);
  const std::string directory = d.text(fields::module_directory);
  if (!is_safe_name(name))
    return breach("set the package's name to " + (name.empty() ? "unset" : shown(name)),
                  std::string(fields::package_name) +
                      " must be letters, digits and . _ + ~ -, at most 255");
  if (!build.has_module())
    return !d.has(fields::modules) ||
           breach("named a module", "a " + d.text(fields::request_kind) + " holds none");
  if (!is_safe_name(file) || !file.ends_with(".ko") || file == ".ko")
    return breach("set the module's file name to " + (file.empty() ? "unset" : shown(file)),
                  std::string(fields::module_file) + " must be a plain name that ends in .ko");
  if (!is_safe_path(directory))
    return breach(
        "set the module's directory to " + (directory.empty() ? "unset" : shown(directory)),
        std::string(fields::module_directory) + " must be an absolute path of plain names");
  if (d.size(fields::modules) != 1)
    return breach("named " + std::to_string(d.size(fields::modules)) + " modules",
                  "a cell has only one module");
  d.put_text(fields::module_path, directory + "/" + file, "kpb");
  d.put_text(fields::module_name, module_name_for(file), "kpb");
  return true;
}

} // namespace

bool name_package(Build& build) {
  build.context.progress.begin(Progress::Step::name,
                               "policy " + join(build.request.policies(), ", "));
  if (!check_replace_known(build) || !load_policies(build))
    return false;
  return run_policies(build, build.document, &PolicyInstance::name_package) && check_names(build);
}

} // namespace kpb
