// SPDX-License-Identifier: GPL-2.0-only
//
// See from_sdk.hpp.
#include "core/diag/from_sdk.hpp"

namespace kpb {

// The values of both enumerations are kpb's exit statuses.
static_assert(static_cast<int>(Fault::tool) == static_cast<int>(sdk::Fault::tool) &&
              static_cast<int>(Fault::input) == static_cast<int>(sdk::Fault::input) &&
              static_cast<int>(Fault::plugin) == static_cast<int>(sdk::Fault::plugin) &&
              static_cast<int>(Fault::verification) == static_cast<int>(sdk::Fault::verification) &&
              static_cast<int>(Fault::environment) == static_cast<int>(sdk::Fault::environment));

Diagnostic from_sdk(const sdk::Error& error, std::string where) {
  const auto& said = error.diagnostic();
  return {.fault = static_cast<Fault>(said.fault),
          .code = said.code,
          .where = std::move(where),
          .what = said.what,
          .why = said.why,
          .hint = said.hint};
}

} // namespace kpb
