// SPDX-License-Identifier: GPL-2.0-only
//
// Shared by the targets: a check that ends the program in any kind of build, and the entry point
// that both libFuzzer and replay_main.cpp call.
#ifndef KPB_TESTS_FUZZ_FUZZ_HPP
#define KPB_TESTS_FUZZ_FUZZ_HPP

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace kpb_fuzz {

inline void require(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

} // namespace kpb_fuzz

#endif
