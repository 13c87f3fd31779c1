// SPDX-License-Identifier: GPL-2.0-only
//
// The static programs' SHA-256 against libcrypto's. A program of its own, because core/base/sha256.hpp is implemented
// twice and each program links one: the other unit tests link the one that uses libcrypto.
#include "core/base/sha256.hpp"

#include <catch2/catch_test_macros.hpp>
#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <openssl/sha.h>
#include <random>

namespace {

std::string by_libcrypto(const std::string& data) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  ::SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
  return kpb::hex_of({reinterpret_cast<const char*>(digest), sizeof digest});
}

std::string random_bytes(std::mt19937& random, size_t size) {
  std::string out(size, '\0');
  for (char& c : out)
    c = static_cast<char>(random());
  return out;
}

} // namespace

TEST_CASE("SHA-256: the small one is libcrypto's, of every length around its blocks") {
  std::mt19937 random(4711);
  for (size_t size = 0; size <= 260; ++size) {
    const std::string data = random_bytes(random, size);
    CAPTURE(size);
    CHECK(kpb::sha256_hex(data) == by_libcrypto(data));
  }
  const std::string large = random_bytes(random, 3'000'017);
  CHECK(kpb::sha256_hex(large) == by_libcrypto(large));
}

TEST_CASE("SHA-256: data that comes in pieces is the same data") {
  std::mt19937 random(4712);
  for (int round = 0; round < 200; ++round) {
    const std::string data = random_bytes(random, random() % 2000);
    kpb::Sha256 sum;
    for (size_t at = 0; at < data.size();) {
      const size_t piece = std::min<size_t>(random() % 150, data.size() - at);
      sum.update(std::string_view(data).substr(at, piece));
      at += piece;
    }
    CHECK(sum.hex() == by_libcrypto(data));
  }
}
