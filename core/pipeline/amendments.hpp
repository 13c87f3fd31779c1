// SPDX-License-Identifier: GPL-2.0-only
//
// What a policy of a chain changed of what the ones before it had set. The document says who set what is
// there now; this says what is there no more.
#ifndef KPB_CORE_PIPELINE_AMENDMENTS_HPP
#define KPB_CORE_PIPELINE_AMENDMENTS_HPP

#include "core/model/document.hpp"

#include <string>
#include <vector>

namespace kpb {

// Appends to /amendments of `after`: each {field or relation, before, after (absent: removed), by, was_by}.
// The lines (views::line_of()) of the relations that went.
std::vector<std::string> note_amendments(const Document& before, Document& after,
                                         const std::string& who);

} // namespace kpb

#endif
