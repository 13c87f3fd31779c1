// SPDX-License-Identifier: GPL-2.0-only
//
// What live-patch packages say to each other, so that no two that would switch each other off are
// installed together (docs/relations.md). A pure function from facts to relations; the policies hand it
// the facts of the document, the dependency generator those of a file.
#ifndef KPB_SDK_POLICY_RELATIONS_HPP
#define KPB_SDK_POLICY_RELATIONS_HPP

#include <kpb/policy/kernel_families.hpp>
#include <kpb/policy/tokens.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kpb::policy {

// Which vendor's habits the package keeps.
enum class Form {
  standard,
  rhel, // kpatch-patch = K, for dnf and kpatch-dnf; the runtime is kpatch
  suse,
  subscription, // rhel's empty package of a kernel: holds no module
  metapackage,  // of several kernels: requires each one's patch where that kernel is installed
};

struct RelationSettings {
  std::optional<std::string> runtime;         // "none": nothing; absent: as the form has it
  std::optional<std::string> kernel_requires; // "NAME [OP VERSION]" or "none"; absent: the family's
  bool vendor_conflict = true;
};

using views::Member;
using views::Relation;

struct Facts {
  Form form = Form::standard;
  KernelId kernel; // kernel_of(K), and the package's version where it is known
  // The package.
  std::string name;    // NAME
  std::string stem;    // P; "": no kpatch-module(P)
  std::string epoch;   // "" where none is set
  std::string version; // V
  std::string release; // R
  // The module; not looked at for packages that hold none.
  std::optional<bool> replace;
  std::vector<Function> functions;
  // The functions of a source package may be known only when it is built; whoever builds it (the RPM
  // dependency generator) adds their lines.
  bool functions_follow = false;
  std::vector<std::string> states; // ids of klp states, decimal
  // What was asked for.
  std::optional<Exact> on_top_of;
  std::vector<Exact> supersedes;
  std::vector<Member> members; // of a metapackage
  RelationSettings settings;
};

// Why a relation is there, for programs. `because` says it for people.
namespace role {
inline constexpr const char* identity = "identity";     // kpatch-module(P), kpatch-patch(K)
inline constexpr const char* version = "version";       // one version at a time
inline constexpr const char* runtime = "runtime";       // who loads it
inline constexpr const char* kernel = "kernel";         // whose package the kernel is
inline constexpr const char* slot = "slot";             // replaces every other
inline constexpr const char* stack = "stack";           // is added to others
inline constexpr const char* vendor = "vendor";         // kpatch-patch = K
inline constexpr const char* function = "function";     // kpatch-func(K/fn)
inline constexpr const char* state = "state";           // kpatch-state(K/ID)
inline constexpr const char* base = "base";             // --on-top-of
inline constexpr const char* superseded = "superseded"; // --supersedes
inline constexpr const char* member = "member";         // of a metapackage
} // namespace role

// In the order of docs/relations.md, each once. A stacked module without functions, more functions than a
// package may have, names that no token can carry, packages of other kernels: refused with the first such
// problem.
Result<std::vector<Relation>> relations_of(const Facts& facts);

// "E:V-R" or "V-R".
std::string evr_of(const Facts& facts);
using views::text_of;

} // namespace kpb::policy

#endif
