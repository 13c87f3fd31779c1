// SPDX-License-Identifier: GPL-2.0-only
//
// See tree_filter.hpp. Names and suffixes are those of the kernel's own .gitignore, so no source has them. ELF files
// are recognised by their content (tree_writer.cpp).
#include "core/kernel/tree_filter.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <iterator>

namespace kpb {

namespace {

constexpr std::string_view k_directories[] = {
    ".git",
    "klp-tmp",           // klp-build's
    "include/config",    // what syncconfig makes
    "include/generated", // also arch/*/include/generated, below
};

// Anywhere in the tree. Mind the sources vmlinux.lds.S, Makefile.modpost and link-vmlinux.sh.
constexpr std::string_view k_names[] = {
    "vmlinux",
    "vmlinux.o",
    "vmlinux.a",
    "vmlinux.map",
    "vmlinux.bin",
    "vmlinux.elf",
    "vmlinux.symvers",
    "vmlinux.unstripped",
    "vmlinux.relocs",
    "vmlinux.export.c",
    "Module.symvers",
    "modules.order",
    "modules-only.symvers",
    "modules.builtin",
    "modules.builtin.modinfo",
    "modules.builtin.ranges",
    "System.map",
    ".config",
    ".config.old",
    ".version",
    ".scmversion",
    "built-in.a",
    "built-in.o",
    "signing_key.pem",
    "signing_key.priv",
    "signing_key.x509",
    "signing_key.der",
    "bzImage",
    "cscope.out",
    "tags",
    "TAGS",
};

// Not .bc, though git ignores it: kernel/time/timeconst.bc is a source.
constexpr std::string_view k_suffixes[] = {
    ".o",        ".ko",     ".a",      ".mod",         ".mod.c", ".so",    ".so.dbg", ".s",
    ".i",        ".lst",    ".gcno",   ".gcda",        ".dwo",   ".su",    ".dtb",    ".ll",
    ".symtypes", ".asn1.c", ".asn1.h", ".symversions", ".rmeta", ".order",
};

bool is_key_of_certs(std::string_view path) {
  return path.starts_with("certs/") &&
         (path.ends_with(".pem") || path.ends_with(".x509") || path.ends_with(".priv") ||
          path.ends_with(".key") || path.ends_with(".der"));
}

// "arch/x86/include/generated"
bool is_generated_of_arch(const std::vector<std::string>& parts) {
  return parts.size() >= 4 && parts[0] == "arch" && parts[2] == "include" &&
         parts[3] == "generated";
}

} // namespace

bool is_build_directory(std::string_view path) {
  const auto parts = split(path, '/');
  return std::find(parts.begin(), parts.end(), ".git") != parts.end() ||
         is_generated_of_arch(parts) ||
         std::any_of(std::begin(k_directories), std::end(k_directories),
                     [&](std::string_view directory) {
                       return path == directory || path.starts_with(std::string(directory) + "/");
                     });
}

bool is_build_product(std::string_view path) {
  const std::string name = base_name(path);
  if (is_build_directory(path) || is_key_of_certs(path))
    return true;
  if (std::find(std::begin(k_names), std::end(k_names), name) != std::end(k_names) ||
      name.starts_with(".tmp_") || (name.starts_with(".") && name.ends_with(".cmd")))
    return true;
  return std::any_of(std::begin(k_suffixes), std::end(k_suffixes),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

bool stays_inside(std::string_view path, std::string_view target) {
  if (target.empty() || target[0] == '/')
    return false;
  size_t depth = static_cast<size_t>(std::count(path.begin(), path.end(), '/'));
  bool descending = false;
  for (const auto& part : split(target, '/')) {
    if (part == "..") {
      if (descending || depth == 0)
        return false;
      --depth;
    } else if (!part.empty() && part != ".") {
      descending = true;
    }
  }
  return true;
}

} // namespace kpb
