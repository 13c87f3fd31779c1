// SPDX-License-Identifier: GPL-2.0-only
//
// Writes modules.conf, and reads what was written with the reader of the runtime: a value that is
// more than the value of its line, or that the runtime would refuse, is found before the file exists.
#ifndef KPB_CORE_MODULES_CONF_WRITE_MODULES_CONF_HPP
#define KPB_CORE_MODULES_CONF_WRITE_MODULES_CONF_HPP

#include "core/modules_conf/read_modules_conf.hpp"

namespace kpb::modules_conf {

std::string print_modules_conf(const Package& package);

// Why that text, which is in a package or will be, does not say what is known of the package; nothing
// if it does.
std::optional<ConfError> why_not(std::string_view text, const Package& package);

} // namespace kpb::modules_conf

#endif
