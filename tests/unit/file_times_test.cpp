// SPDX-License-Identifier: GPL-2.0-only
//
// Times of files that do not fit into nanoseconds: file systems can store them, and integer
// overflow is undefined.
#include "core/system/filesystem.hpp"

#include <catch2/catch_test_macros.hpp>

using kpb::nanoseconds;

TEST_CASE("file times: exact where they fit, the last or first there is where not") {
  CHECK(nanoseconds(0, 0) == 0);
  CHECK(nanoseconds(1700000000, 5) == 1700000000000000005);
  CHECK(nanoseconds(-2, 999999999) == -1000000001);
  CHECK(nanoseconds(INT64_MAX / 1000000000 - 1, 999999999) > 0);
  CHECK(nanoseconds(INT64_MAX / 1000000000, 999999999) == INT64_MAX);
  CHECK(nanoseconds(99999999999, 0) == INT64_MAX);
  CHECK(nanoseconds(INT64_MIN, 0) == INT64_MIN);
}
