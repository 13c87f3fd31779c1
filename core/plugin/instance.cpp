// SPDX-License-Identifier: GPL-2.0-only
//
// See instance.hpp. A call reads the document and writes to a copy of it: a plugin that gives up half
// way leaves nothing behind, and the views that it holds stay valid while it writes.
#include "core/plugin/instance.hpp"

#include "core/base/text.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

// A plugin may leave out a function only where its header says so (builder's sources()).
bool is_complete(const kpb_policy_1& table) {
  return table.create != nullptr && table.destroy != nullptr && table.name != nullptr &&
         table.describe != nullptr;
}

bool is_complete(const kpb_builder_1& table) {
  return table.create != nullptr && table.destroy != nullptr && table.probe != nullptr &&
         table.build != nullptr;
}

bool is_complete(const kpb_backend_1& table) {
  return table.create != nullptr && table.destroy != nullptr && table.plan != nullptr &&
         table.render != nullptr && table.read_back != nullptr;
}

template <class Table>
kpb_status create(const Table& table, const kpb_host* host, const std::string& name, void** self) {
  return table.create(host, abi_str(name), self);
}

// One object serves all formats of a library, so it is not told which of them is wanted.
kpb_status create(const kpb_backend_1& table, const kpb_host* host, const std::string& /*name*/,
                  void** self) {
  return table.create(host, self);
}

// The interface `id`, checked for the functions that it must have.
template <class Table>
const Table* table_of(const PluginLibrary& library, const std::string& id, DiagnosticSink& sink) {
  const auto* table = static_cast<const Table*>(library.interface(id.c_str()));
  if (table != nullptr && is_complete(*table))
    return table;
  fail(sink, {.fault = Fault::plugin,
              .code = "plugin-interface",
              .where = library.shown(),
              .what = "cannot be used",
              .why = table == nullptr ? "it offers something that needs the interface " + id +
                                            ", but does not provide it"
                                      : "its interface " + id + " lacks a function",
              .hint = "this is a bug in the plugin; report it to its author"});
  return nullptr;
}

bool created(const PluginLibrary& library, const std::string& name, kpb_status status,
             DiagnosticSink& sink) {
  if (status == KPB_OK)
    return true;
  return fail(sink, {.fault = Fault::plugin,
                     .code = "plugin-create",
                     .where = library.shown(),
                     .what = fmt::format("cannot make {}", shown(name)),
                     .why = fmt::format("its create() returned status {}", status),
                     .hint = "this is a bug in the plugin; report it to its author"});
}

} // namespace

template <class Instance>
std::unique_ptr<Instance>
PluginInstance::make_instance(PluginCatalog& catalog, const std::string& name, RunServices services,
                              DiagnosticSink& sink) {
  auto library = catalog.load(Instance::k_kind, name, sink);
  if (!library)
    return nullptr;
  const auto* table = table_of<typename Instance::Table>(*library, Instance::k_interface, sink);
  if (table == nullptr)
    return nullptr;
  std::unique_ptr<Instance> made(new Instance(library, name, services));
  const auto status = made->guarded(
      "create", [&] { return create(*table, made->m_host.abi(), name, &made->m_self); });
  if (!created(*library, name, status, sink))
    return nullptr;
  made->m_table = table;
  made->m_setter = Instance::k_kind + (" " + name);
  made->m_destroy = table->destroy;
  return made;
}

PluginInstance::~PluginInstance() {
  if (m_destroy != nullptr)
    guarded("destroy", [&] { m_destroy(m_self); });
}

SinkRules PluginInstance::rules(std::optional<FieldWriter> writer) const {
  SinkRules rules;
  rules.setter = m_setter;
  rules.plugin = m_library->shown();
  rules.origin = m_library->note().id;
  rules.writer = writer;
  return rules;
}

CallResult PluginInstance::amend(Document& document, const std::string& name, Amendment function,
                                 SinkRules rules, DiagnosticSink& diagnostics) const {
  Document target = document;
  PluginSink sink(target, std::move(rules), diagnostics);
  const DocumentView view(document);
  const auto result = run(sink, name, [&] { return function(m_self, view.abi(), sink.abi()); });
  if (result == CallResult::ok)
    document = std::move(target);
  return result;
}

