// SPDX-License-Identifier: GPL-2.0-only
//
// The document's list of relations as text, for the passes that compare, check and explain them.
#ifndef KPB_CORE_PIPELINE_RELATION_LIST_HPP
#define KPB_CORE_PIPELINE_RELATION_LIST_HPP

#include "core/model/document.hpp"

#include <string>

namespace kpb {

// "kpatch-func(...)", "NAME < 1-1", "(NAME if kernel-uname-r = K)".
inline std::string relation_text(const Document& d, const std::string& at) {
  const std::string op = d.text(at + "/operator");
  const std::string condition = d.text(at + "/condition");
  const std::string plain =
      d.text(at + "/name") + (op.empty() ? "" : " " + op + " " + d.text(at + "/version"));
  return condition.empty() ? plain : "(" + plain + " if " + condition + ")";
}

// "conflicts: NAME < 1-1": two relations are one when this is equal.
inline std::string relation_line(const Document& d, const std::string& at) {
  return d.text(at + "/kind") + ": " + relation_text(d, at);
}

} // namespace kpb

#endif
