// SPDX-License-Identifier: GPL-2.0-only
//
// How much kpb and its backends take of a finished package. A backend that read more than kpb, or less, would only make
// the refusal come later, or name another place; so both go by these. docs/limits.md has all limits.
#ifndef KPB_SDK_LIMITS_HPP
#define KPB_SDK_LIMITS_HPP

#include <cstddef>
#include <cstdint>

namespace kpb {

// A module as a file. The largest cumulative patches have some 10 MiB with all their debug information.
inline constexpr uint64_t k_largest_module = uint64_t{64} << 20U;

// A binary package as a file, and what it unpacks to: the largest module, and texts beside it.
inline constexpr uint64_t k_largest_package = k_largest_module + (uint64_t{16} << 20U);

// A source package may carry a kernel's source, and is written by this user's rpmbuild.
inline constexpr uint64_t k_largest_source_package = uint64_t{1} << 30U;

// Members of an archive, files in a header. A kernel's own packages, which `kpb conflicts` reads too, have some 6,000.
inline constexpr size_t k_most_packed_files = 20000;

inline constexpr size_t k_longest_packed_path = 4095; // PATH_MAX, without its NUL

// The header of an RPM, and the control part of a deb once it is unpacked.
inline constexpr uint64_t k_largest_package_header = uint64_t{16} << 20U;

// A deb's control file. apt refuses the whole index when one package's part of it is larger than some 1.9 MB. Debian's
// own packages have some 20 fields.
inline constexpr size_t k_longest_control = 1000 * 1000;
inline constexpr size_t k_most_control_fields = 500;

// A spec; the lists of functions and files are the long parts.
inline constexpr size_t k_longest_spec = size_t{4} << 20U;

// Relations of one package. A patch of 2,000 functions, the most that apt can solve, has some 4,000.
inline constexpr size_t k_most_relations = 20000;

} // namespace kpb

#endif
