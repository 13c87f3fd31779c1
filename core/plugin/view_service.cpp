// SPDX-License-Identifier: GPL-2.0-only
//
// See view_service.hpp. The view checks what comes from a plugin: names of tools and paths of files are looked up,
// and no shell is involved.
#include "core/plugin/view_service.hpp"

#include "core/plugin/bridge.hpp"
#include "core/plugin/call_guard.hpp"
#include "core/plugin/forwarding_sink.hpp"

namespace kpb {

namespace {

ViewCommand command_of(const kpb_command& command) {
  ViewCommand out;
  for (size_t i = 0; i < command.argument_count; ++i)
    out.arguments.emplace_back(view_of(command.arguments[i]));
  for (size_t i = 0; i < command.environment_count; ++i)
    out.environment.emplace_back(view_of(command.environment[i]));
  return out;
}

const std::string* place_path(const ViewPlaces& places, uint32_t place) {
  switch (place) {
  case KPB_PLACE_TREE: return &places.tree;
  case KPB_PLACE_CACHE: return &places.cache;
  case KPB_PLACE_KERNEL: return &places.kernel;
  case KPB_PLACE_INPUT: return &places.input;
  case KPB_PLACE_OUTPUT: return &places.output;
  default: return nullptr;
  }
}

ViewService& at(void* ctx) { return *static_cast<ViewService*>(ctx); }

} // namespace

ViewService::ViewService(ViewAccess& access, Workspace& workspace, std::string builder,
                         bool& cancelled)
    : m_access(access), m_workspace(workspace), m_builder(std::move(builder)),
      m_cancelled(cancelled) {
  m_abi = {this,
           [](void* ctx, uint32_t place, kpb_str* path) -> kpb_status {
             const auto* found = place_path(at(ctx).m_access.view.places(), place);
             if (found == nullptr)
               return KPB_UNSUPPORTED;
             *path = abi_str(*found);
             return KPB_OK;
           },
           [](void* ctx, kpb_str tool, kpb_str* path) -> kpb_status {
             auto found = at(ctx).m_access.view.find(std::string(view_of(tool)));
             if (!found)
               return KPB_UNSUPPORTED;
             at(ctx).m_path = std::move(*found);
             *path = abi_str(at(ctx).m_path);
             return KPB_OK;
           },
           [](void* ctx, kpb_str path, kpb_str* content) -> kpb_status {
             auto found = at(ctx).m_access.view.read(std::string(view_of(path)));
             if (!found)
               return KPB_UNSUPPORTED;
             at(ctx).m_content = std::move(*found);
             *content = abi_str(at(ctx).m_content);
             return KPB_OK;
           },
           [](void* ctx, const kpb_view_run* run, const kpb_sink* errors,
              kpb_view_result* result) -> kpb_status { return at(ctx).run(*run, errors, result); }};
}

Result<std::string> ViewService::make_output() const {
  const auto workspace = m_workspace.path();
  if (!workspace)
    return workspace;
  const std::string output = *workspace + "/built";
  if (const auto made = m_access.files.make_directory(output, 0755); !made)
    return tl::unexpected(made.error());
  return output;
}

kpb_status ViewService::run(const kpb_view_run& wanted, const kpb_sink* errors,
                            kpb_view_result* result) {
  ForwardingSink sink(errors);
  ViewRun run;
  run.builder = m_builder;
  run.depends_on = view_of(wanted.depends_on);
  run.prime = command_of(wanted.prime);
  run.primed = view_of(wanted.primed);
  if (wanted.build.argument_count > 0)
    run.build = command_of(wanted.build);
  for (size_t i = 0; i < wanted.phase_count; ++i)
    run.phases.emplace_back(view_of(wanted.phases[i].marker), view_of(wanted.phases[i].words));
  if (run.prime.arguments.empty() || run.primed.empty()) {
    fail(sink, {.fault = Fault::plugin,
                .code = "plugin-contract",
                .what = "a run in a view is incomplete",
                .why = "prime and primed must be set",
                .hint = "this is a bug in the plugin; report it to its author"});
    return KPB_FAILED;
  }
  const auto output = make_output();
  if (!output) {
    workspace_failed(sink, output.error());
    return KPB_FAILED;
  }
  const HostTime running;
  auto outcome = m_access.view.run(run, m_access.patches, *output, sink);
  if (!outcome)
    return KPB_FAILED;
  if (outcome->interrupted) {
    m_cancelled = true;
    return KPB_CANCELLED;
  }
  m_output = std::move(outcome->output);
  m_log = std::move(outcome->log);
  *result = {outcome->exit_status, outcome->primed ? 1U : 0U, abi_str(m_output), abi_str(m_log)};
  return KPB_OK;
}

} // namespace kpb
