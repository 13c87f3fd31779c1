// SPDX-License-Identifier: GPL-2.0-only
//
// How much several readers take of the same thing. What one of them accepts the next must not refuse, so these are
// said once; docs/limits.md lists them with those that belong to one reader.
#ifndef KPB_CORE_BASE_LIMITS_HPP
#define KPB_CORE_BASE_LIMITS_HPP

#include <cstddef>

namespace kpb {

// Functions of one module, and of all modules of a package; the largest cumulative patches have a few hundred.
inline constexpr size_t k_most_functions = 20000;
inline constexpr size_t k_longest_modules_conf = size_t{4} << 20U;
inline constexpr size_t k_longest_vermagic = 300;
// OBJECT:FUNCTION:N. The kernel's names have at most 511 bytes (KSYM_NAME_LEN), its modules' 55 (MODULE_NAME_LEN), and a
// position 10 digits.
inline constexpr size_t k_longest_function = 511 + 55 + 10 + 2;

} // namespace kpb

#endif
