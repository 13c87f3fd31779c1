// SPDX-License-Identifier: GPL-2.0-only
//
// The readers of one module share a sink and a place, so that a complaint deep inside a table needs
// no more than its own words. A reader stops at its first complaint: one damaged file, one error.
#ifndef KPB_CORE_INSPECT_INPUT_ERRORS_HPP
#define KPB_CORE_INSPECT_INPUT_ERRORS_HPP

#include "core/diag/diagnostic.hpp"

#include <string>
#include <utility>

namespace kpb {

struct InputErrors {
  DiagnosticSink& sink;
  const std::string& where;

  // Returns false, as kpb::fail does.
  bool fail(std::string code, std::string what, std::string why = {}, std::string hint = {}) const {
    return kpb::fail(sink, Fault::input, std::move(code), where, std::move(what), std::move(why),
                     std::move(hint));
  }
};

} // namespace kpb

#endif
