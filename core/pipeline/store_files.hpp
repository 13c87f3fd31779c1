// SPDX-License-Identifier: GPL-2.0-only
//
// The content of the package's files.
#ifndef KPB_CORE_PIPELINE_STORE_FILES_HPP
#define KPB_CORE_PIPELINE_STORE_FILES_HPP

namespace kpb {

struct Build;
struct Variant;

// Every file of the variant's list gets its content, in the workspace, under a plain name that any backend can
// use, and is listed among the sources. False after a report.
bool store_files(Build& build, Variant& variant);

} // namespace kpb

#endif
