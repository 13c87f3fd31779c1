// SPDX-License-Identifier: GPL-2.0-only
//
// How a kernel is written inside a package's name. Every vendor has a form of its own, and whether two
// packages are for one kernel has to be told from their names alone: a package that --supersedes or --on-top-of
// names is not at hand. A site's own names take one of these forms too.
#ifndef KPB_SDK_POLICY_KERNEL_FORMS_HPP
#define KPB_SDK_POLICY_KERNEL_FORMS_HPP

#include <kpb/policy/kernel_families.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kpb::policy {

// K' with '_' for '~', which no package's name may have: "5.14.0-362.8.1.el9_3+rt". For every kernel.
std::string standard_form(const KernelId& kernel);
// As Red Hat's kpatch-patch packages have it, K up to its dist tag, '.' -> '_', and "-VARIANT":
// "5_14_0-362_8_1-rt". "" for kernels without a dist tag.
std::string rhel_form(const KernelId& kernel);
// As SUSE's kernel-livepatch packages have it, K without its flavour, '.' -> '_', and "-FLAVOUR":
// "5_14_21-150400_22-default". "" for kernels that are not SUSE's.
std::string suse_form(const KernelId& kernel);

// Every form that somebody writes this kernel in.
std::vector<std::string> forms_of(const KernelId& kernel);
// Whether the package's name has this kernel in it: one of its forms, after a '-', at the name's end (or
// before another '-', when the form is the whole K or K').
bool names_kernel(std::string_view package, const KernelId& kernel);

} // namespace kpb::policy

#endif
