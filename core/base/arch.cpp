// SPDX-License-Identifier: GPL-2.0-only
//
// See arch.hpp. These are the architectures for which the kernel has live patching and vendors ship
// it.
#include "core/base/arch.hpp"

namespace kpb {

namespace {

struct Arch {
  const char* canonical; // the name of uname -m and RPM
  const char* debian;
};

constexpr Arch k_archs[] = {
    {"x86_64", "amd64"},
    {"aarch64", "arm64"},
    {"ppc64le", "ppc64el"},
    {"s390x", "s390x"},
};

} // namespace

std::optional<std::string> canonical_arch(std::string_view name) {
  for (const auto& arch : k_archs)
    if (name == arch.canonical || name == arch.debian)
      return arch.canonical;
  return std::nullopt;
}

std::vector<std::string> known_archs() {
  std::vector<std::string> names;
  for (const auto& arch : k_archs)
    names.emplace_back(arch.canonical);
  return names;
}

} // namespace kpb
