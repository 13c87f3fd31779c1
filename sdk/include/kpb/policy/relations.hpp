// SPDX-License-Identifier: GPL-2.0-only
//
// The relations of a live-patch package, which keep packages apart whose modules would switch each other off. A
// pure function from facts to relations: the policies hand it the facts of the document, kpb's dependency
// generator for RPM those of a module's file. docs/relations.md is the scheme, with the reason for each line.
#ifndef KPB_SDK_POLICY_RELATIONS_HPP
#define KPB_SDK_POLICY_RELATIONS_HPP

#include <kpb/policy/kernel_families.hpp>
#include <kpb/policy/tokens.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kpb::policy {

using views::Member;
using views::Relation;

// How other programs than rpm, dnf and apt find the package. SUSE's tools go by the package's name alone, so that
// its packages are standard here.
enum class Scheme {
  standard,
  rhel, // provides kpatch-patch = K, which dnf and kpatch-dnf look for; kpatch loads the module
};

enum class PackageKind {
  live_patch,
  subscription, // the empty package of a kernel, found as rhel's packages are
  metapackage,  // of several kernels: requires each one's patch where that kernel is installed
};

// What `--set` says of relations; docs/relations.md has the table.
struct RelationSettings {
  std::optional<std::string> runtime;         // "none": nothing; absent: as the scheme has it
  std::optional<std::string> kernel_requires; // "NAME [OP VERSION]" or "none"; absent: the family's
  bool vendor_conflict = true;
};

// All that the relations of a package follow from. facts_of() (facts.hpp) reads them from a document.
struct Facts {
  Scheme scheme = Scheme::standard;
  PackageKind kind = PackageKind::live_patch;
  KernelId kernel; // kernel_of(K), and the version of its package where that is known
  // The package.
  std::string name;    // NAME
  std::string stem;    // P; "": no kpatch-module(P)
  std::string epoch;   // "" where none is set
  std::string version; // V
  std::string release; // R
  // The module, of a live patch.
  std::optional<bool> replace;
  std::vector<Function> functions;
  // Which functions a source package patches may be known only when it is built; whoever builds it (the RPM
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
inline constexpr const char* kernel = "kernel";         // what the kernel's package provides
inline constexpr const char* slot = "slot";             // replaces every other
inline constexpr const char* stack = "stack";           // is added to others
inline constexpr const char* vendor = "vendor";         // kpatch-patch = K
inline constexpr const char* function = "function";     // kpatch-func(K/fn)
inline constexpr const char* state = "state";           // kpatch-state(K/ID)
inline constexpr const char* base = "base";             // --on-top-of
inline constexpr const char* superseded = "superseded"; // --supersedes
inline constexpr const char* member = "member";         // of a metapackage
} // namespace role

// The relations in the order of docs/relations.md, each once. Refused are: a module of which it is not known whether
// it replaces others, a stacked one whose functions are not known, more functions than a package may have, names
// that no relation can carry, settings that cannot be, and packages of other kernels to take over from or to ride
// on. The first of these is the Error.
sdk::Result<std::vector<Relation>> relations_of(const Facts& facts);

// "E:V-R" or "V-R".
std::string evr_of(const Facts& facts);
using views::text_of;

} // namespace kpb::policy

#endif
