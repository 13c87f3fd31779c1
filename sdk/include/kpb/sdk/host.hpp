// SPDX-License-Identifier: GPL-2.0-only
//
// The host's services for C++ plugins. Valid in the functions of a plugin object, not in its
// constructor. Each call that fails ends the plugin's call (Stop): the reason has been reported.
#ifndef KPB_SDK_HOST_HPP
#define KPB_SDK_HOST_HPP

#include "../abi/host.h"
#include "document.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpb::sdk {

// The flat list of path-addressed values that a template is rendered with. Keeps its own copies.
class TemplateValues {
public:
  void text(std::string path, std::string value) {
    m_items.push_back({std::move(path), std::move(value), KPB_KIND_TEXT, 0});
  }
  void boolean(std::string path, bool value) {
    m_items.push_back({std::move(path), {}, KPB_KIND_BOOLEAN, value ? 1 : 0});
  }
  void array(std::string path) { m_items.push_back({std::move(path), {}, KPB_KIND_ARRAY, 0}); }
  std::vector<kpb_template_value> abi() const {
    std::vector<kpb_template_value> out;
    out.reserve(m_items.size());
    for (const auto& item : m_items)
      out.push_back({to_abi(item.path), {item.kind, 0, item.integer, to_abi(item.text)}});
    return out;
  }

private:
  struct Item {
    std::string path;
    std::string text;
    uint32_t kind;
    int64_t integer;
  };
  std::vector<Item> m_items;
};

struct ProcessResult {
  int exit_status = 0; // minus the signal when one ended it
  std::string output;
};

class Host {
public:
  explicit Host(const kpb_host* host) : m_host(host) {}

  void debug(std::string_view text) const {
    if (const auto* log = service_or_null<kpb_host_log_1>(KPB_HOST_LOG_1))
      log->debug(log->ctx, to_abi(text));
  }
  // A setting (--set KEY=VALUE), absent when the user did not give it.
  std::optional<std::string> setting(std::string_view key) const {
    const auto* config = service<kpb_host_config_1>(KPB_HOST_CONFIG_1);
    kpb_value v = kind_value(KPB_KIND_ABSENT);
    if (config->get(config->ctx, to_abi(key), &v) != KPB_OK)
      throw Stop{};
    if (v.kind != KPB_KIND_TEXT)
      return std::nullopt;
    return std::string(from_abi(v.text));
  }
  std::string setting(std::string_view key, std::string_view otherwise) const {
    return setting(key).value_or(std::string(otherwise));
  }
  std::string render(std::string_view name, const TemplateValues& values, const Sink& out) const {
    const auto* templates = service<kpb_host_template_1>(KPB_HOST_TEMPLATE_1);
    const auto list = values.abi();
    kpb_str text{nullptr, 0};
    check(templates->render(templates->ctx, to_abi(name), list.data(), list.size(), out.abi(),
                            &text));
    return std::string(from_abi(text));
  }
  // The absolute path of a tool, or nothing when it is not installed.
  std::optional<std::string> find_tool(std::string_view tool) const {
    const auto* process = service<kpb_host_process_1>(KPB_HOST_PROCESS_1);
    kpb_str path{nullptr, 0};
    if (process->find(process->ctx, to_abi(tool), &path) != KPB_OK)
      return std::nullopt;
    return std::string(from_abi(path));
  }
  // For the message about a tool that find_tool() does not have: "NAME is not installed", or what lies
  // in its place ("NAME cannot be used: /bin/NAME is not executable").
  std::string missing_tool(std::string_view tool) const {
    const auto* process = service<kpb_host_process_1>(KPB_HOST_PROCESS_1);
    kpb_str why{nullptr, 0};
    process->find(process->ctx, to_abi(tool), &why);
    const std::string reason(from_abi(why));
    return std::string(tool) +
           (reason.empty() ? " is not installed" : " cannot be used: " + reason);
  }
  ProcessResult run(const std::vector<std::string>& arguments, const Sink& out,
                    std::string_view directory = {},
                    const std::vector<std::string>& environment = {}) const {
    const auto* process = service<kpb_host_process_1>(KPB_HOST_PROCESS_1);
    std::vector<kpb_str> argv;
    argv.reserve(arguments.size());
    for (const auto& a : arguments)
      argv.push_back(to_abi(a));
    std::vector<kpb_str> env;
    env.reserve(environment.size());
    for (const auto& e : environment)
      env.push_back(to_abi(e));
    const kpb_command command{argv.data(), argv.size(), to_abi(directory), env.data(), env.size()};
    kpb_command_result result{0, 0, {nullptr, 0}};
    check(process->run(process->ctx, &command, out.abi(), &result));
    return {result.exit_status, std::string(from_abi(result.output))};
  }
  std::string workspace() const {
    const auto* space = service<kpb_host_workspace_1>(KPB_HOST_WORKSPACE_1);
    kpb_str path{nullptr, 0};
    check(space->path(space->ctx, &path));
    return std::string(from_abi(path));
  }
  void write(std::string_view relative, std::string_view content, const Sink& out) const {
    const auto* space = service<kpb_host_workspace_1>(KPB_HOST_WORKSPACE_1);
    check(space->write(space->ctx, to_abi(relative), to_abi(content), out.abi()));
  }
  std::string read(std::string_view relative, const Sink& out) const {
    const auto* space = service<kpb_host_workspace_1>(KPB_HOST_WORKSPACE_1);
    kpb_str content{nullptr, 0};
    check(space->read(space->ctx, to_abi(relative), out.abi(), &content));
    return std::string(from_abi(content));
  }
  std::vector<std::string> list(std::string_view relative, const Sink& out) const {
    const auto* space = service<kpb_host_workspace_1>(KPB_HOST_WORKSPACE_1);
    kpb_str names{nullptr, 0};
    check(space->list(space->ctx, to_abi(relative), out.abi(), &names));
    std::vector<std::string> result;
    std::string_view rest = from_abi(names);
    while (!rest.empty()) {
      const size_t end = rest.find('\0');
      result.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return result;
  }

  // The table of a service, for what has no function here; null where the host does not offer it.
  template <class Table> const Table* service_or_null(const char* id) const {
    return static_cast<const Table*>(m_host->get_service(m_host, id));
  }

private:
  template <class Table> const Table* service(const char* id) const {
    const auto* table = service_or_null<Table>(id);
    if (table == nullptr)
      throw Error(std::string("this kpb does not offer ") + id)
          .fault(Fault::plugin)
          .hint("update kpb, or build the plugin for this version");
    return table;
  }
  static void check(kpb_status status) {
    if (status != KPB_OK)
      throw Stop{status};
  }
  const kpb_host* m_host;
};

} // namespace kpb::sdk

#endif
