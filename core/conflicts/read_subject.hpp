// SPDX-License-Identifier: GPL-2.0-only
//
// A file of the command line as `kpb conflicts` compares it.
#ifndef KPB_CORE_CONFLICTS_READ_SUBJECT_HPP
#define KPB_CORE_CONFLICTS_READ_SUBJECT_HPP

#include "core/conflicts/subject.hpp"
#include "core/packages/report_files.hpp"

#include <optional>

namespace kpb {

// `replace`: what the user says of bare modules, whose files do not tell. Nothing after a report.
std::optional<Subject> subject_of(const std::string& path, const FileReport& report,
                                  std::optional<bool> replace, DiagnosticSink& sink);

} // namespace kpb

#endif
