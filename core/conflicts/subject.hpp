// SPDX-License-Identifier: GPL-2.0-only
//
// What `kpb conflicts` compares: a package or a bare module, as its file describes itself.
#ifndef KPB_CORE_CONFLICTS_SUBJECT_HPP
#define KPB_CORE_CONFLICTS_SUBJECT_HPP

#include <kpb/sdk/views.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kpb {

struct SubjectModule {
  std::string name;   // as the kernel lists it: with '_' instead of '-'
  std::string kernel; // uname -r
  std::string sha256;
};

struct Subject {
  std::string file;    // as the user named it
  std::string package; // its name; "" for a bare module
  std::string evr;     // "[EPOCH:]VERSION-RELEASE"
  std::string arch;
  std::string format; // "rpm", "deb" or "module"
  std::string sha256; // of everything that it installs
  std::string kernel; // uname -r; "" if the file does not say (a metapackage)
  std::optional<bool> replace;
  std::set<std::string> functions; // "OBJECT:FUNCTION:N"
  std::vector<SubjectModule> modules;
  // In rpm's form; a deb's are those of the document that it was made from.
  std::vector<views::Relation> relations;
};

} // namespace kpb

#endif
