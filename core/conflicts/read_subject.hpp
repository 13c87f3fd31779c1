// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a file of the command line for `kpb conflicts`.
#ifndef KPB_CORE_CONFLICTS_READ_SUBJECT_HPP
#define KPB_CORE_CONFLICTS_READ_SUBJECT_HPP

#include "core/conflicts/subject.hpp"
#include "core/packages/report_files.hpp"

#include <optional>

namespace kpb {

// `replace` is what the user says about bare modules, whose files do not tell. After an error,
// nothing is returned.
std::optional<Subject> subject_of(const std::string& path, const FileReport& report,
                                  std::optional<bool> replace, DiagnosticSink& sink);

} // namespace kpb

#endif