CallResult PluginInstance::finish(PluginSink& sink, kpb_status status,
                                  const std::string& call) const {
  if (status == KPB_CANCELLED && sink.clean() && m_host.told_cancelled())
    return CallResult::cancelled;
  // A plugin that the workspace failed has nothing to add: whose fault it is, is known here.
  if (status != KPB_OK && sink.clean() && sink.errors() == 0 && m_host.workspace_error()) {
    workspace_failed(sink.diagnostics(), *m_host.workspace_error());
    return CallResult::failed;
  }
  return sink.judge(status, call) ? CallResult::ok : CallResult::failed;
}

std::unique_ptr<PolicyInstance> PolicyInstance::make(PluginCatalog& catalog,
                                                     const std::string& name, RunServices services,
                                                     DiagnosticSink& sink) {
  return make_instance<PolicyInstance>(catalog, name, services, sink);
}

CallResult PolicyInstance::name_package(Document& document, DiagnosticSink& diagnostics) {
  return amend(document, "name", m_table->name, rules(by_name), diagnostics);
}

CallResult PolicyInstance::describe(Document& document, DiagnosticSink& diagnostics) {
  return amend(document, "describe", m_table->describe, rules(by_describe), diagnostics);
}

std::unique_ptr<BuilderInstance> BuilderInstance::make(PluginCatalog& catalog,
                                                       const std::string& name,
                                                       RunServices services, DiagnosticSink& sink) {
  return make_instance<BuilderInstance>(catalog, name, services, sink);
}

CallResult BuilderInstance::probe(const Document& document, uint32_t purpose,
                                  DiagnosticSink& diagnostics) {
  if (purpose == KPB_PURPOSE_SOURCES && m_table->sources == nullptr)
    return CallResult::unsupported;
  Document nothing;
  PluginSink sink(nothing, rules(std::nullopt), diagnostics);
  const DocumentView view(document);
  const kpb_status status =
      guarded("probe", [&] { return m_table->probe(m_self, view.abi(), purpose, sink.abi()); });
  if (status == KPB_UNSUPPORTED && sink.clean())
    return CallResult::unsupported;
  return finish(sink, status, "probe");
}

CallResult BuilderInstance::build(Document& document, DiagnosticSink& diagnostics) {
  return amend(document, "build", m_table->build, rules(by_build), diagnostics);
}

CallResult BuilderInstance::sources(Document& document, const OnFile& on_file,
                                    DiagnosticSink& diagnostics) {
  auto with_files = rules(by_sources);
  with_files.on_file = on_file;
  return amend(document, "sources", m_table->sources, std::move(with_files), diagnostics);
}

std::unique_ptr<BackendInstance> BackendInstance::make(PluginCatalog& catalog,
                                                       const std::string& format,
                                                       RunServices services, DiagnosticSink& sink) {
  return make_instance<BackendInstance>(catalog, format, services, sink);
}

CallResult BackendInstance::plan(Document& document, DiagnosticSink& diagnostics) {
  return amend(document, "plan", m_table->plan, rules(by_backend), diagnostics);
}

CallResult BackendInstance::render(Document& document, DiagnosticSink& diagnostics) {
  return amend(document, "render", m_table->render, rules(by_backend), diagnostics);
}

CallResult BackendInstance::read_back(const std::string& path, Document& facts,
                                      const OnFile& on_file, DiagnosticSink& diagnostics) {
  auto of_artifact = rules(by_read_back);
  of_artifact.fields = &FieldIndex::read_back();
  of_artifact.free_text = true;
  of_artifact.on_file = on_file;
  PluginSink sink(facts, std::move(of_artifact), diagnostics);
  return run(sink, "read_back",
             [&] { return m_table->read_back(m_self, abi_str(path), sink.abi()); });
}

} // namespace kpb
