// SPDX-License-Identifier: GPL-2.0-only
//
// One run of rpmbuild, in a directory of its own below the workspace, with everything fixed that
// could make its output depend on where and by whom it runs.
#ifndef KPB_PLUGIN_RPM_RPMBUILD_HPP
#define KPB_PLUGIN_RPM_RPMBUILD_HPP

#include "plan.hpp"

#include <string>

namespace kpb::rpm {

// Relative to the workspace.
std::string spec_path(const Plan& plan);
std::string built_path(const Plan& plan, std::string_view format);

// Builds what `plan` wants of srpm and rpm-build, from the spec at spec_path(). Ends the call with a
// diagnostic when rpmbuild is missing, fails, or succeeds without having made the file.
void run_rpmbuild(const sdk::Host& host, const sdk::Document& document, const Plan& plan,
                  const sdk::Sink& out);

} // namespace kpb::rpm

#endif
