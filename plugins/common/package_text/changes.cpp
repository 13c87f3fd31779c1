// SPDX-License-Identifier: GPL-2.0-only
//
// See changes.hpp.
#include "changes.hpp"

#include "allow_list.hpp"

namespace kpb::package_text {

std::vector<std::string> changes_of(const Kind& kind, const sdk::Document& document) {
  std::vector<std::string> out;
  const auto release = document.text(fields::kernel_release);
  out.push_back(release.empty() ? std::string("Made by kpb")
                                : "Live patch for kernel " + kernel_release(kind, release));
  for (const auto& cve : document.texts(fields::package_cves))
    out.push_back("Fixes " + cve_number(kind, cve));
  return out;
}

} // namespace kpb::package_text
