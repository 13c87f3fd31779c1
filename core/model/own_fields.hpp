// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of the documents that plugins do not see, by name: what kpb prints and what it writes for itself. kpb-fields
// prints a header for each kind of document from core/model/*_fields.cpp.
//
//   result.put_integer(fields::result::status, ...)                              "/status"
//   pointer(fields::result::files, i, fields::result::file::ok)                  "/files/3/ok"
//   description.text(fields::prepared::vmlinux_build_id)                         "/vmlinux/build_id"
#ifndef KPB_CORE_MODEL_OWN_FIELDS_HPP
#define KPB_CORE_MODEL_OWN_FIELDS_HPP

#include "core/model/own_fields/awaiting.hpp"
#include "core/model/own_fields/kernel.hpp"
#include "core/model/own_fields/result.hpp"
#include "core/model/own_fields/series.hpp"

#endif
