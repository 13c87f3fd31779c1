// SPDX-License-Identifier: GPL-2.0-only
//
// Makes a pristine tree from a kernel's source, in whatever form that comes.
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

// Copies or unpacks `source` into the new directory `tree`. `scratch` is an empty directory of ours on the same
// disk, for sources that other programs unpack. Nothing after a report or an interrupt.
std::optional<ImportedSource> import_source(const RunContext& context, const std::string& source,
                                            const std::string& tree, const std::string& scratch);

// One function for each kind of source. They fill `writer`, and the caller finishes it.
bool import_directory(const RunContext& context, const std::string& directory, TreeWriter& writer);
bool import_tarball(const RunContext& context, ByteSource& tarball, const std::string& shown_as,
                    TreeWriter& writer);
bool import_linux_source_deb(const RunContext& context, const std::string& deb, TreeWriter& writer);
// By dpkg-source and by rpmbuild, which run what the package says about how to prepare it.
bool import_debian_source(const RunContext& context, const std::string& dsc,
                          const std::string& scratch, TreeWriter& writer);
bool import_source_rpm(const RunContext& context, const std::string& rpm,
                       const std::string& scratch, TreeWriter& writer);

// VERSION.PATCHLEVEL.SUBLEVEL of a kernel's top Makefile; "" for any other file.
std::string version_in_makefile(const std::string& makefile);

} // namespace kpb

#endif
