// SPDX-License-Identifier: GPL-2.0-only
//
// The types of modules.conf under the names that the runtime uses.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_PACKAGE_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_PACKAGE_HPP

#include "core/modules_conf/read_modules_conf.hpp"

namespace kpb::runtime {

using modules_conf::kernel_of;
using modules_conf::Module;
using modules_conf::Package;
using modules_conf::parse_modules_conf;
using modules_conf::PatchedObject;
using modules_conf::Replace;

} // namespace kpb::runtime

#endif
