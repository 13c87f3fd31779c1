// SPDX-License-Identifier: GPL-2.0-only
//
// From whatever a kernel's source comes in to a pristine tree.
#ifndef KPB_CORE_KERNEL_IMPORT_SOURCE_HPP
#define KPB_CORE_KERNEL_IMPORT_SOURCE_HPP

#include "core/kernel/tree_writer.hpp"
#include "core/run/context.hpp"

#include <optional>
#include <string>

namespace kpb {

struct ImportedSource {
  std::string kind;    // "directory", "tarball", "linux-source", "debian-source" or "srpm"
  std::string digest;  // of the tree
  std::string version; // what its Makefile says: "6.12.94"
  size_t files = 0;
};

// Copies or unpacks `source` into the new directory `tree`. `scratch` is an empty directory of ours on
// the same disk, for those kinds that other programs unpack. Nothing is returned after a report, or
// an interrupt.
std::optional<ImportedSource> import_source(const RunContext& context, const std::string& source,
                                            const std::string& tree, const std::string& scratch);

// The parts of it. Each fills `writer`; the caller finishes it.
bool import_directory(const RunContext& context, const std::string& directory, TreeWriter& writer);
bool import_tarball(const RunContext& context, ByteSource& tarball, const std::string& shown_as,
                    TreeWriter& writer);
bool import_linux_source_deb(const RunContext& context, const std::string& deb, TreeWriter& writer);
// By dpkg-source and by rpmbuild: what these packages say how to prepare is run.
bool import_debian_source(const RunContext& context, const std::string& dsc,
                          const std::string& scratch, TreeWriter& writer);
bool import_source_rpm(const RunContext& context, const std::string& rpm,
                       const std::string& scratch, TreeWriter& writer);

// VERSION.PATCHLEVEL.SUBLEVEL of a kernel's top Makefile; "" for any other file.
std::string version_in_makefile(const std::string& makefile);

} // namespace kpb

#endif
