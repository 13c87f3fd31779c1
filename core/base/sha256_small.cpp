// SPDX-License-Identifier: GPL-2.0-only
//
// SHA-256 (FIPS 180-4) without a library: statically linked, libcrypto would be ten times as large
// as the programs that use this (docs/decisions.md). tests/unit/sha256_small.cpp compares both
// implementations.
#include "core/base/sha256.hpp"

#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace kpb {

namespace {

constexpr std::array<uint32_t, 64> k_round = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

} // namespace

struct Sha256::State {
  void block(const unsigned char* bytes);
  std::array<uint32_t, 8> sum = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> buffer = {};
  size_t buffered = 0;
  uint64_t size = 0;
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {}

Sha256::~Sha256() = default;

void Sha256::State::block(const unsigned char* bytes) {
  std::array<uint32_t, 64> w = {};
  for (size_t i = 0; i < 16; ++i)
    w[i] = static_cast<uint32_t>(bytes[4 * i]) << 24U |
           static_cast<uint32_t>(bytes[4 * i + 1]) << 16U |
           static_cast<uint32_t>(bytes[4 * i + 2]) << 8U | bytes[4 * i + 3];
  for (size_t i = 16; i < 64; ++i) {
    const uint32_t a = w[i - 15];
    const uint32_t b = w[i - 2];
    w[i] = w[i - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3U) + w[i - 7] +
           (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10U);
  }
  auto [a, b, c, d, e, f, g, h] = this->sum;
  for (size_t i = 0; i < 64; ++i) {
    const uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                        ((e & f) ^ (~e & g)) + k_round[i] + w[i];
    const uint32_t t2 =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const std::array<uint32_t, 8> added = {a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < 8; ++i)
    this->sum[i] += added[i];
}

void Sha256::update(std::string_view bytes) {
  State& s = *m_state;
  s.size += bytes.size();
  while (!bytes.empty()) {
    const size_t n = std::min(bytes.size(), s.buffer.size() - s.buffered);
    std::memcpy(s.buffer.data() + s.buffered, bytes.data(), n);
    s.buffered += n;
    bytes.remove_prefix(n);
    if (s.buffered == s.buffer.size()) {
      s.block(s.buffer.data());
      s.buffered = 0;
    }
  }
}

std::string Sha256::hex() {
  State& s = *m_state;
  const uint64_t bits = s.size * 8;
  update(std::string_view("\x80", 1));
  while (s.buffered != 56)
    update(std::string_view("\0", 1));
  std::string length;
  for (int shift = 56; shift >= 0; shift -= 8)
    length += static_cast<char>(bits >> static_cast<unsigned>(shift) & 0xffU);
  update(length);
  std::string out;
  for (const uint32_t word : s.sum)
    out += hex_digits(word, 8);
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sum;
  sum.update(bytes);
  return sum.hex();
}

} // namespace kpb
