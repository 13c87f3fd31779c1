// SPDX-License-Identifier: GPL-2.0-only
//
// What nearly every source includes of the standard library, read once for all of them (cmake/build_time.cmake).
// A source still names what it uses: builds without precompiled headers check that.
#pragma once
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
