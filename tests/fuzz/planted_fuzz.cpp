// SPDX-License-Identifier: GPL-2.0-only
//
// The negative control of the fuzz stage: a reader that trusts a length. Four right bytes are
// needed to reach the bug, so a fuzzer without guidance or without sanitizers does not find it.
#include "fuzz.hpp"

#include <cstdint>
#include <cstring>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 6 || std::memcmp(data, "KPB", 3) != 0 || data[3] != 1)
    return 0;
  const std::vector<uint8_t> body(data + 4, data + size);
  volatile uint8_t last = body.data()[data[4]];
  (void)last;
  return 0;
}
