// SPDX-License-Identifier: GPL-2.0-only
//
// See package_name.hpp.
#include "core/programs/reconcile/package_name.hpp"

#include "core/base/sha256.hpp"
#include <kpb/sdk/names.hpp>

namespace kpb::runtime {

std::string name_for_dpkg(std::string_view name) { return kpb::name_for_dpkg(name, sha256_hex); }

bool is_called(std::string_view name, std::string_view given) {
  return given == name || given == name_for_dpkg(name);
}

} // namespace kpb::runtime
