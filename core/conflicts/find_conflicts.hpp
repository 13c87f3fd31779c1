// SPDX-License-Identifier: GPL-2.0-only
//
// Which of several packages and modules cannot be together, and why (docs/relations.md). A pure function:
// the verdict on relations is the one that rpm and dnf give; beside it stands what no solver sees.
#ifndef KPB_CORE_CONFLICTS_FIND_CONFLICTS_HPP
#define KPB_CORE_CONFLICTS_FIND_CONFLICTS_HPP

#include "core/conflicts/subject.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// What a solver refuses.
namespace conflict {
inline constexpr const char* slot = "slot"; // one of the two replaces every other live patch
inline constexpr const char* function = "function";     // both patch it
inline constexpr const char* state = "state";           // both change that klp state
inline constexpr const char* version = "version";       // two versions of one package
inline constexpr const char* vendor = "vendor";         // kpatch-patch = K
inline constexpr const char* superseded = "superseded"; // one takes over from the other
inline constexpr const char* base = "base";      // it rides on another version of that package
inline constexpr const char* other = "relation"; // any other relation
// What none sees.
inline constexpr const char* module_name = "module-name"; // the kernel takes one module of a name
inline constexpr const char* same_name =
    "same-package"; // one name, version and release, two contents
inline constexpr const char* lost_functions =
    "lost-functions"; // the newer cumulative one lacks some
inline constexpr const char* other_kernel =
    "other-kernel"; // it takes over from one of another kernel
} // namespace conflict

struct Conflict {
  size_t first = 0; // indices of the subjects, first < second
  size_t second = 0;
  const char* kind = "";
  bool solver = false;            // rpm and dnf refuse the pair for this
  std::vector<std::string> words; // functions, capabilities or names, sorted
};

// By pair, then in the order of the kinds above. Time grows with the relations and with what is found.
std::vector<Conflict> find_conflicts(const std::vector<Subject>& subjects);

// One line for people.
std::string conflict_text(const Conflict& conflict, const std::vector<Subject>& subjects);

} // namespace kpb

#endif
