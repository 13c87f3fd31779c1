// SPDX-License-Identifier: GPL-2.0-only
//
// The sink and the place that all readers of one module share, so that an error deep inside a table
// needs only its own text. A reader stops at its first error: one error for one damaged file.
#ifndef KPB_CORE_INSPECT_INPUT_ERRORS_HPP
#define KPB_CORE_INSPECT_INPUT_ERRORS_HPP

#include "core/diag/diagnostic.hpp"

#include <string>
#include <utility>

namespace kpb {

struct InputErrors {
  DiagnosticSink& sink;
  const std::string& where;

  // Always returns false, as kpb::fail does.
  bool fail(Diagnostic error) const {
    error.where = where;
    return kpb::fail(sink, std::move(error));
  }
};

} // namespace kpb

#endif
