// SPDX-License-Identifier: GPL-2.0-only
//
// Standard output belongs to the command: a JSON document, a spec. A plugin that prints would spoil it, so
// descriptor 1 is put aside before any plugin is loaded, and what plugins print goes to standard error.
#ifndef KPB_CORE_CLI_STANDARD_OUTPUT_HPP
#define KPB_CORE_CLI_STANDARD_OUTPUT_HPP

namespace kpb {

// Once, at the start of the program.
void set_standard_output_aside();
// The descriptor to write to.
int standard_output();

} // namespace kpb

#endif
