// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a live-patch module with elfutils' libelf. See elf_module.cpp for the two on-disk forms.
#ifndef KPB_CORE_INSPECT_ELF_MODULE_HPP
#define KPB_CORE_INSPECT_ELF_MODULE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kpb {

// Larger files are refused before they are read: a real module is below 100 MiB even with debug info.
inline constexpr uint64_t k_max_module_size = 512ULL * 1024 * 1024;

// Reads `image`, a whole file's bytes, in time and memory proportional to its size whatever it
// holds. On anything that is no kernel module or is damaged: one error (Fault::input) whose `where`
// is `shown_path`, and nullopt. A module of another architecture or without livepatch=Y is read all
// the same; judging is the gates' work (gates.hpp).
std::optional<ModuleFacts> read_module(std::string_view image, const std::string& shown_path,
                                       DiagnosticSink& sink);

} // namespace kpb

#endif
