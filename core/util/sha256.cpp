// SPDX-License-Identifier: GPL-2.0-only
//
// See sha256.hpp.
#include "core/util/sha256.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace kpb {

std::string sha256_hex(std::string_view data) {
  // Without this libcrypto reads openssl.cnf ($OPENSSL_CONF!), which can name libraries to load.
  static const int initialised = ::OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  (void)initialised;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  // The one-shot function cannot fail for data in memory.
  ::SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
  static const char digits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : digest) {
    out += digits[byte >> 4U];
    out += digits[byte & 0xfU];
  }
  return out;
}

} // namespace kpb
