// SPDX-License-Identifier: GPL-2.0-only
//
// See facts_document.hpp.
#include "core/inspect/facts_document.hpp"

namespace kpb {

namespace {

void put_text_or_null(Document& d, const std::string& path, const std::optional<std::string>& value,
                      const std::string& setter) {
  if (value)
    d.put_text(path, *value, setter);
  else
    d.put_null(path, setter);
}

} // namespace

void put_facts(const ModuleFacts& facts, Document& d, const std::string& path,
               const std::string& setter) {
  put_text_or_null(d, path + "/name", facts.name(), setter);
  put_text_or_null(d, path + "/vermagic", facts.vermagic, setter);
  d.put_text(path + "/arch", facts.machine.empty() ? "unknown" : facts.machine, setter);
  put_text_or_null(d, path + "/format",
                   facts.format.empty() ? std::nullopt : std::optional<std::string>(facts.format),
                   setter);
  put_text_or_null(d, path + "/build_id", facts.build_id, setter);
  if (facts.functions) {
    d.put_array(path + "/functions", setter);
    for (size_t i = 0; i < facts.functions->size(); ++i) {
      const auto& function = (*facts.functions)[i];
      const std::string at = pointer(path + "/functions", i);
      d.put_text(at + "/object", function.object, setter);
      d.put_text(at + "/name", function.function, setter);
      d.put_integer(at + "/position", static_cast<int64_t>(function.position), setter);
    }
  } else {
    d.put_null(path + "/functions", setter);
  }
  if (facts.callbacks) {
    d.put_array(path + "/callbacks", setter);
    for (size_t i = 0; i < facts.callbacks->size(); ++i) {
      const std::string at = pointer(path + "/callbacks", i);
      d.put_text(at + "/object", (*facts.callbacks)[i].object, setter);
      d.put_text(at + "/hook", (*facts.callbacks)[i].hook, setter);
    }
  } else {
    d.put_null(path + "/callbacks", setter);
  }
  if (facts.shadow_variables)
    d.put_boolean(path + "/shadow_variables", true, setter);
  if (facts.reads_states)
    d.put_boolean(path + "/reads_states", true, setter);
  d.put_boolean(path + "/forced", facts.forced, setter);
  if (facts.signature) {
    d.put_integer(path + "/signature/size", static_cast<int64_t>(facts.signature->size), setter);
    d.put_integer(path + "/signature/elf_size", static_cast<int64_t>(facts.signature->elf_size),
                  setter);
    d.put_boolean(path + "/signature/stacked", facts.signature->stacked, setter);
  } else {
    d.put_null(path + "/signature", setter);
  }
}

} // namespace kpb
