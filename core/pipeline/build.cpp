// SPDX-License-Identifier: GPL-2.0-only
//
// The list of passes; read this first, then the pass that interests you.
#include "core/pipeline/build.hpp"

#include "core/kernel/store.hpp"
#include "core/kernel/view.hpp"
#include "core/pipeline/complaints.hpp"
#include "core/plugin/instance.hpp"
#include "core/plugin/view_service.hpp"

namespace kpb {

Build::Build(const BuildRequest& build_request, Context& build_context)
    : request(build_request), context(build_context),
      tools(build_context.files, build_context.environment, build_context.processes),
      workspace(build_context.files, build_context.environment, build_request.workspace_prefix,
                build_request.workspace_suffix),
      confinement(build_context) {
  settings.given = request.settings;
}

Build::~Build() {
  builder.reset();
  while (!backends.empty())
    backends.pop_back();
  while (!policies.empty())
    policies.pop_back();
  if (const auto removed = workspace.remove(); !removed)
    tell_left(context.diagnostics, removed.error());
}

RunServices Build::services() {
  return {settings, context.templates, tools, workspace, confinement, view_access.get()};
}

std::vector<std::string> Build::formats_of(const Variant& variant,
                                           const BackendInstance& backend) const {
  std::vector<std::string> out;
  for (const auto& format : variant.formats)
    for (const auto& offer : backend.library().note().offers)
      if (offer.kind == "backend" && offer.name == format)
        out.push_back(format);
  return out;
}

bool run_build(Build& build) {
  using Pass = bool (*)(Build&);
  struct Step {
    Pass pass;
    bool of_module = false; // not for a package that holds none
  };
  static constexpr Step k_before[] = {
      {take_request},         {name_package},        {plan_artifacts}, {open_kernel},
      {choose_builder, true}, {check_patches, true}, {check_settings}, {plan_signing, true}};
  static constexpr Step k_after[] = {
      {build_module, true}, {sign_module, true}, {inspect_module, true}, {describe_package},
      {render_artifacts},   {verify_artifacts},  {publish_artifacts}};
  const auto run = [&](const Step& step) {
    return (step.of_module && !build.has_module()) || (!build.interrupted() && step.pass(build));
  };
  for (const Step& step : k_before)
    if (!run(step))
      return false;
  if (build.request.dry_run)
    return true;
  for (const Step& step : k_after)
    if (!run(step))
      return false;
  return true;
}

} // namespace kpb
