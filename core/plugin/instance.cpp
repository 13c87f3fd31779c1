// SPDX-License-Identifier: GPL-2.0-only
//
// See instance.hpp. A call reads the document and writes to a copy of it: a plugin that gives up half
// way leaves nothing behind, and the views that it holds stay valid while it writes.
#include "core/plugin/instance.hpp"

#include "core/base/text.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

// The interface of a kind, checked for the functions it must have.
template <class Table>
const Table* table_of(const PluginLibrary& library, const char* id,
                      std::initializer_list<bool (*)(const Table&)> required,
                      DiagnosticSink& sink) {
  const auto* table = static_cast<const Table*>(library.interface(id));
  const auto refuse = [&](const std::string& why) {
    fail(sink, {.fault = Fault::plugin,
                .code = "plugin-interface",
                .where = library.shown(),
                .what = "cannot be used",
                .why = why,
                .hint = "this is a bug of the plugin; tell its author"});
    return nullptr;
  };
  if (table == nullptr)
    return refuse(std::string("it offers what needs the interface ") + id +
                  " but does not serve it");
  for (const auto present : required)
    if (!present(*table))
      return refuse(std::string("its interface ") + id + " lacks a function");
  return table;
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
                     .hint = "this is a bug of the plugin; tell its author"});
}

} // namespace

SinkRules PluginInstance::rules(const std::string& setter,
                                std::vector<std::string> may_write) const {
  SinkRules rules;
  rules.setter = setter;
  rules.plugin = m_library->shown();
  rules.origin = m_library->note().id;
  rules.may_write = std::move(may_write);
  return rules;
}

CallResult PluginInstance::finish(PluginSink& sink, kpb_status status,
                                  const std::string& call) const {
  if (status == KPB_CANCELLED && sink.clean() && m_host.told_cancelled())
    return CallResult::cancelled;
  // A plugin that the workspace failed has nothing to add: whose fault it is, is known here.
  if (status != KPB_OK && sink.clean() && sink.errors() == 0 && m_host.workspace_error()) {
    fail(sink.diagnostics(),
         {.fault = Fault::environment,
          .code = "workspace",
          .what = m_host.workspace_error()->text(),
          .hint = "make room, or set TMPDIR to a directory on a larger file system"});
    return CallResult::failed;
  }
  return sink.judge(status, call) ? CallResult::ok : CallResult::failed;
}

std::unique_ptr<PolicyInstance> PolicyInstance::make(PluginCatalog& catalog,
                                                     const std::string& name, RunServices services,
                                                     DiagnosticSink& sink) {
  auto library = catalog.load("policy", name, sink);
  if (!library)
    return nullptr;
  const auto* table = table_of<kpb_policy_1>(*library, KPB_POLICY_1,
                                             {[](const auto& t) { return t.create != nullptr; },
                                              [](const auto& t) { return t.destroy != nullptr; },
                                              [](const auto& t) { return t.name != nullptr; },
                                              [](const auto& t) { return t.describe != nullptr; }},
                                             sink);
  if (table == nullptr)
    return nullptr;
  std::unique_ptr<PolicyInstance> made(new PolicyInstance(library, name, services));
  const auto status = made->guarded(
      "create", [&] { return table->create(made->m_host.abi(), abi_str(name), &made->m_self); });
  if (!created(*library, name, status, sink))
    return nullptr;
  made->m_table = table;
  return made;
}

PolicyInstance::~PolicyInstance() {
  if (m_table != nullptr)
    guarded("destroy", [&] { m_table->destroy(m_self); });
}

CallResult PolicyInstance::name_package(Document& document, DiagnosticSink& diagnostics) {
  Document target = document;
  PluginSink sink(
      target,
      rules("policy " + m_name, {"/package/name", "/modules/0/file", "/modules/0/directory"}),
      diagnostics);
  const DocumentView view(document);
  const auto result =
      run(sink, "name", [&] { return m_table->name(m_self, view.abi(), sink.abi()); });
  if (result == CallResult::ok)
    document = std::move(target);
  return result;
}

CallResult PolicyInstance::describe(Document& document, DiagnosticSink& diagnostics) {
  Document target = document;
  PluginSink sink(
      target,
      rules("policy " + m_name, {"/package/summary", "/package/description", "/package/license",
                                 "/package/group", "/package/url", "/files", "/relations"}),
      diagnostics);
  const DocumentView view(document);
  const auto result =
      run(sink, "describe", [&] { return m_table->describe(m_self, view.abi(), sink.abi()); });
  if (result == CallResult::ok)
    document = std::move(target);
  return result;
}

