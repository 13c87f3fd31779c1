// SPDX-License-Identifier: GPL-2.0-only
//
// How make is called, once: kpb's own build and the steps of a source package take the same words,
// so that both make the same bytes.
#ifndef KPB_PLUGINS_KBUILD_MAKE_COMMAND_HPP
#define KPB_PLUGINS_KBUILD_MAKE_COMMAND_HPP

#include "build_dir.hpp"

#include <kpb/sdk.hpp>

#include <string>
#include <vector>

namespace kpb::builders {

// For host.run(). `module_dir` is absolute and without symlinks.
std::vector<std::string> make_command(const BuildDir& dir, const std::string& module_dir,
                                      const sdk::Document& document);
std::vector<std::string> make_environment(const sdk::Document& document);

// The same as lines of POSIX shell, for a machine that is not known yet. `directory` is where the
// sources are, below the directory in which the lines run.
std::vector<std::string> shell_steps(const std::string& directory, const sdk::Document& document);

} // namespace kpb::builders

#endif
