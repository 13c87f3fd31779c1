// SPDX-License-Identifier: GPL-2.0-only
//
// Read once for the sources of kpb-reconcile, which are compiled with flags of their own (cmake/build_time.cmake).
#pragma once
#include "cmake/precompiled/standard.hpp"
#include <tl/expected.hpp>
