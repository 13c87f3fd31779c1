// SPDX-License-Identifier: GPL-2.0-only
//
// Archives whose bytes follow from their content alone: no owner but root, no clock, no order of a directory,
// no number of processors.
#ifndef KPB_PLUGINS_COMMON_TARBALL_TARBALL_HPP
#define KPB_PLUGINS_COMMON_TARBALL_TARBALL_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kpb::tarball {

// gzip -9n, xz -6 and zstd -19.
enum class Compression { none, gzip, xz, zstd };

struct Member {
  std::string path;
  std::string_view content = {};
  bool directory = false;
};

// A tar of GNU's form (PAX headers are refused by dpkg), the members in the order given. Files have mode
// 0644, directories 0755, all of them the time `mtime`. Throws kpb::sdk::Error.
std::string make_tar(const std::vector<Member>& members, Compression compression, int64_t mtime);

// An ar of BSD's form, as debs are, without padding behind the last member: apt refuses that.
std::string make_ar(const std::vector<Member>& members, int64_t mtime);

// Whether `bytes` are what make_tar() without compression, or make_ar(), makes of these. Nothing is made for that: a
// package may be large.
bool is_tar_of(const std::vector<Member>& members, int64_t mtime, std::string_view bytes);
bool is_ar_of(const std::vector<Member>& members, int64_t mtime, std::string_view bytes);

// One content compressed, without a name.
std::string compress(std::string_view content, Compression compression);

} // namespace kpb::tarball

#endif
