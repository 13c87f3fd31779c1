// SPDX-License-Identifier: GPL-2.0-only
//
// The two calls of a policy that gives packages the scheme's relations; the policy adds its names.
#ifndef KPB_SDK_POLICY_PACKAGE_HPP
#define KPB_SDK_POLICY_PACKAGE_HPP

#include <kpb/policy/settings.hpp>

#include <kpb/sdk.hpp>

#include <string>

namespace kpb::policy {

// What a policy calls things.
struct Names {
  std::string package;
  std::string file; // of the module, "NAME.ko"; not looked at where there is none
};

// In name(): sets the package's name, the module's file name and its directory, INSTALL-DIR/K. Throws Error for
// what put_contents() would refuse after an hour of building, as far as it is known before; and warns of a SUSE
// kernel whose package the relations cannot name.
//
// The package's name should end in the kernel, in one of the forms of kernel_forms.hpp: without the kernel an
// ordinary upgrade installs the next kernel's package and takes the patch from the running one, and
// --supersedes and --on-top-of know a package's kernel by its name.
void put_names(const sdk::Document& document, const sdk::Sink& out, const Names& names,
               const PolicySettings& settings, Scheme scheme = Scheme::standard);

// In describe(): sets the texts (contents.hpp), lists the files and appends the relations, but for files and
// relations that a policy before this one listed. Throws Error where relations_of() refuses.
void put_contents(const sdk::Document& document, const sdk::Sink& out,
                  const PolicySettings& settings, Scheme scheme = Scheme::standard);

// "kpatch-patches-P": no vendor has a name for the package that brings the patches of several kernels.
std::string metapackage_name(const sdk::Document& document);

} // namespace kpb::policy

#endif
