// SPDX-License-Identifier: GPL-2.0-only
//
// How much several readers take of the same thing. What one of them accepts the next must not refuse, so these are
// said once; docs/limits.md lists them with those that belong to one reader.
#ifndef KPB_CORE_BASE_LIMITS_HPP
#define KPB_CORE_BASE_LIMITS_HPP

#include <cstddef>
#include <cstdint>

namespace kpb {

// Functions of one module, and of all modules of a package; the largest cumulative patches have a few hundred.
inline constexpr size_t k_most_functions = 20000;
inline constexpr size_t k_longest_modules_conf = size_t{4} << 20U;
inline constexpr size_t k_longest_vermagic = 300;

// Paths in archives and trees. Linux 7.2 has at most 14 directories above a file and paths of 120 bytes; 4096 is
// PATH_MAX, which no path that is made of one may reach.
inline constexpr size_t k_longest_path = 4095;
inline constexpr size_t k_deepest_path = 64;

// Of an archive as a whole: what it unpacks to (Linux 7.2 with its debug information has 9 GiB), and its members (Linux 7.2
// has 95,000 files, and directories beside them).
inline constexpr uint64_t k_largest_archive = uint64_t{32} << 30U;
inline constexpr size_t k_most_archive_members = 1000000;
// OBJECT:FUNCTION:N. The kernel's names have at most 511 bytes (KSYM_NAME_LEN), its modules' 55 (MODULE_NAME_LEN), and a
// position 10 digits.
inline constexpr size_t k_longest_function = 511 + 55 + 10 + 2;

// Of a diagnostic's parts, in bytes. The longest that kpb makes itself is the end of a build's log.
inline constexpr size_t k_longest_place = 4200; // a path, and a line and a column
inline constexpr size_t k_longest_message = 16384;
inline constexpr size_t k_longest_hint = 2048;

} // namespace kpb

#endif
