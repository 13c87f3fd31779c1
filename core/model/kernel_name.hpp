// SPDX-License-Identifier: GPL-2.0-only
//
// Kernel names. The key of everything is `uname -r`, because that is the directory kpatch looks
// into; users type it with or without the architecture. How the two meet is here; the families of
// kernels, and what each of them provides, are in sdk/include/kpb/policy/kernel_families.hpp.
#ifndef KPB_CORE_MODEL_KERNEL_NAME_HPP
#define KPB_CORE_MODEL_KERNEL_NAME_HPP

#include "core/diag/diagnostic.hpp"

#include <optional>
#include <string>

namespace kpb {

struct KernelName {
  std::string release;              // K, what `uname -r` prints
  std::string release_without_arch; // K'
  std::string arch;                 // canonical
  std::string family;               // "el", "fc", "uek", "amzn", "oe", "an", "oc", "suse", or ""
  std::string devel_requires;       // RPM requirement for its build tree; "" where unknown

  bool operator==(const KernelName&) const = default;
};

// `release` as the user typed it (or as `uname -r` gave it), `arch` as typed or "", `machine_arch`
// what to fall back on. Refusals are input errors: characters outside [A-Za-z0-9._+~-], more than 64
// of them, "..", an unknown architecture, two architectures that contradict each other.
std::optional<KernelName> parse_kernel_name(const std::string& release, const std::string& arch,
                                            const std::string& machine_arch, DiagnosticSink& sink);

} // namespace kpb

#endif
