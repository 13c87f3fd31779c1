// SPDX-License-Identifier: GPL-2.0-only
//
// A module's own name, which is the kernel's and not the file's: files that no modules.conf names may be called
// anything.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_MODULE_NAME_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_MODULE_NAME_HPP

#include <string>
#include <string_view>

namespace kpb::runtime {

// `file` is the content of a .ko of this machine's own kind (64 bits, native byte order). The name lies in
// .gnu.linkonce.this_module, where every kernel takes it from (kernel/module/main.c, struct module). "" where there
// is none that a module can have.
std::string module_name_in(std::string_view file);

} // namespace kpb::runtime

#endif
