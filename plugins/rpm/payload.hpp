// SPDX-License-Identifier: GPL-2.0-only
//
// The files of an RPM: what its header says of them, and their content out of the payload.
#ifndef KPB_PLUGIN_RPM_PAYLOAD_HPP
#define KPB_PLUGIN_RPM_PAYLOAD_HPP

#include "package_file.hpp"

#include <kpb/sdk.hpp>

#include <functional>
#include <string>
#include <vector>

namespace kpb::rpm {

// Their kind is "file", "dir", or "link" and "special", which kpb never packs.
std::vector<views::PackedFile> packed_files(const PackageFile& package);

// rpmbuild asks libmagic what each file is. Where libmagic could not read one, the answer is empty or a
// complaint, rpmbuild goes on, and the package carries it. Throws Damage then.
void check_classes(const PackageFile& package);

// Hands over the content of each regular file. Throws Damage for a file that the payload lacks, cuts
// short, or whose digest is not the header's.
using ContentHandler = std::function<void(const std::string& path, const std::string& content)>;
void unpack(const PackageFile& package, const ContentHandler& handler);

} // namespace kpb::rpm

#endif
