// SPDX-License-Identifier: GPL-2.0-only
//
// The two things a plugin holds during a call: a view of a document, and a sink for its results.
// Whatever comes through the sink is treated as input from outside: where it may go, what it may be.
#ifndef KPB_CORE_PLUGIN_BRIDGE_HPP
#define KPB_CORE_PLUGIN_BRIDGE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/model/document.hpp"
#include "core/model/field_index.hpp"
#include "kpb/abi/plugin.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

inline std::string_view view_of(kpb_str text) {
  return text.data == nullptr ? std::string_view{} : std::string_view(text.data, text.size);
}
inline kpb_str abi_str(std::string_view text) { return {text.data(), text.size()}; }

// The C view of a document; the document must outlive it.
class DocumentView {
public:
  explicit DocumentView(const Document& document);
  const kpb_document* abi() const { return &m_abi; }

private:
  const Document& m_document;
  std::string m_key; // keeps the last key() answer alive
  kpb_document m_abi;
};

struct SinkRules {
  std::string setter; // provenance: "policy standard"
  std::string plugin; // how messages name it
  std::string origin; // the plugin's id, for diagnostics
  // Which function of a plugin writes; nothing where a call has no results.
  std::optional<FieldWriter> writer;
  const FieldIndex* fields = &FieldIndex::package();
  bool free_text = false; // results describe a foreign artifact: any text is a fact
  // Takes files; null where the call has no use for any. False refuses (having reported why).
  std::function<bool(std::string_view name, std::string_view content)> on_file;
};

// The C sink. After a call, ask `clean()`: false means that the plugin broke a rule (reported).
class PluginSink {
public:
  PluginSink(Document& target, SinkRules rules, DiagnosticSink& diagnostics);
  PluginSink(const PluginSink&) = delete;
  PluginSink& operator=(const PluginSink&) = delete;

  const kpb_sink* abi() const { return &m_abi; }
  bool clean() const { return !m_broken; }
  // Judges a call's status: true for KPB_OK and a clean sink. A failure that said nothing becomes a
  // diagnosed bug of the plugin. `call` names the function.
  bool judge(kpb_status status, const std::string& call);
  size_t errors() const { return m_errors; }
  const SinkRules& rules() const { return m_rules; }
  DiagnosticSink& diagnostics() { return m_diagnostics; }
  // Reports a breach of contract and makes the sink unclean; returns KPB_FAILED.
  kpb_status breach(const std::string& what, const std::string& why);

private:
  // The row of a field that may be written; null after a report that says what the plugin `did` to it.
  const FieldRow* row_of(std::string_view path, const char* did);
  kpb_status put(std::string_view path, const kpb_value& value);
  kpb_status append(std::string_view path, size_t* index);
  kpb_status remove(std::string_view path);
  kpb_status file(std::string_view name, std::string_view content);
  void diagnostic(const kpb_diagnostic& diagnostic);

  Document& m_target;
  SinkRules m_rules;
  DiagnosticSink& m_diagnostics;
  bool m_broken = false;
  size_t m_errors = 0;
  kpb_sink m_abi;
};

} // namespace kpb

#endif
