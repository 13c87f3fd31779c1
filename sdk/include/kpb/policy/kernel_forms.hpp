// SPDX-License-Identifier: GPL-2.0-only
//
// How a kernel is written inside a package's name. Every vendor has a form of its own, and whether two
// packages are for one kernel has to be told from their names alone: a package that is to be taken over
// or ridden on is not at hand.
#ifndef KPB_SDK_POLICY_KERNEL_FORMS_HPP
#define KPB_SDK_POLICY_KERNEL_FORMS_HPP

#include <kpb/policy/kernel_families.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kpb::policy {

// K' with '_' for '~', which no package's name may have: "5.14.0-362.8.1.el9_3+rt".
std::string standard_form(const KernelId& kernel);
// K up to its dist tag, '.' -> '_', "-VARIANT" behind it: "5_14_0-362_8_1-rt". "" without a dist tag.
std::string rhel_form(const KernelId& kernel);
// K without its flavour, '.' -> '_', "-FLAVOUR" behind it: "5_14_21-150400_22-default". "" for others.
std::string suse_form(const KernelId& kernel);

// Every form that somebody writes this kernel in.
std::vector<std::string> forms_of(const KernelId& kernel);
// Whether the package's name has this kernel in it: one of its forms, after a '-', at the name's end (or
// before another '-', when the form is the whole K or K').
bool names_kernel(std::string_view package, const KernelId& kernel);

} // namespace kpb::policy

#endif
