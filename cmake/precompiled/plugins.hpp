// SPDX-License-Identifier: GPL-2.0-only
//
// Read once for the plugins and what they share: the standard library and the SDK (cmake/build_time.cmake).
#pragma once
#include "cmake/precompiled/standard.hpp"
#include <kpb/sdk.hpp>
