// SPDX-License-Identifier: GPL-2.0-only
//
// Checks that the target exports what the module uses. klp-build lets modpost only warn of
// undefined symbols, and kpatch loads with insmod, which does not load other modules first.
#include "core/inspect/target/gate_parts.hpp"

#include "core/base/text.hpp"
#include "core/inspect/target/symvers.hpp"

#include <algorithm>

namespace kpb {

namespace {

constexpr uint64_t k_longest_symvers = 64ULL * 1024 * 1024; // a distribution's has 2 MiB
constexpr const char* k_not_loaded = "the kernel refuses to load the module";

std::vector<std::string> modinfo_values(const ModuleFacts& facts, std::string_view key) {
  std::vector<std::string> out;
  for (const auto& [name, value] : facts.modinfo)
    if (name == key)
      out.push_back(value);
  return out;
}

// As the kernel decides it (license_is_gpl_compatible), by the first license= in modinfo.
bool is_gpl(const std::string& license) {
  static constexpr std::string_view compatible[] = {
      "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"};
  return std::find(std::begin(compatible), std::end(compatible), license) != std::end(compatible);
}

bool check_license(const TargetGate& gate, const std::string& symbol, const Export& found) {
  if (!found.gpl_only)
    return true;
  const auto licenses = modinfo_values(gate.facts, "license");
  if (!licenses.empty() && is_gpl(licenses[0]))
    return true;
  return gate.refuse({.code = "target-gpl",
                      .what = "uses " + shown(symbol) +
                              ", which the target exports to GPL modules only; " +
                              (licenses.empty() ? "modinfo has no license"
                                                : "modinfo has license " + shown(licenses[0])),
                      .why = k_not_loaded});
}

bool check_namespace(const TargetGate& gate, const std::string& symbol, const Export& found) {
  if (found.name_space.empty())
    return true;
  // EXPORT_SYMBOL_FOR_MODULES: only for the modules named there; an import statement does not help.
  if (found.name_space.starts_with("module:"))
    return gate.refuse(
        {.code = "target-namespace",
         .what = "uses " + shown(symbol) + ", which the target exports to the modules " +
                 shown(found.name_space.substr(7)) + " only",
         .why = k_not_loaded,
         .hint = "the builder must access it through a relocation, as a '.klp.sym' symbol"});
  const auto imported = modinfo_values(gate.facts, "import_ns");
  if (std::find(imported.begin(), imported.end(), found.name_space) != imported.end())
    return true;
  constexpr size_t shown_at_most = 5;
  std::vector<std::string> listed;
  for (const std::string& name : imported)
    if (listed.size() < shown_at_most)
      listed.push_back(shown(name));
  if (imported.size() > shown_at_most)
    listed.push_back(std::to_string(imported.size() - shown_at_most) + " more");
  return gate.refuse({.code = "target-namespace",
                      .what = "uses " + shown(symbol) + " of the namespace " +
                              shown(found.name_space) + ", modinfo imports " +
                              (listed.empty() ? "none" : join(listed, ", ")),
                      .why = k_not_loaded,
                      .hint = "import the namespace in the source (MODULE_IMPORT_NS)"});
}

bool check_crc(const TargetGate& gate, const std::string& symbol, const Export& found) {
  // The kernel compares nothing if it has no CRC for the symbol.
  if (!gate.references.crcs || found.crc == 0)
    return true;
  const auto recorded = gate.references.crcs->find(symbol);
  if (recorded != gate.references.crcs->end() && recorded->second == found.crc)
    return true;
  const bool none = recorded == gate.references.crcs->end();
  return gate.refuse(
      {.code = "target-crc",
       .what = (none ? "records no CRC of " + shown(symbol)
                     : "was built against CRC " + hex(recorded->second) + " of " + shown(symbol)) +
               ", the target exports it with " + hex(found.crc),
       .why = none ? "so it is not known whether its type is the same"
                   : "a type that it uses is different in the target",
       .hint = "build it from the source and configuration of the target's kernel"});
}

bool check_export(const TargetGate& gate, const std::string& symbol, const Exports& exports) {
  const auto at = exports.find(symbol);
  if (at == exports.end())
    return gate.refuse(
        {.code = "target-undefined",
         .what = "uses " + shown(symbol) + ", which the target does not export",
         .why = k_not_loaded + std::string("; looked up in ") + gate.files.symvers,
         .hint = "build it from the source and configuration of the target's kernel"});
  const Export& found = at->second;
  bool ok = true;
  if (!found.from_kernel())
    ok = gate.refuse(
        {.code = "target-dependency",
         .what = "uses " + shown(symbol) + " of the module " + shown(found.module) +
                 ", but a live patch can only use symbols that vmlinux exports",
         .why = "kpatch loads it with insmod, which loads nothing else first",
         .hint = "the builder must access it through a relocation, as a '.klp.sym' symbol"});
  ok = check_license(gate, symbol, found) && ok;
  ok = check_namespace(gate, symbol, found) && ok;
  return check_crc(gate, symbol, found) && ok;
}

// A kernel with CRCs refuses a module without any, unless it is forced to load it.
bool check_any_crc(const TargetGate& gate, const Exports& exports) {
  if (gate.references.crcs)
    return true;
  for (const std::string& symbol : gate.references.undefined) {
    const auto at = exports.find(symbol);
    if (at != exports.end() && at->second.crc != 0)
      return gate.refuse({.code = "target-crc",
                          .what = "records no CRCs, but the target exports " + shown(symbol) +
                                  " with " + hex(at->second.crc),
                          .why = "the kernel refuses such a module unless it is forced",
                          .hint = "build it with CONFIG_MODVERSIONS, like the target"});
  }
  return true;
}

} // namespace

bool check_exports(const TargetGate& gate) {
  const std::string& path = gate.files.symvers;
  const auto text = gate.filesystem.read(path, k_longest_symvers);
  if (!text)
    return fail(gate.sink, {.fault = Fault::input,
                            .code = "target-unreadable",
                            .where = path,
                            .what = "cannot be read",
                            .why = text.error().reason()});
  const auto exports = parse_symvers(*text, path, gate.sink);
  if (!exports)
    return false;
  bool ok = check_any_crc(gate, *exports);
  for (const std::string& symbol : gate.references.undefined)
    ok = check_export(gate, symbol, *exports) && ok;
  // The kernel compares this one first: it stands for the layout of struct module and others.
  const std::string layout = "module_layout";
  const auto at = exports->find(layout);
  if (at != exports->end() && gate.references.undefined.count(layout) == 0 &&
      gate.references.crcs && gate.references.crcs->count(layout) != 0)
    ok = check_crc(gate, layout, at->second) && ok;
  return ok;
}

} // namespace kpb
