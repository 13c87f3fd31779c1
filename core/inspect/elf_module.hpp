// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a live-patch module with elfutils' libelf. patched_functions.cpp describes the two forms of
// builders' metadata.
#ifndef KPB_CORE_INSPECT_ELF_MODULE_HPP
#define KPB_CORE_INSPECT_ELF_MODULE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"
#include <kpb/sdk/limits.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kpb {

// Larger files are refused unread.
inline constexpr uint64_t k_max_module_size = k_largest_module;

// Reads `image`, the bytes of a whole file, in time and memory proportional to its size whatever it
// contains. If it is damaged or not a kernel module, reports one error (Fault::input) with
// `shown_path` as its place, and returns nullopt. A module for another architecture or without
// livepatch=Y is read as well; judging it is up to the gates (gates.hpp).
std::optional<ModuleFacts> read_module(std::string_view image, const std::string& shown_path,
                                       DiagnosticSink& sink);

} // namespace kpb

#endif
