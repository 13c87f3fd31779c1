// SPDX-License-Identifier: GPL-2.0-only
//
// See host_services.hpp. Arguments come from a plugin and are checked like input from outside.
#include "core/plugin/host_services.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/plugin/call_guard.hpp"
#include "core/plugin/forwarding_sink.hpp"
#include "core/run/log.hpp"

namespace kpb {

namespace {

constexpr uint64_t k_max_workspace_file = 1024ULL * 1024 * 1024;

// Reports an error of a service to the sink that the plugin gave.
kpb_status complain(const kpb_sink* errors, uint32_t fault, const char* code,
                    const std::string& what, const std::string& why, const std::string& hint = {}) {
  const kpb_diagnostic d{KPB_SEVERITY_ERROR, fault,         {code, std::string_view(code).size()},
                         {nullptr, 0},       abi_str(what), abi_str(why),
                         abi_str(hint)};
  if (errors != nullptr)
    errors->diagnostic(errors->ctx, &d);
  return KPB_FAILED;
}

bool is_relative(std::string_view path) { return is_safe_path("/" + std::string(path)); }

} // namespace

struct HostFunctions {
  static PluginHost& at(void* ctx) { return *static_cast<PluginHost*>(ctx); }

  static kpb_status config_get(void* ctx, kpb_str key, kpb_value* out) {
    auto& host = at(ctx);
    const std::string wanted(view_of(key));
    host.m_services.settings.asked.insert(wanted);
    const auto& given = host.m_services.settings.given;
    const auto it = given.find(wanted);
    *out = {KPB_KIND_ABSENT, 0, 0, {nullptr, 0}};
    if (it != given.end()) {
      host.m_setting = it->second;
      *out = {KPB_KIND_TEXT, 0, 0, abi_str(host.m_setting)};
    }
    return KPB_OK;
  }

  static kpb_status render(void* ctx, kpb_str name, const kpb_template_value* values, size_t count,
                           const kpb_sink* errors, kpb_str* out) {
    auto& host = at(ctx);
    Document document;
    for (size_t i = 0; i < count; ++i) {
      const auto path = view_of(values[i].path);
      const kpb_value& value = values[i].value;
      bool done = false;
      switch (value.kind) {
      case KPB_KIND_TEXT: done = document.put_text(path, view_of(value.text), ""); break;
      case KPB_KIND_INTEGER: done = document.put_integer(path, value.integer, ""); break;
      case KPB_KIND_BOOLEAN: done = document.put_boolean(path, value.integer != 0, ""); break;
      case KPB_KIND_ARRAY: done = document.put_array(path, ""); break;
      default: break;
      }
      if (!done)
        return complain(errors, KPB_FAULT_PLUGIN, "plugin-contract",
                        "template value " + shown(path) + " is malformed",
                        "the path or the kind of value is wrong");
    }
    ForwardingSink sink(errors);
    auto text = host.m_services.templates.render(std::string(view_of(name)), document, sink);
    if (!text)
      return KPB_FAILED;
    host.m_rendered = std::move(*text);
    *out = abi_str(host.m_rendered);
    return KPB_OK;
  }

  static kpb_status find_tool(void* ctx, kpb_str tool, kpb_str* path) {
    auto& host = at(ctx);
    const std::string name(view_of(tool));
    const auto found = host.m_services.tools.find(name);
    host.m_tool = found ? *found : host.m_services.tools.why_not(name);
    *path = abi_str(host.m_tool);
    return found ? KPB_OK : KPB_UNSUPPORTED;
  }

  static kpb_status file_error(const kpb_sink* errors, const SystemError& error) {
    return complain(errors, KPB_FAULT_ENVIRONMENT, "workspace", error.text(), "",
                    is_exhausted(error.number)
                        ? k_more_descriptors
                        : "make room, or set TMPDIR to a directory on a larger file system");
  }

