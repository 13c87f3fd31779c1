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
  bool fail(Diagnostic error) const {
    error.where = where;
    return kpb::fail(sink, std::move(error));
  }
};

} // namespace kpb

#endif
