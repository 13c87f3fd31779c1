// SPDX-License-Identifier: GPL-2.0-only
//
// See arch.hpp. The table is the SDK's, because plugins need it too.
#include "core/base/arch.hpp"

#include <kpb/sdk/architectures.hpp>

namespace kpb {

std::optional<std::string> canonical_arch(std::string_view name) {
  for (const auto& arch : k_architectures)
    if (name == arch.name || name == arch.debian)
      return std::string(arch.name);
  return std::nullopt;
}

std::vector<std::string> known_archs() {
  std::vector<std::string> names;
  for (const auto& arch : k_architectures)
    names.emplace_back(arch.name);
  return names;
}

} // namespace kpb
