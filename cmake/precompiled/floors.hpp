// SPDX-License-Identifier: GPL-2.0-only
//
// Read once for the floors from `run` upwards: the standard library, fmt, and what most of their sources include of
// the floors below them (cmake/build_time.cmake).
#pragma once
#include "cmake/precompiled/standard.hpp"
#include "core/diag/diagnostic.hpp"
#include "core/model/document.hpp"
#include "core/system/filesystem.hpp"
#include "core/system/process.hpp"
#include <fmt/core.h>
#include <kpb/sdk/views.hpp>
#include <tl/expected.hpp>