std::unique_ptr<BuilderInstance> BuilderInstance::make(PluginCatalog& catalog,
                                                       const std::string& name,
                                                       RunServices services, DiagnosticSink& sink) {
  auto library = catalog.load("builder", name, sink);
  if (!library)
    return nullptr;
  const auto* table = table_of<kpb_builder_1>(*library, KPB_BUILDER_1,
                                              {[](const auto& t) { return t.create != nullptr; },
                                               [](const auto& t) { return t.destroy != nullptr; },
                                               [](const auto& t) { return t.probe != nullptr; },
                                               [](const auto& t) { return t.build != nullptr; }},
                                              sink);
  if (table == nullptr)
    return nullptr;
  std::unique_ptr<BuilderInstance> made(new BuilderInstance(library, name, services));
  const auto status = made->guarded(
      "create", [&] { return table->create(made->m_host.abi(), abi_str(name), &made->m_self); });
  if (!created(*library, name, status, sink))
    return nullptr;
  made->m_table = table;
  return made;
}

BuilderInstance::~BuilderInstance() {
  if (m_table != nullptr)
    guarded("destroy", [&] { m_table->destroy(m_self); });
}

CallResult BuilderInstance::probe(const Document& document, uint32_t purpose,
                                  DiagnosticSink& diagnostics) {
  if (purpose == KPB_PURPOSE_SOURCES && m_table->sources == nullptr)
    return CallResult::unsupported;
  Document nothing;
  PluginSink sink(nothing, rules("builder " + m_name, {}), diagnostics);
  const DocumentView view(document);
  const kpb_status status =
      guarded("probe", [&] { return m_table->probe(m_self, view.abi(), purpose, sink.abi()); });
  if (status == KPB_UNSUPPORTED && sink.clean())
    return CallResult::unsupported;
  return finish(sink, status, "probe");
}

CallResult BuilderInstance::build(Document& document, DiagnosticSink& diagnostics) {
  Document target = document;
  PluginSink sink(target, rules("builder " + m_name, {"/build"}), diagnostics);
  const DocumentView view(document);
  const auto result =
      run(sink, "build", [&] { return m_table->build(m_self, view.abi(), sink.abi()); });
  if (result == CallResult::ok)
    document = std::move(target);
  return result;
}

CallResult BuilderInstance::sources(Document& document, const OnFile& on_file,
                                    DiagnosticSink& diagnostics) {
  Document target = document;
  auto with_files = rules("builder " + m_name, {"/source"});
  with_files.on_file = on_file;
  PluginSink sink(target, std::move(with_files), diagnostics);
  const DocumentView view(document);
  const auto result =
      run(sink, "sources", [&] { return m_table->sources(m_self, view.abi(), sink.abi()); });
  if (result == CallResult::ok)
    document = std::move(target);
  return result;
}

std::unique_ptr<BackendInstance> BackendInstance::make(PluginCatalog& catalog,
                                                       const std::string& format,
                                                       RunServices services, DiagnosticSink& sink) {
  auto library = catalog.load("backend", format, sink);
  if (!library)
    return nullptr;
  const auto* table =
      table_of<kpb_backend_1>(*library, KPB_BACKEND_1,
                              {[](const auto& t) { return t.create != nullptr; },
                               [](const auto& t) { return t.destroy != nullptr; },
                               [](const auto& t) { return t.plan != nullptr; },
                               [](const auto& t) { return t.render != nullptr; },
                               [](const auto& t) { return t.read_back != nullptr; }},
                              sink);
  if (table == nullptr)
    return nullptr;
  std::unique_ptr<BackendInstance> made(new BackendInstance(library, format, services));
  const auto status =
      made->guarded("create", [&] { return table->create(made->m_host.abi(), &made->m_self); });
  if (!created(*library, format, status, sink))
    return nullptr;
  made->m_table = table;
  return made;
}

BackendInstance::~BackendInstance() {
  if (m_table != nullptr)
    guarded("destroy", [&] { m_table->destroy(m_self); });
}

CallResult BackendInstance::plan(Document& document, DiagnosticSink& diagnostics) {
  Document target = document;
  PluginSink sink(target, rules("backend " + m_name, {"/artifacts"}), diagnostics);
  const DocumentView view(document);
  const auto result =
      run(sink, "plan", [&] { return m_table->plan(m_self, view.abi(), sink.abi()); });
  if (result == CallResult::ok)
    document = std::move(target);
  return result;
}

CallResult BackendInstance::render(Document& document, DiagnosticSink& diagnostics) {
  Document target = document;
  PluginSink sink(target, rules("backend " + m_name, {"/artifacts"}), diagnostics);
  const DocumentView view(document);
  const auto result =
      run(sink, "render", [&] { return m_table->render(m_self, view.abi(), sink.abi()); });
  if (result == CallResult::ok)
    document = std::move(target);
  return result;
}

CallResult BackendInstance::read_back(const std::string& path, Document& facts,
                                      const OnFile& on_file, DiagnosticSink& diagnostics) {
  auto anything = rules("backend " + m_name, {""});
  anything.free_text = true;
  anything.on_file = on_file;
  PluginSink sink(facts, std::move(anything), diagnostics);
  return run(sink, "read_back",
             [&] { return m_table->read_back(m_self, abi_str(path), sink.abi()); });
}

} // namespace kpb
