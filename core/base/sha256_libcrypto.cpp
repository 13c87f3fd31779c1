// SPDX-License-Identifier: GPL-2.0-only
//
// See sha256.hpp.
#include "core/base/sha256.hpp"

#include <kpb/sdk/text.hpp>

#include <new>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

namespace kpb {

namespace {

// Otherwise libcrypto reads openssl.cnf ($OPENSSL_CONF!), which can name libraries to load.
void initialise() {
  static const int initialised = ::OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  (void)initialised;
}

std::string text_of(const unsigned char (&digest)[SHA256_DIGEST_LENGTH]) {
  return hex_of({reinterpret_cast<const char*>(digest), sizeof digest});
}

} // namespace

std::string sha256_hex(std::string_view data) {
  initialise();
  unsigned char digest[SHA256_DIGEST_LENGTH];
  // This function cannot fail for data in memory.
  ::SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
  return text_of(digest);
}

struct Sha256::State {
  EVP_MD_CTX* context = ::EVP_MD_CTX_new();
  State() = default;
  ~State() { ::EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Sha256::Sha256() {
  initialise();
  m_state = std::make_unique<State>();
  // The default provider always has SHA-256, so this can only fail for lack of memory.
  if (m_state->context == nullptr ||
      ::EVP_DigestInit_ex(m_state->context, ::EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc();
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view data) {
  ::EVP_DigestUpdate(m_state->context, data.data(), data.size());
}

std::string Sha256::hex() {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  ::EVP_DigestFinal_ex(m_state->context, digest, nullptr);
  return text_of(digest);
}

} // namespace kpb
