// SPDX-License-Identifier: GPL-2.0-only
//
// Finds packages and modules that exclude each other, and why (docs/relations.md). A pure function:
// relations are judged as rpm and dnf judge them; conflicts that no solver sees are added.
#ifndef KPB_CORE_CONFLICTS_FIND_CONFLICTS_HPP
#define KPB_CORE_CONFLICTS_FIND_CONFLICTS_HPP

#include "core/conflicts/subject.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// Conflicts that a solver sees.
namespace conflict {
inline constexpr const char* slot = "slot"; // one of the two replaces all other live patches
inline constexpr const char* function = "function";     // both patch it
inline constexpr const char* state = "state";           // both change that klp state
inline constexpr const char* version = "version";       // two versions of one package
inline constexpr const char* vendor = "vendor";         // kpatch-patch = K
inline constexpr const char* superseded = "superseded"; // one takes over from the other
inline constexpr const char* base = "base";      // it is on top of another version of that package
inline constexpr const char* other = "relation"; // any other relation
// Conflicts that no solver sees.
inline constexpr const char* module_name = "module-name"; // only one can be loaded
inline constexpr const char* same_name =
    "same-package"; // same name, version and release, but different content
inline constexpr const char* lost_functions =
    "lost-functions"; // the newer cumulative patch lacks some functions
inline constexpr const char* other_kernel =
    "other-kernel"; // it takes over from a package of another kernel
} // namespace conflict

struct Conflict {
  size_t first = 0; // indices of the subjects, first < second
  size_t second = 0;
  const char* kind = "";
  bool solver = false;            // rpm and dnf refuse the pair because of this
  std::vector<std::string> words; // functions, capabilities or names, sorted
};

// Sorted by pair, then in the order of the kinds above. The time grows with the number of relations
// and results, not with the number of pairs.
std::vector<Conflict> find_conflicts(const std::vector<Subject>& subjects);

// One line for the user.
std::string conflict_text(const Conflict& conflict, const std::vector<Subject>& subjects);

} // namespace kpb

#endif
