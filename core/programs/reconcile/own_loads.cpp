// SPDX-License-Identifier: GPL-2.0-only
//
// See own_loads.hpp. One line for each: MODULE PACKAGE VERSION WHEN STATE,STATE (or "-").
#include "core/programs/reconcile/own_loads.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>

namespace kpb::runtime {

OwnLoads::OwnLoads(Files& files) : m_files(files) {
  const std::string text = files.read(k_loaded, 1U << 20U).value_or("");
  std::string_view rest = text;
  std::string_view line;
  while (next_line(rest, line)) {
    const auto fields = words(line);
    if (fields.size() != 5)
      continue;
    OwnLoad load{
        fields[0], fields[1], fields[2], parse_unsigned(fields[3], UINT64_MAX / 2).value_or(0), {}};
    if (fields[4] != "-")
      load.states = split(fields[4], ',');
    m_loads.push_back(std::move(load));
  }
}

const OwnLoad* OwnLoads::find(const std::string& module) const {
  const auto found = std::find_if(m_loads.begin(), m_loads.end(),
                                  [&](const OwnLoad& one) { return one.module == module; });
  return found == m_loads.end() ? nullptr : &*found;
}

int OwnLoads::add(const Package* package, const Module& module, uint64_t when) {
  std::erase_if(m_loads, [&](const OwnLoad& one) { return one.module == module.name; });
  m_loads.push_back({module.name, package != nullptr ? package->name : "-",
                     package != nullptr ? package->evr.text() : "-", when, module.states});
  return save();
}

int OwnLoads::remove(const std::string& module) {
  if (std::erase_if(m_loads, [&](const OwnLoad& one) { return one.module == module; }) == 0)
    return 0;
  return save();
}

int OwnLoads::save() {
  std::string text;
  for (const auto& load : m_loads)
    text += load.module + " " + load.package + " " + load.version + " " +
            std::to_string(load.when) + " " + (load.states.empty() ? "-" : join(load.states, ",")) +
            "\n";
  return m_files.replace(k_loaded, text);
}

} // namespace kpb::runtime
