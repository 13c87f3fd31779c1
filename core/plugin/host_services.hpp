// SPDX-License-Identifier: GPL-2.0-only
//
// The services of abi/host.h, as one object per plugin instance: log lines carry the plugin's id,
// everything else is shared by the run.
#ifndef KPB_CORE_PLUGIN_HOST_SERVICES_HPP
#define KPB_CORE_PLUGIN_HOST_SERVICES_HPP

#include "core/plugin/bridge.hpp"
#include "core/plugin/view_service.hpp"
#include "core/run/confinement.hpp"
#include "core/run/tools.hpp"
#include "core/run/workspace.hpp"
#include "core/template/engine.hpp"
#include "kpb/abi/host.h"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace kpb {

// `--set KEY=VALUE`, and which keys anybody asked for.
struct Settings {
  std::map<std::string, std::string> given;
  std::set<std::string> asked;
};

// What all plugins of a run share. Members outlive every host made from it.
struct RunServices {
  Settings& settings;
  const TemplateEngine& templates;
  Tools& tools;
  Workspace& workspace;
  Confinement& confinement;
  ViewAccess* view = nullptr; // null: no kernel is prepared
};

class PluginHost {
public:
  PluginHost(RunServices services, std::string plugin_id);
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;
  const kpb_host* abi() const { return &m_abi; }
  // Whether the plugin was told that the user interrupted. Only then may it return KPB_CANCELLED.
  bool told_cancelled() const { return m_told_cancelled; }
  // Why the workspace's path() failed the last time. That service has no sink to report it.
  const std::optional<SystemError>& workspace_error() const { return m_workspace_error; }

private:
  const void* service(std::string_view id) const;

  RunServices m_services;
  std::string m_plugin_id;
  // The last answers. The plugin may use them until it asks again.
  std::string m_setting;
  std::string m_rendered;
  std::string m_tool;
  std::string m_path;
  std::string m_content;
  std::string m_listing;
  std::string m_output;
  bool m_told_cancelled = false;
  std::optional<SystemError> m_workspace_error;
  kpb_host m_abi;
  kpb_host_log_1 m_log;
  kpb_host_config_1 m_config;
  kpb_host_template_1 m_template;
  kpb_host_process_1 m_process;
  kpb_host_workspace_1 m_workspace;
  std::optional<ViewService> m_view;

  friend struct HostFunctions;
};

} // namespace kpb

#endif
