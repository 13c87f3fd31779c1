// SPDX-License-Identifier: GPL-2.0-only
//
// Reads Module.symvers: what the target's kernel and its modules export, with a CRC of each
// symbol's type.
#ifndef KPB_CORE_INSPECT_TARGET_SYMVERS_HPP
#define KPB_CORE_INSPECT_TARGET_SYMVERS_HPP

#include "core/diag/diagnostic.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kpb {

struct Export {
  uint32_t crc = 0;   // 0: the kernel was built without CRCs, or this symbol has none
  std::string module; // "vmlinux", or the module's path in the tree without suffix
  bool gpl_only = false;
  std::string name_space;

  bool from_kernel() const { return module == "vmlinux"; }
};

using Exports = std::map<std::string, Export, std::less<>>;

// If two exports have the same name, the kernel's own is kept. A line that is not understood is an
// error whose place is PATH:LINE.
std::optional<Exports> parse_symvers(std::string_view text, const std::string& path,
                                     DiagnosticSink& sink);

} // namespace kpb

#endif
