// SPDX-License-Identifier: GPL-2.0-only
//
// Plugins as the pipeline uses them: a policy, a builder or a backend. Each has its library, the library's table of
// functions, and one object that the plugin made. They are destroyed in this order: object, host, library.
#ifndef KPB_CORE_PLUGIN_INSTANCE_HPP
#define KPB_CORE_PLUGIN_INSTANCE_HPP

#include "core/plugin/bridge.hpp"
#include "core/plugin/call_guard.hpp"
#include "core/plugin/catalog.hpp"
#include "core/plugin/host_services.hpp"
#include "kpb/abi/backend.h"
#include "kpb/abi/builder.h"
#include "kpb/abi/policy.h"

#include <memory>
#include <string>

namespace kpb {

// How a call ended.
enum class CallResult { ok, failed, unsupported, cancelled };

// What the three kinds share: how one is made, who it is, and how it is called.
class PluginInstance {
public:
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;
  const std::string& name() const { return m_name; }
  const PluginLibrary& library() const { return *m_library; }

protected:
  PluginInstance(std::shared_ptr<const PluginLibrary> library, std::string name,
                 RunServices services)
      : m_library(std::move(library)), m_name(std::move(name)),
        m_host(services, m_library->note().id) {}
  ~PluginInstance();
  // Loads the library that offers `name` and makes a plugin of it. Null after a report.
  template <class Instance>
  static std::unique_ptr<Instance> make_instance(PluginCatalog& catalog, const std::string& name,
                                                 RunServices services, DiagnosticSink& sink);
  SinkRules rules(std::optional<FieldWriter> writer) const;
  // A function of a plugin that reads the document and adds to it. `document` changes only when the call
  // succeeded.
  using Amendment = kpb_status (*)(void* self, const kpb_document* document, const kpb_sink* out);
  CallResult amend(Document& document, const std::string& name, Amendment function, SinkRules rules,
                   DiagnosticSink& diagnostics) const;
  // Makes the call and judges it. An exception must not leave a plugin; one that does is caught here
  // where the unwinder lets us, so that the message names the plugin.
  template <class Call> CallResult run(PluginSink& sink, const std::string& name, Call call) const {
    kpb_status status = KPB_FAILED;
    try {
      const CallGuard guard(m_library->shown(), name + "()");
      status = call();
    } catch (const std::exception& error) {
      sink.breach(name + "() let an exception escape", error.what());
    } catch (...) {
      sink.breach(name + "() let an exception escape", "it is not derived from std::exception");
    }
    return finish(sink, status, name);
  }
  // create() and destroy(), which have no sink.
  template <class Call> auto guarded(const std::string& name, Call call) const {
    const CallGuard guard(m_library->shown(), name + "()");
    return call();
  }
  CallResult finish(PluginSink& sink, kpb_status status, const std::string& call) const;

  std::shared_ptr<const PluginLibrary> m_library;
  std::string m_name;
  PluginHost m_host;
  void* m_self = nullptr;                  // the plugin's own object
  std::string m_setter;                    // provenance of what it writes: "policy standard"
  void (*m_destroy)(void* self) = nullptr; // once there is an object
};

class PolicyInstance final : public PluginInstance {
public:
  static std::unique_ptr<PolicyInstance> make(PluginCatalog& catalog, const std::string& name,
                                              RunServices services, DiagnosticSink& sink);
  CallResult name_package(Document& document, DiagnosticSink& sink);
  CallResult describe(Document& document, DiagnosticSink& sink);

private:
  friend PluginInstance;
  using PluginInstance::PluginInstance;
  using Table = kpb_policy_1;
  static constexpr const char* k_kind = "policy";
  static constexpr const char* k_interface = KPB_POLICY_1;
  const Table* m_table = nullptr;
};

class BuilderInstance final : public PluginInstance {
public:
  static std::unique_ptr<BuilderInstance> make(PluginCatalog& catalog, const std::string& name,
                                               RunServices services, DiagnosticSink& sink);
  CallResult probe(const Document& document, uint32_t purpose, DiagnosticSink& sink);
  CallResult build(Document& document, DiagnosticSink& sink);
  using OnFile = std::function<bool(std::string_view name, std::string_view content)>;
  CallResult sources(Document& document, const OnFile& on_file, DiagnosticSink& sink);

private:
  friend PluginInstance;
  using PluginInstance::PluginInstance;
  using Table = kpb_builder_1;
  static constexpr const char* k_kind = "builder";
  static constexpr const char* k_interface = KPB_BUILDER_1;
  const Table* m_table = nullptr;
};

class BackendInstance final : public PluginInstance {
public:
  // `format` is any of those that the library offers.
  static std::unique_ptr<BackendInstance> make(PluginCatalog& catalog, const std::string& format,
                                               RunServices services, DiagnosticSink& sink);
  CallResult plan(Document& document, DiagnosticSink& sink);
  CallResult render(Document& document, DiagnosticSink& sink);
  using OnFile = std::function<bool(std::string_view path, std::string_view content)>;
  CallResult read_back(const std::string& path, Document& facts, const OnFile& on_file,
                       DiagnosticSink& sink);

private:
  friend PluginInstance;
  using PluginInstance::PluginInstance;
  using Table = kpb_backend_1;
  static constexpr const char* k_kind = "backend";
  static constexpr const char* k_interface = KPB_BACKEND_1;
  const Table* m_table = nullptr;
};

} // namespace kpb

#endif
