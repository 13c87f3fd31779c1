// SPDX-License-Identifier: GPL-2.0-only
//
// What the builders of diffs cannot do, by their versions: one table for kpb, which refuses a kernel before an hour
// is spent on it, and for the builders' plugins, which say of a failed build whether a newer builder would help.
//
// The versions are those of kpatch's tags that contain the change, and of Linux, whose tree has klp-build. The table
// in docs/building-patches.md is this one for readers.
#ifndef KPB_SDK_BUILDER_LIMITS_HPP
#define KPB_SDK_BUILDER_LIMITS_HPP

#include "text.hpp"

#include <algorithm>
#include <string_view>

namespace kpb {

struct BuilderLimit {
  std::string_view builder;
  std::string_view name; // of a table's limit: the section
  std::string_view
      fixed_in; // the builder's first version without the limit; "" where none is released
  std::string_view kernel; // the first Linux that needs it; "" where something else tells
  std::string_view
      option; // with this CONFIG_ option set nothing can be built; "" where no option tells
  std::string_view unless; // but not where this one is set too
  std::string_view what;   // what it cannot do; goes after "cannot"
};

inline constexpr BuilderLimit k_builder_limits[] = {
    // What no version can do, and the configuration tells.
    {"kpatch-build", "ibt", "", "", "X86_KERNEL_IBT", "",
     "build for a kernel with indirect branch tracking"},
    {"kpatch-build", "lto", "", "", "LTO_CLANG", "",
     "compare objects that are LLVM bitcode, as clang's link-time optimisation makes them"},
    {"kpatch-build", "split-debug", "", "", "DEBUG_INFO_SPLIT", "", "read split debug information"},
    {"kpatch-build", "latent-entropy", "", "", "GCC_PLUGIN_LATENT_ENTROPY", "",
     "compare code that is different each time that it is compiled"},
    {"kpatch-build", "randstruct", "", "", "GCC_PLUGIN_RANDSTRUCT", "",
     "compare structures that are different each time that they are compiled"},
    {"kpatch-build", "expoline", "", "", "EXPOLINE", "EXPOLINE_EXTERN",
     "build for s390x where expolines are in each object"},
    {"klp-build", "latent-entropy", "", "", "GCC_PLUGIN_LATENT_ENTROPY", "",
     "compare code that is different each time that it is compiled"},
    {"klp-build", "randstruct", "", "", "GCC_PLUGIN_RANDSTRUCT", "",
     "compare structures that are different each time that they are compiled"},
    {"klp-build", "dead-code", "", "", "LD_DEAD_CODE_DATA_ELIMINATION", "",
     "compare a kernel from which the linker removes what is not used"},

    // What newer versions can do.
    {"kpatch-build", ".smp_locks", "0.1.0", "", "", "", "rebuild the table of lock prefixes"},
    {"kpatch-build", ".parainstructions", "0.1.0", "", "", "",
     "rebuild the table of paravirtual calls"},
    {"kpatch-build", "local-functions", "0.4.0", "", "", "",
     "tell static functions of one name apart"},
    {"kpatch-build", "compiler-labels", "0.5.0", "", "", "",
     "tell a compiler's labels (.LC39) from variables"},
    {"kpatch-build", ".orc_unwind", "0.6.1", "4.14", "", "",
     "rebuild the tables of the ORC unwinder"},
    {"kpatch-build", "output-cmd", "0.9.2", "5.8", "", "",
     "make the file .output.o.cmd, which modpost wants"},
    {"kpatch-build", ".static_call_sites", "0.9.3", "5.10", "", "",
     "rebuild the table of static calls"},
    {"kpatch-build", ".retpoline_sites", "0.9.6", "5.16", "", "",
     "rebuild the table of indirect calls"},
    {"kpatch-build", ".return_sites", "0.9.7", "5.19", "", "", "rebuild the table of returns"},
    {"kpatch-build", "section-symbols", "0.9.7", "", "", "",
     "read objects without section symbols, as binutils 2.36 makes them"},
    {"kpatch-build", ".call_sites", "0.9.9", "6.2", "", "", "rebuild the table of calls"},
    {"kpatch-build", "padding", "0.9.9", "6.2", "", "",
     "read functions with padding before them (CONFIG_CALL_PADDING)"},
    {"kpatch-build", "version-timestamp", "0.9.9", "6.1", "", "",
     "leave out init/version-timestamp.o, which each link makes anew"},
    {"kpatch-build", "paravirt", "0.9.10", "6.8", "", "",
     "do without struct paravirt_patch_site (RHEL's 5.14.0-582.el9 and newer: 0.9.11)"},
    {"kpatch-build", "orphan-sections", "0.9.10", "", "", "",
     "link a kernel whose linker refuses unknown sections (CONFIG_LD_ORPHAN_WARN_LEVEL=\"error\")"},
    {"kpatch-build", "external-modules", "0.9.10", "6.13", "", "",
     "build a module in the way that kbuild does it from Linux 6.13 on"},
    {"kpatch-build", "ftrace-order", "0.9.11", "", "", "",
     "join its ftrace sites with those of gcc before 13.1 and binutils before 2.36"},
    {"kpatch-build", "ppc64le-ftrace", "0.9.11", "6.13", "", "",
     "read ppc64le's ftrace sites that are out of line"},
    {"kpatch-build", "local-symbols", "", "6.18", "", "",
     "find files with exported symbols in vmlinux (symbols that are only in the objects)"},
};

// The row of that name; null if there is none.
inline const BuilderLimit* find_limit(std::string_view builder, std::string_view name) {
  for (const BuilderLimit& limit : k_builder_limits)
    if (limit.builder == builder && limit.name == name)
      return &limit;
  return nullptr;
}

// The first row of the builder whose option is set; `is_set` is asked "LTO_CLANG". Null if there is none.
template <class IsSet> const BuilderLimit* refused_option(std::string_view builder, IsSet is_set) {
  for (const BuilderLimit& limit : k_builder_limits)
    if (limit.builder == builder && !limit.option.empty() && is_set(limit.option) &&
        (limit.unless.empty() || !is_set(limit.unless)))
      return &limit;
  return nullptr;
}

// Whether a version ("0.9.11", "6.18.2-1-default") is at least the other: its leading numbers count.
inline bool is_at_least(std::string_view version, std::string_view other) {
  const auto take = [](std::string_view& text) {
    const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    unsigned value = 0;
    for (const char c : text.substr(0, std::min<size_t>(end, 9)))
      value = value * 10 + static_cast<unsigned>(c - '0');
    text.remove_prefix(end);
    if (!text.empty() && text.front() == '.')
      text.remove_prefix(1);
    else
      text = {};
    return value;
  };
  while (!version.empty() || !other.empty()) {
    const unsigned mine = take(version);
    const unsigned its = take(other);
    if (mine != its)
      return mine > its;
  }
  return true;
}

// Whether this version is known to have the limit for that kernel. What is no version is not known to have it.
inline bool has_limit(const BuilderLimit& limit, std::string_view version,
                      std::string_view kernel) {
  const auto is_known = [](std::string_view text) {
    return !text.empty() && is_digit(text.front());
  };
  return is_known(version) && is_known(kernel) && !limit.kernel.empty() &&
         is_at_least(kernel, limit.kernel) &&
         (limit.fixed_in.empty() || !is_at_least(version, limit.fixed_in));
}

} // namespace kpb

#endif
