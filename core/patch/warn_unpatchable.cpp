// SPDX-License-Identifier: GPL-2.0-only
//
// See warn_unpatchable.hpp. The builders' refusals are those of kpatch-build 0.9.10 and of
// klp-build in Linux 7.2.
#include "core/patch/warn_unpatchable.hpp"

#include "core/base/text.hpp"
#include "core/patch/init_functions.hpp"

#include <algorithm>
#include <map>

namespace kpb {

namespace {

struct Class {
  const char* code;
  const char* what; // "the patch changes 'FILE', WHAT"; "" for deleted files
  const char* why;
  const char* hint;
  bool taken; // whether some builder accepts such files and makes something of them
};

constexpr const char* k_leave_out = "leave the file out of the patch";
constexpr const char* k_rewrite = "change the C code that uses it instead, or leave the file out";

const Class k_lib{
    "unpatchable-lib", "a file of lib/",
    "kpatch-build and klp-build refuse it: most of lib/ is compiled without ftrace sites, which live patching needs",
    k_rewrite, false};
const Class k_assembly{
    "unpatchable-assembly", "an assembly file",
    "kpatch-build and klp-build refuse it: assembly has no ftrace sites, which live patching needs",
    k_rewrite, false};
const Class k_vdso{
    "unpatchable-vdso", "a file of the vDSO",
    "it is mapped into processes, which live patches cannot change; klp-build refuses it",
    k_leave_out, false};
const Class k_realmode{"unpatchable-realmode", "real-mode code",
                       "it runs before the kernel starts; klp-build refuses it", k_leave_out,
                       false};
const Class k_kconfig{"unpatchable-kconfig", "a Kconfig file",
                      "the module is built with the kernel's existing configuration", k_leave_out,
                      false};
const Class k_makefile{
    "unpatchable-makefile", "a Makefile",
    "it is build instructions, not code; no running kernel contains an object that it "
    "adds",
    "put new code into a file from which the kernel was built", false};
const Class k_documentation{"unpatchable-documentation", "documentation", "it is not compiled",
                            k_leave_out, false};
const Class k_deleted{"unpatchable-deleted", "",
                      "a live patch replaces functions and cannot remove any", k_leave_out, false};
const Class k_init{
    "unpatchable-init", "a function that is __init or __exit",
    "it has already run and is gone, or runs only when its module is unloaded, so a live "
    "patch cannot change its effect",
    "leave the hunk out, or change the result of the function's work from other code", false};
const Class k_uapi{
    "unpatchable-uapi", "an interface to programs (include/uapi)",
    "programs were compiled with the old interface, so a live patch must not change what "
    "they pass and receive",
    "check that sizes and values stay", true};

bool has_part(const std::string& path, std::initializer_list<const char*> parts) {
  const std::string framed = "/" + path;
  return std::any_of(parts.begin(), parts.end(), [&framed](const char* part) {
    return framed.find(std::string("/") + part + "/") != std::string::npos;
  });
}

// Goes by name and kind; null for code.
const Class* class_of(const PatchedFile& file) {
  const std::string& path = file.path();
  const std::string name = base_name(path);
  if (path.starts_with("Documentation/") || name.ends_with(".rst") || name == "MAINTAINERS" ||
      name == "CREDITS")
    return &k_documentation;
  if (name.starts_with("Kconfig"))
    return &k_kconfig;
  if (name.starts_with("Makefile") || name.starts_with("Kbuild"))
    return &k_makefile;
  if (name.ends_with(".S"))
    return &k_assembly;
  if (path.starts_with("lib/"))
    return &k_lib;
  if (has_part(path, {"vdso", "vdso32", "vdso64"}))
    return &k_vdso;
  if (has_part(path, {"realmode/rm"}))
    return &k_realmode;
  if (file.kind == PatchedFile::Kind::remove)
    return &k_deleted;
  if (has_part(path, {"include/uapi"}))
    return &k_uapi;
  return nullptr;
}

struct Found {
  std::string where; // of the first such file
  std::string path;
  size_t count = 0;
};

} // namespace

bool warn_unpatchable(const std::vector<Patch>& patches, DiagnosticSink& sink) {
  // In the order of the patches.
  std::vector<std::pair<const Class*, Found>> found;
  bool hopeful = false; // something is left that a builder can use
  const auto add = [&found](const Class& kind, const std::string& where, const std::string& path) {
    auto at = std::find_if(found.begin(), found.end(),
                           [&kind](const auto& entry) { return entry.first == &kind; });
    if (at == found.end())
      at = found.insert(at, {&kind, {where, path, 0}});
    ++at->second.count;
  };
  for (const Patch& patch : patches)
    for (const PatchedFile& file : patch.files) {
      if (const Class* kind = class_of(file)) {
        add(*kind, patch.where(file.line), file.path());
        hopeful = hopeful || kind->taken;
        continue;
      }
      bool told = false;
      for (const Hunk& hunk : file.hunks) {
        const InitChange change = find_init_change(hunk);
        hopeful = hopeful || !change.all;
        if (change.any && !told)
          add(k_init, patch.where(change.line), file.path());
        told = told || change.any;
      }
    }
  for (const auto& [kind, first] : found) {
    const std::string more =
        first.count > 1 ? " and " + std::to_string(first.count - 1) + " more" : "";
    const std::string named = shown(first.path) + more;
    const std::string what = kind == &k_deleted ? "the patch deletes " + named
                             : kind == &k_init
                                 ? std::string("the patch changes ") + kind->what + ", in " + named
                                 : "the patch changes " + named + ", " + kind->what;
    warn(sink, {.code = kind->code,
                .where = first.where,
                .what = what,
                .why = kind->why,
                .hint = kind->hint});
  }
  if (hopeful || found.empty())
    return true;
  return fail(sink, {.fault = Fault::input,
                     .code = "patch-nothing-patchable",
                     .where = found[0].second.where,
                     .what = "no live patch can be made from this patch",
                     .why = "it changes nothing that a builder can use",
                     .hint = "the warnings above say what it changes"});
}

} // namespace kpb
