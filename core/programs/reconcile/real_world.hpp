// SPDX-License-Identifier: GPL-2.0-only
//
// The real system, below a root directory.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_REAL_WORLD_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_REAL_WORLD_HPP

#include "core/programs/reconcile/root_directory.hpp"
#include "core/programs/reconcile/world.hpp"

#include <memory>
#include <string>

namespace kpb::runtime {

Failure failure_of(const Distrust& distrust);

// The root must outlive them. Those of another root write nothing.
std::unique_ptr<Files> real_files(const RootDirectory& root);
std::unique_ptr<Kernel> real_kernel(const RootDirectory& root);
std::unique_ptr<Clock> real_clock(); // from here on SIGTERM and SIGINT end its sleeps
std::unique_ptr<Programs> real_programs();
std::unique_ptr<Log> stderr_log();

} // namespace kpb::runtime

#endif
