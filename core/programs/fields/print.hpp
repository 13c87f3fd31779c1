// SPDX-License-Identifier: GPL-2.0-only
//
// What kpb-fields prints, each from the tables of fields.
#ifndef KPB_CORE_PROGRAMS_FIELDS_PRINT_HPP
#define KPB_CORE_PROGRAMS_FIELDS_PRINT_HPP

#include "core/model/fields.hpp"

#include <string>

namespace kpb {

// A C++17 header with a constant for each path, and one for each member of an entry of a list: the fields that
// plugins see, for the SDK, or others, for core: "result", "series", "awaiting" or "kernel"; "" for another name.
std::string sdk_constants();
std::string own_constants(const std::string& which);

// A table in Markdown with a row for each field.
std::string documentation(const FieldTable& table);

// A JSON Schema. It takes fields that it does not know, as every reader must.
std::string json_schema(const FieldTable& table);

} // namespace kpb

#endif
