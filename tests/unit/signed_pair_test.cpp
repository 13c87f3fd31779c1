// SPDX-License-Identifier: GPL-2.0-only
//
// Compares a module with a signer's result: one signature after it, or what else it is.
#include "core/inspect/signed_pair.hpp"
#include "signature_trailer.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;
using kpb_test::trailer;
using Verdict = SignedPair::Verdict;

TEST_CASE("signed pair: the module and one signature", "[sign]") {
  const std::string module = "\177ELF the module";
  CHECK(compare_signed(module, module + trailer()).verdict == Verdict::good);
  CHECK(compare_signed(module, module + trailer("x")).verdict == Verdict::good);
  // The last bytes of the module or of the signature do not matter.
  for (const std::string& odd : {std::string("\0\0", 2), std::string("~Module signature appended~"),
                                 std::string("~Module signature appended~\n").substr(1)}) {
    CHECK(compare_signed(odd, odd + trailer(odd)).verdict == Verdict::good);
  }
}

TEST_CASE("signed pair: everything else has a name", "[sign]") {
  const std::string module = "\177ELF the module";
  const auto verdict = [&](const std::string& result) {
    return compare_signed(module, result).verdict;
  };
  const auto detail = [&](const std::string& result) {
    return compare_signed(module, result).detail;
  };
  CHECK(verdict("") == Verdict::empty);
  CHECK(verdict(module) == Verdict::bare);
  CHECK(verdict(module + trailer() + trailer()) == Verdict::twice);
  CHECK(verdict(module + trailer() + trailer() + trailer()) == Verdict::twice);
  CHECK(verdict(module + trailer() + "\n") == Verdict::trailer);
  CHECK(detail(module + "1234567") == "7 bytes without the end of a signature");
  CHECK(detail(module + "1") == "1 byte without the end of a signature");
  CHECK(verdict(module + "~Module signature appended~\n") == Verdict::trailer);
  CHECK(verdict(module + "x" + trailer()) == Verdict::changed);
  CHECK(detail(module + "xx" + trailer()) == "2 bytes between it and its signature");
  CHECK(verdict(trailer()) == Verdict::stripped);
  CHECK(verdict(module.substr(0, 5)) == Verdict::stripped);
  CHECK(verdict(module.substr(1) + trailer()) == Verdict::stripped);
  CHECK(detail(module.substr(0, 5) + trailer()) == "5 bytes instead of 15");
  CHECK(verdict("x" + module + trailer()) == Verdict::changed);
  for (size_t i = 0; i < module.size(); ++i) {
    std::string other = module;
    other[i] = static_cast<char>(other[i] ^ 1);
    CHECK(verdict(other + trailer()) == Verdict::changed);
    CHECK(detail(other + trailer()) == "byte " + std::to_string(i + 1) + " of 15 differs");
    CHECK(detail(other) == "byte " + std::to_string(i + 1) + " of 15 differs");
  }
}
