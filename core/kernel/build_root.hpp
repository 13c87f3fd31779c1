// SPDX-License-Identifier: GPL-2.0-only
//
// The root directory that builders run in ("" is the host's own): which programs it has, how its compiler names
// itself, and a digest that identifies everything installed in it.
#ifndef KPB_CORE_KERNEL_BUILD_ROOT_HPP
#define KPB_CORE_KERNEL_BUILD_ROOT_HPP

#include "core/kernel/prepared_kernel.hpp"
#include "core/run/context.hpp"
#include "core/system/believe.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

// The path inside the root ("/usr/bin/gcc") of a program that can be run there. Symlinks are followed
// as the root sees them.
std::optional<std::string> find_program(FileSystem& files, const std::string& root,
                                        const std::string& name);
// Those of `programs` that are not in the root.
std::vector<std::string> missing_programs(FileSystem& files, const std::string& root,
                                          const std::vector<std::string>& programs);
// Reports them (environment error "root-tools"), with how to get them.
bool check_programs(FileSystem& files, const std::string& root,
                    const std::vector<std::string>& programs, const std::string& for_what,
                    DiagnosticSink& sink);

// What a compiler writes into .comment: "GCC: (Debian 14.2.0-19) 14.2.0". `run` runs a program of the
// root, given by its path there. An error says why that did not work.
using RunInRoot = std::function<Result<Outcome>(const std::vector<std::string>& arguments)>;
tl::expected<std::string, std::string> compiler_comment(const RunInRoot& run,
                                                        const std::string& compiler);
// Runs on the host, or by chroot in the root (which takes root's rights).
RunInRoot run_in_root(const RunContext& context, const std::string& root);

// Identifies what is installed in a root: SHA-256 over the package database of dpkg or rpm and the compiler's
// comment. The host's own database changes with every installed package, so for the host the comment alone is
// taken. "" (reported) when the root has no such database.
std::string root_identity(const RunContext& context, const std::string& root,
                          const std::string& compiler_comment);

// Whether the root of a prepared kernel is unchanged since the kernel was added. Otherwise a patch would be compiled
// by another compiler than the original. Environment error "kernel-root-changed".
bool check_root(const RunContext& context, const PreparedKernel& kernel);
// Of a root that somebody else can change.
Believed unsafe_root(const std::string& root);

} // namespace kpb

#endif
