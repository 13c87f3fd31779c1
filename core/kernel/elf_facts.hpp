// SPDX-License-Identifier: GPL-2.0-only
//
// What a debug vmlinux (or a module) says of itself, read section by section out of the file: it may be
// a gigabyte, and it may be anything at all.
#ifndef KPB_CORE_KERNEL_ELF_FACTS_HPP
#define KPB_CORE_KERNEL_ELF_FACTS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/system/filesystem.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

struct ElfFacts {
  unsigned e_machine = 0;
  std::string machine; // canonical; "" for one that kpb does not know
  bool relocatable = false;
  std::string build_id;               // hex; "" where there is none
  std::vector<std::string> compilers; // the strings of .comment, each once, in order
  bool debug_info = false;            // .debug_info with something in it
  bool symbols = false;
  std::string release;  // of the banner "Linux version RELEASE (..."; "" where there is none
  std::string vermagic; // the first word of a module's; "" in others

  // The compiler's string that builders go by: kpatch-build takes the first line with GCC:.
  std::string compiler() const;
};

// Nothing (reported as an input error with that code at `where`) for a file that is no whole ELF file.
std::optional<ElfFacts> read_elf_facts(const OpenFile& file, const std::string& code,
                                       const std::string& where, DiagnosticSink& sink);

} // namespace kpb

#endif
