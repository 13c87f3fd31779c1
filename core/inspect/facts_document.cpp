// SPDX-License-Identifier: GPL-2.0-only
//
// See facts_document.hpp.
#include "core/inspect/facts_document.hpp"

#include "core/model/writer.hpp"
#include <kpb/sdk/views.hpp>

namespace kpb {

namespace {

class FactsWriter {
public:
  FactsWriter(Document& document, std::string_view at, std::string_view setter)
      : m_document(document), m_out(document, setter), m_at(at), m_setter(setter) {}

  void put(const ModuleFacts& facts) {
    namespace f = fields::module;
    text_or_null(f::name, facts.name());
    text_or_null(f::vermagic, facts.vermagic);
    m_out.put(path(f::arch), facts.machine.empty() ? "unknown" : facts.machine);
    text_or_null(f::format,
                 facts.format.empty() ? std::nullopt : std::optional<std::string>(facts.format));
    text_or_null(f::build_id, facts.build_id);
    list_or_null<views::Function>(f::functions, facts.functions);
    list_or_null<views::Callback>(f::callbacks, facts.callbacks);
    if (facts.shadow_variables)
      m_out.put_boolean(path(f::shadow_variables), true);
    if (facts.reads_states)
      m_out.put_boolean(path(f::reads_states), true);
    m_out.put_boolean(path(f::forced), facts.forced);
    if (!facts.signature) {
      null(f::signature);
      return;
    }
    m_out.put_integer(path(f::signature_size), static_cast<int64_t>(facts.signature->size));
    m_out.put_integer(path(f::signature_elf_size), static_cast<int64_t>(facts.signature->elf_size));
    m_out.put_boolean(path(f::signature_stacked), facts.signature->stacked);
  }

private:
  std::string path(std::string_view member) const { return pointer(m_at, member); }
  void null(std::string_view member) { m_document.put_null(path(member), m_setter); }

  void text_or_null(std::string_view member, const std::optional<std::string>& value) {
    if (value)
      m_out.put(path(member), *value);
    else
      null(member);
  }

  template <class View, class List>
  void list_or_null(std::string_view member, const std::optional<List>& list) {
    if (!list)
      return null(member);
    m_document.put_array(path(member), m_setter);
    for (const View& item : *list)
      views::append(m_out, path(member), item);
  }

  Document& m_document;
  Writer m_out;
  std::string m_at;
  std::string m_setter;
};

} // namespace

void put_facts(const ModuleFacts& facts, Document& document, std::string_view path,
               std::string_view setter) {
  FactsWriter(document, path, setter).put(facts);
}

} // namespace kpb
