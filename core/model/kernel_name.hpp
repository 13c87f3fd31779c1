// SPDX-License-Identifier: GPL-2.0-only
//
// Kernel names. Everything is keyed by `uname -r`, because kpatch looks into the directory of that
// name, but users type it with or without the architecture. Here the two forms are brought
// together. The families of kernels, and what each of them provides, are in
// sdk/include/kpb/policy/kernel_families.hpp.
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
  std::string devel_requires;       // RPM requirement for its build tree; "" if unknown

  bool operator==(const KernelName&) const = default;
};

// `release` is what the user typed (or what `uname -r` printed), `arch` is what the user typed or
// "", and `machine_arch` is used if neither says it. Refusals are input errors: characters outside
// [A-Za-z0-9._+~-], more than 64 of them, "..", an unknown architecture, or two architectures that
// contradict each other.
std::optional<KernelName> parse_kernel_name(const std::string& release, const std::string& arch,
                                            const std::string& machine_arch, DiagnosticSink& sink);

// Whether the release itself says its architecture: "...el9.x86_64", "...-cloud-amd64".
bool names_arch(const std::string& release);

} // namespace kpb

#endif
