// SPDX-License-Identifier: GPL-2.0-only
//
// See package_writer.hpp.
#include "package_writer.hpp"

namespace kpb::deb {

std::string suffix_of(tarball::Compression compression) {
  switch (compression) {
  case tarball::Compression::none: return "";
  case tarball::Compression::gzip: return ".gz";
  case tarball::Compression::xz: return ".xz";
  case tarball::Compression::zstd: return ".zst";
  }
  return "";
}

std::string make_package(const Deb& deb, const Contents& contents, const std::string& control,
                         tarball::Compression compression, int64_t mtime) {
  const std::string md5sums = md5sums_of(contents);
  const std::string control_tar = tarball::make_tar(
      {{"./", {}, true}, {"./control", control}, {"./md5sums", md5sums}}, compression, mtime);
  std::vector<tarball::Member> members = {{"./", {}, true}};
  for (const auto& file : deb.files) {
    if (file.kind == "dir")
      members.push_back({"." + file.path + "/", {}, true});
    else
      members.push_back({"." + file.path, contents.at(file.path)});
  }
  const std::string data_tar = tarball::make_tar(members, compression, mtime);
  const std::string suffix = suffix_of(compression);
  return tarball::make_ar({{"debian-binary", "2.0\n"},
                           {"control.tar" + suffix, control_tar},
                           {"data.tar" + suffix, data_tar}},
                          mtime);
}

} // namespace kpb::deb