  static kpb_status run(void* ctx, const kpb_command* command, const kpb_sink* errors,
                        kpb_command_result* result) {
    auto& host = at(ctx);
    std::vector<std::string> arguments;
    for (size_t i = 0; i < command->argument_count; ++i)
      arguments.emplace_back(view_of(command->arguments[i]));
    std::vector<std::string> environment;
    for (size_t i = 0; i < command->environment_count; ++i)
      environment.emplace_back(view_of(command->environment[i]));
    const std::string directory(view_of(command->directory));
    if (!directory.empty() && !is_relative(directory))
      return complain(errors, KPB_FAULT_PLUGIN, "plugin-contract",
                      "directory " + shown(directory) + " is refused",
                      "commands run below the workspace");
    if (const auto workspace = host.m_services.workspace.path(); !workspace)
      return file_error(errors, workspace.error());
    const std::string tool = arguments.empty() ? "" : arguments[0];
    auto& confinement = host.m_services.confinement;
    const bool confined = confinement.wanted();
    const HostTime running;
    if (confined)
      if (const std::string& why = confinement.missing(); !why.empty()) {
        const Diagnostic d = confinement.refusal(why);
        return complain(errors, KPB_FAULT_ENVIRONMENT, "unconfined", d.what, d.why, d.hint);
      }
    auto& tools = host.m_services.tools;
    auto outcome = confined ? tools.run_confined(host.m_services.workspace, confinement,
                                                 std::move(arguments), directory, environment)
                            : tools.run(host.m_services.workspace, std::move(arguments), directory,
                                        environment);
    if (!outcome)
      return complain(errors, KPB_FAULT_ENVIRONMENT, "tool-missing", "cannot run " + shown(tool),
                      outcome.error().reason(),
                      is_exhausted(outcome.error().number) ? k_more_descriptors
                                                           : "install it, or correct PATH");
    if (outcome->interrupted) {
      host.m_told_cancelled = true;
      return KPB_CANCELLED;
    }
    host.m_output = std::move(outcome->output);
    *result = {outcome->exit_status, 0, abi_str(host.m_output)};
    return KPB_OK;
  }

  static kpb_status workspace_path(void* ctx, kpb_str* out) {
    auto& host = at(ctx);
    const auto path = host.m_services.workspace.path();
    if (!path) {
      host.m_workspace_error = path.error();
      return KPB_FAILED;
    }
    host.m_path = *path;
    *out = abi_str(host.m_path);
    return KPB_OK;
  }

  static kpb_status bad_path(const kpb_sink* errors, std::string_view path) {
    return complain(errors, KPB_FAULT_PLUGIN, "plugin-contract",
                    "workspace path " + shown(path) + " is refused",
                    "it must be relative and made of plain names");
  }

  static kpb_status write(void* ctx, kpb_str relative, kpb_str content, const kpb_sink* errors) {
    const auto path = view_of(relative);
    if (!is_relative(path))
      return bad_path(errors, path);
    const auto done = at(ctx).m_services.workspace.write(std::string(path), view_of(content));
    return done ? KPB_OK : file_error(errors, done.error());
  }

  static kpb_status read(void* ctx, kpb_str relative, const kpb_sink* errors, kpb_str* out) {
    auto& host = at(ctx);
    const auto path = view_of(relative);
    if (!is_relative(path))
      return bad_path(errors, path);
    auto content = host.m_services.workspace.read(std::string(path), k_max_workspace_file);
    if (!content)
      return file_error(errors, content.error());
    host.m_content = std::move(*content);
    *out = abi_str(host.m_content);
    return KPB_OK;
  }

  static kpb_status list(void* ctx, kpb_str relative, const kpb_sink* errors, kpb_str* out) {
    auto& host = at(ctx);
    const auto path = view_of(relative);
    if (!path.empty() && !is_relative(path))
      return bad_path(errors, path);
    const auto names = host.m_services.workspace.list(std::string(path));
    if (!names)
      return file_error(errors, names.error());
    host.m_listing.clear();
    for (const auto& name : *names) {
      host.m_listing += name;
      host.m_listing += '\0';
    }
    *out = abi_str(host.m_listing);
    return KPB_OK;
  }
};

PluginHost::PluginHost(RunServices services, std::string plugin_id)
    : m_services(services), m_plugin_id(std::move(plugin_id)) {
  m_abi = {sizeof(kpb_host), 0, this, [](const kpb_host* host, const char* id) -> const void* {
             return id == nullptr ? nullptr : static_cast<PluginHost*>(host->ctx)->service(id);
           }};
  m_log = {this, [](void* ctx, kpb_str text) {
             debug_log(static_cast<PluginHost*>(ctx)->m_plugin_id, view_of(text));
           }};
  m_config = {this, &HostFunctions::config_get};
  m_template = {this, &HostFunctions::render};
  m_process = {this, &HostFunctions::find_tool, &HostFunctions::run};
  m_workspace = {this, &HostFunctions::workspace_path, &HostFunctions::write, &HostFunctions::read,
                 &HostFunctions::list};
  // "org.kpb.builder.klp-build" is called klp-build in the store.
  if (m_services.view != nullptr)
    m_view.emplace(*m_services.view, m_services.workspace,
                   m_plugin_id.substr(m_plugin_id.rfind('.') + 1), m_told_cancelled);
}

const void* PluginHost::service(std::string_view id) const {
  if (id == KPB_HOST_LOG_1)
    return &m_log;
  if (id == KPB_HOST_CONFIG_1)
    return &m_config;
  if (id == KPB_HOST_TEMPLATE_1)
    return &m_template;
  if (id == KPB_HOST_PROCESS_1)
    return &m_process;
  if (id == KPB_HOST_WORKSPACE_1)
    return &m_workspace;
  if (id == KPB_HOST_VIEW_DRAFT_1 && m_view)
    return m_view->abi();
  return nullptr;
}

} // namespace kpb
