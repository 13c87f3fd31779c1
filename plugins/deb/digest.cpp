// SPDX-License-Identifier: GPL-2.0-only
//
// See digest.hpp.
#include "digest.hpp"

#include <kpb/sdk.hpp>
#include <kpb/sdk/text.hpp>

#include <openssl/evp.h>

#include <memory>

namespace kpb::deb {
namespace {

std::string digest(const char* algorithm, std::string_view content) {
  // "-fips": MD5 is a checksum here; where policy forbids it for signatures it must still be had.
  const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> type(
      EVP_MD_fetch(nullptr, algorithm, "-fips"), &EVP_MD_free);
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!type || EVP_Digest(content.data(), content.size(), bytes, &size, type.get(), nullptr) != 1)
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "deb-digest",
                      .what = std::string("OpenSSL does not compute ") + algorithm + " here"});
  return hex_of({reinterpret_cast<const char*>(bytes), size});
}

} // namespace

std::string sha256(std::string_view content) { return digest("SHA256", content); }
std::string md5(std::string_view content) { return digest("MD5", content); }

} // namespace kpb::deb
