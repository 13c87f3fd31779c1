// SPDX-License-Identifier: GPL-2.0-only
//
// Explains a package: every name and relation with its value, who set it, and why.
#ifndef KPB_CORE_CLI_EXPLAIN_HPP
#define KPB_CORE_CLI_EXPLAIN_HPP

#include "core/model/document.hpp"

#include <string>

namespace kpb {

// A table of the fields, then one line for each relation:
//   Conflicts kpatch-func(K/vmlinux:f:1) because f is patched at position 1, policy standard
// then what later policies of a chain changed.
std::string explain(const Document& document);

} // namespace kpb

#endif
