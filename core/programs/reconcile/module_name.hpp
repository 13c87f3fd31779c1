// SPDX-License-Identifier: GPL-2.0-only
//
// A module's own name, which the kernel uses. It need not be that of the file: files that no
// modules.conf lists can have any name.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_MODULE_NAME_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_MODULE_NAME_HPP

#include <string>
#include <string_view>

namespace kpb::runtime {

// `file` is the content of a .ko for this machine (64 bits, native byte order). The name is in
// .gnu.linkonce.this_module, where every kernel reads it (kernel/module/main.c, struct module). ""
// if there is no valid name.
std::string module_name_in(std::string_view file);

} // namespace kpb::runtime

#endif
