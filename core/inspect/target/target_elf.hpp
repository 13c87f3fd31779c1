// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a vmlinux or a module of the target. Most of it is debug information, half a gigabyte, that
// stays on the disk: only tables and the requested sections are read, while ElfImage needs the
// whole file in memory. No place or size in the file is trusted.
#ifndef KPB_CORE_INSPECT_TARGET_TARGET_ELF_HPP
#define KPB_CORE_INSPECT_TARGET_TARGET_ELF_HPP

#include "core/inspect/input_errors.hpp"
#include "core/system/filesystem.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

enum class TargetKind { kernel, module };

struct TargetSymbol {
  std::string_view name; // at most 512 bytes of it: no kernel has longer names
  uint64_t address = 0;  // in a module: the offset in its section
  unsigned section = 0;  // its index, or a reserved number (SHN_*)
  unsigned type = 0;     // STT_*
  unsigned binding = 0;  // STB_*
  // Whether the symbol's section is part of the running image.
  bool loaded = false;
  // Whether that section is freed when the kernel, or the module, has started.
  bool init = false;
};

class TargetElf {
public:
  // Reports (with the file's path as the place) a file that cannot be read, is not an ELF file, is
  // damaged, or is something else than `kind`.
  static std::optional<TargetElf> open(FileSystem& files, const std::string& path, TargetKind kind,
                                       DiagnosticSink& sink);

  const std::string& path() const { return m_path; }
  TargetKind kind() const { return m_kind; }
  unsigned machine() const { return m_machine; }

  // Calls `take` for every symbol but the first, in the table's order. False, with an error, if the
  // symbol table is missing or damaged.
  bool each_symbol(const std::function<void(const TargetSymbol&)>& take,
                   DiagnosticSink& sink) const;
  // The bytes of the first section of that name, "" if there is none. A section larger than `limit`
  // is an error.
  std::optional<std::string> section(std::string_view name, uint64_t limit,
                                     DiagnosticSink& sink) const;

private:
  struct Section {
    std::string name;
    uint32_t type = 0;
    uint32_t link = 0;
    uint64_t flags = 0;
    uint64_t offset = 0;
    uint64_t size = 0;
    uint64_t entry_size = 0;
  };

  TargetElf(std::string path, TargetKind kind) : m_path(std::move(path)), m_kind(kind) {}
  bool read_header(DiagnosticSink& sink);
  bool read_sections(std::string_view table, uint64_t names_index, DiagnosticSink& sink);
  bool is_init(const Section& section) const;
  bool check_kind(unsigned type, DiagnosticSink& sink) const;
  std::optional<std::string> bytes(const Section& section, uint64_t limit, const char* part,
                                   DiagnosticSink& sink) const;
  uint64_t integer(std::string_view bytes) const;
  bool damaged(DiagnosticSink& sink, std::string what) const;
  bool unreadable(DiagnosticSink& sink, const SystemError& error) const;

  std::string m_path;
  TargetKind m_kind;
  std::unique_ptr<OpenFile> m_file;
  std::vector<Section> m_sections;
  unsigned m_machine = 0;
  bool m_big_endian = false;
};

} // namespace kpb

#endif
