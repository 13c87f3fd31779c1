// SPDX-License-Identifier: GPL-2.0-only
//
// What kpb-fields prints, each from the tables of fields.
#ifndef KPB_CORE_PROGRAMS_FIELDS_PRINT_HPP
#define KPB_CORE_PROGRAMS_FIELDS_PRINT_HPP

#include "core/model/fields.hpp"

#include <string>

namespace kpb {

// A C++17 header with a constant for each path, and one for each member of an entry of a list.
std::string constants_header(std::span<const FieldTable* const> tables);

} // namespace kpb

#endif
