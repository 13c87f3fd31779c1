// SPDX-License-Identifier: GPL-2.0-only
//
// Standard output belongs to the command's result: a JSON document, a spec. A plugin that prints
// would spoil it, so before any plugin is loaded, descriptor 1 is moved away, and what plugins
// print goes to standard error.
#ifndef KPB_CORE_CLI_STANDARD_OUTPUT_HPP
#define KPB_CORE_CLI_STANDARD_OUTPUT_HPP

namespace kpb {

// Call once, at the start of the program.
void set_standard_output_aside();
// The descriptor of the real standard output.
int standard_output();

} // namespace kpb

#endif
