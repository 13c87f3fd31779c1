// SPDX-License-Identifier: GPL-2.0-only
//
// See bridge.hpp. The C functions are captureless lambdas that find their object through ctx; none
// lets an exception out (std::bad_alloc ends the program, as it would anywhere).
#include "core/plugin/bridge.hpp"

#include "core/base/text.hpp"

namespace kpb {

namespace {

constexpr size_t k_max_text = 1024 * 1024;
constexpr size_t k_max_file = 1024UL * 1024 * 1024;

uint32_t abi_kind(Document::Kind kind) {
  switch (kind) {
  case Document::Kind::absent: return KPB_KIND_ABSENT;
  case Document::Kind::null: return KPB_KIND_NULL;
  case Document::Kind::boolean: return KPB_KIND_BOOLEAN;
  case Document::Kind::integer: return KPB_KIND_INTEGER;
  case Document::Kind::text: return KPB_KIND_TEXT;
  case Document::Kind::array: return KPB_KIND_ARRAY;
  case Document::Kind::object: return KPB_KIND_OBJECT;
  }
  return KPB_KIND_ABSENT;
}

kpb_value to_abi(const Document& document, std::string_view path) {
  kpb_value value{abi_kind(document.kind(path)), 0, 0, {nullptr, 0}};
  switch (value.kind) {
  case KPB_KIND_BOOLEAN: value.integer = *document.boolean(path) ? 1 : 0; break;
  case KPB_KIND_INTEGER: value.integer = *document.integer(path); break;
  case KPB_KIND_TEXT: value.text = abi_str(*document.text_view(path)); break;
  case KPB_KIND_ARRAY:
  case KPB_KIND_OBJECT: value.integer = static_cast<int64_t>(document.size(path)); break;
  default: break;
  }
  return value;
}

// Of what put() takes; 0 for anything else.
unsigned field_kind(uint32_t kind) {
  switch (kind) {
  case KPB_KIND_NULL: return is_null;
  case KPB_KIND_BOOLEAN: return is_boolean;
  case KPB_KIND_INTEGER: return is_integer;
  case KPB_KIND_TEXT: return is_text;
  default: return 0;
  }
}

std::string kind_words(unsigned kinds) {
  std::vector<std::string> words;
  for (const auto& [kind, word] :
       {std::pair{is_text, "text"}, std::pair{is_integer, "an integer"},
        std::pair{is_boolean, "a boolean"}, std::pair{is_array, "a list"},
        std::pair{is_object, "an object"}, std::pair{is_null, "null"}})
    if ((kinds & kind) != 0)
      words.emplace_back(word);
  return join(words, " or ");
}

} // namespace

DocumentView::DocumentView(const Document& document) : m_document(document) {
  m_abi.ctx = this;
  m_abi.get = [](void* ctx, kpb_str path, kpb_value* out) -> kpb_status {
    if (out == nullptr)
      return KPB_FAILED;
    *out = to_abi(static_cast<DocumentView*>(ctx)->m_document, view_of(path));
    return KPB_OK;
  };
  m_abi.key = [](void* ctx, kpb_str path, size_t index, kpb_str* out) -> kpb_status {
    auto* self = static_cast<DocumentView*>(ctx);
    if (out == nullptr)
      return KPB_FAILED;
    self->m_key = self->m_document.key(view_of(path), index);
    *out = abi_str(self->m_key);
    return KPB_OK;
  };
}

PluginSink::PluginSink(Document& target, SinkRules rules, DiagnosticSink& diagnostics)
    : m_target(target), m_rules(std::move(rules)), m_diagnostics(diagnostics) {
  m_abi.ctx = this;
  m_abi.put = [](void* ctx, kpb_str path, const kpb_value* value) -> kpb_status {
    auto* self = static_cast<PluginSink*>(ctx);
    return value == nullptr ? self->breach("called put() without a value", "null is not a value")
                            : self->put(view_of(path), *value);
  };
  m_abi.append = [](void* ctx, kpb_str path, size_t* index) -> kpb_status {
    return static_cast<PluginSink*>(ctx)->append(view_of(path), index);
  };
  m_abi.remove = [](void* ctx, kpb_str path) -> kpb_status {
    return static_cast<PluginSink*>(ctx)->remove(view_of(path));
  };
  m_abi.file = [](void* ctx, kpb_str name, kpb_str content) -> kpb_status {
    return static_cast<PluginSink*>(ctx)->file(view_of(name), view_of(content));
  };
  m_abi.diagnostic = [](void* ctx, const kpb_diagnostic* diagnostic) {
    if (diagnostic != nullptr)
      static_cast<PluginSink*>(ctx)->diagnostic(*diagnostic);
  };
}

kpb_status PluginSink::breach(const std::string& what, const std::string& why) {
  m_broken = true;
  ++m_errors;
  Diagnostic d;
  d.fault = Fault::plugin;
  d.code = "plugin-contract";
  d.where = m_rules.plugin;
  d.what = what;
  d.why = why;
  d.hint = "this is a bug in the plugin; report it to its author";
  m_diagnostics.report(std::move(d));
  return KPB_FAILED;
}

const FieldRow* PluginSink::row_of(std::string_view path, const char* did) {
  const FieldRow* row = m_rules.fields->find(path);
  if (row != nullptr && m_rules.writer && (row->writers & *m_rules.writer) != 0)
    return row;
  std::string why;
  if (!m_rules.writer)
    why = "this call writes nothing";
  else if (!is_pointer(path))
    why = "the path is malformed";
  else if (const auto near = m_rules.fields->nearest(path, *m_rules.writer); row == nullptr && near)
    why = "there is no such field; did you mean " + *near + "?";
  else
    why = (row == nullptr ? "there is no such field; it may write below " : "it may write below ") +
          join(m_rules.fields->writable(*m_rules.writer), ", ");
  breach(did + (" " + shown(path)), why);
  return nullptr;
}

kpb_status PluginSink::put(std::string_view path, const kpb_value& value) {
  const FieldRow* row = row_of(path, "wrote to");
  if (row == nullptr)
    return KPB_FAILED;
  if (const unsigned kind = field_kind(value.kind); kind != 0 && (row->kinds & kind) == 0)
    return breach("wrote " + kind_words(kind) + " to " + shown(path),
                  "it is " + kind_words(row->kinds));
  bool done = false;
  switch (value.kind) {
  case KPB_KIND_TEXT: {
    const auto text = view_of(value.text);
    if (text.size() > k_max_text)
      return breach("wrote " + std::to_string(text.size()) + " bytes to " + shown(path),
                    "the limit is 1 MiB");
    if (!m_rules.free_text)
      if (const auto at = first_control_byte(text, true))
        return breach("wrote " + shown(text) + " to " + shown(path),
                      "byte " + std::to_string(*at + 1) + " is no printable UTF-8 text");
    done = m_target.put_text(path, text, m_rules.setter);
    break;
  }
  case KPB_KIND_INTEGER: done = m_target.put_integer(path, value.integer, m_rules.setter); break;
  case KPB_KIND_BOOLEAN:
    done = m_target.put_boolean(path, value.integer != 0, m_rules.setter);
    break;
  case KPB_KIND_NULL: done = m_target.put_null(path, m_rules.setter); break;
  default:
    return breach("gave " + shown(path) + " a value of kind " + std::to_string(value.kind),
                  "put() takes text, integers, booleans and null");
  }
  return done ? KPB_OK : breach("wrote to " + shown(path), "the path is malformed");
}

kpb_status PluginSink::append(std::string_view path, size_t* index) {
  const FieldRow* row = row_of(path, "appended to");
  if (row == nullptr)
    return KPB_FAILED;
  const FieldRow* entry = m_rules.fields->find(pointer(path, "-"));
  if (entry == nullptr || (entry->kinds & is_object) == 0)
    return breach("appended an object to " + shown(path),
                  entry == nullptr ? "it is " + kind_words(row->kinds)
                                   : "its entries are " + kind_words(entry->kinds) + ": put() to " +
                                         pointer(path, "-") + " adds one");
  const auto place = m_target.append(path, m_rules.setter);
  if (!place || index == nullptr)
    return breach("appended to " + shown(path), "the path is malformed or no array");
  *index = *place;
  return KPB_OK;
}

kpb_status PluginSink::remove(std::string_view path) {
  if (row_of(path, "removed") == nullptr)
    return KPB_FAILED;
  m_target.remove(path); // removing what is not there is no error
  return KPB_OK;
}

kpb_status PluginSink::file(std::string_view name, std::string_view content) {
  if (!m_rules.on_file)
    return breach("handed over the file " + shown(name), "this call accepts no files");
  if (content.size() > k_max_file)
    return breach("handed over the file " + shown(name), "it is larger than 1 GiB");
  if (m_rules.on_file(name, content))
    return KPB_OK;
  // Whoever refused it has said why. A plugin that goes on as if nothing was must not succeed.
  m_broken = true;
  ++m_errors;
  return KPB_FAILED;
}

void PluginSink::diagnostic(const kpb_diagnostic& from) {
  Diagnostic d;
  d.severity = from.severity == KPB_SEVERITY_WARNING ? Severity::warning
               : from.severity == KPB_SEVERITY_NOTE  ? Severity::note
                                                     : Severity::error;
  const bool known = from.fault >= KPB_FAULT_TOOL && from.fault <= KPB_FAULT_ENVIRONMENT;
  d.fault = known ? static_cast<Fault>(from.fault) : Fault::plugin;
  d.code = view_of(from.code);
  d.where = view_of(from.where);
  d.what = view_of(from.what);
  d.why = view_of(from.why);
  d.hint = view_of(from.hint);
  d.origin = m_rules.origin;
  // Which plugin failed is part of what the user must know.
  if (d.fault == Fault::plugin)
    d.where = d.where.empty() ? m_rules.plugin : m_rules.plugin + ": " + d.where;
  if (d.severity == Severity::error)
    ++m_errors;
  m_diagnostics.report(std::move(d));
}

bool PluginSink::judge(kpb_status status, const std::string& call) {
  if (status == KPB_OK && m_errors == 0)
    return !m_broken;
  if (status == KPB_OK && !m_broken)
    breach(call + "() reported an error and returned success", "it must do one or the other");
  else if (m_errors == 0)
    breach(call + "() failed without an error message",
           "it returned status " + std::to_string(status));
  return false;
}

} // namespace kpb
