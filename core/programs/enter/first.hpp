// SPDX-License-Identifier: GPL-2.0-only
//
// The first process of a confinement: what bubblewrap leaves to the program that it runs. It bounds the number of
// processes and other resources, leaves the caller's keys behind, forbids system calls that are of no use to a
// compiler, and ends everything when the program ends.
#ifndef KPB_CORE_PROGRAMS_ENTER_FIRST_HPP
#define KPB_CORE_PROGRAMS_ENTER_FIRST_HPP

namespace kpb::enter {

// Runs the program as a child; returns its status (128 + N for signal N).
int be_first(char** program);

} // namespace kpb::enter

#endif
