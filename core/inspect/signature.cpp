// SPDX-License-Identifier: GPL-2.0-only
//
// Reads from the end of the file: a magic line, before it twelve bytes with lengths, and before
// those the signature (in the X.509 form of kernels before 4.3 with its signer and key id).
#include "core/inspect/signature.hpp"

#include "core/base/text.hpp"

#include <string>

namespace kpb {

namespace {

constexpr std::string_view k_magic = "~Module signature appended~\n";
constexpr size_t k_info_size = 12;
constexpr unsigned k_pkcs7 = 2;

} // namespace

bool read_signature(std::string_view image, std::optional<ModuleSignature>& signature,
                    const InputErrors& errors) {
  const auto bad = [&](std::string what) {
    return errors.fail({.code = "module-signature",
                        .what = "the module's signature is damaged: " + std::move(what),
                        .why = "the kernel refuses such a module, with or without enforcement",
                        .hint = "sign the unsigned module again"});
  };
  if (!image.ends_with(k_magic))
    return true;
  image.remove_suffix(k_magic.size());
  if (image.size() < k_info_size)
    return bad("there is nothing before its last line");
  const auto byte = [&](size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(image[image.size() - k_info_size + i]));
  };
  // algorithm, hash, id type, signer's length, key id's length, 3 bytes padding, big-endian length
  const unsigned id_type = byte(2);
  const uint64_t names = byte(3) + byte(4);
  const uint64_t size = (uint64_t{byte(8)} << 24U) | (byte(9) << 16U) | (byte(10) << 8U) | byte(11);
  if (id_type == k_pkcs7 &&
      (byte(0) | byte(1) | byte(3) | byte(4) | byte(5) | byte(6) | byte(7)) != 0)
    return bad("a PKCS#7 signature carries its own parameters, but others are given too");
  if (id_type > k_pkcs7)
    return bad("its kind is " + std::to_string(id_type) + ", 2 is PKCS#7");
  image.remove_suffix(k_info_size);
  if (size == 0 || size + names > image.size())
    return bad("its stated length is " + std::to_string(size + names) + " bytes, but only " +
               std::to_string(image.size()) + " that are there");
  signature.emplace();
  signature->size = size;
  signature->elf_size = image.size() - size - names;
  signature->id_type = id_type;
  // An inner signature's magic line would be right before the outer signature.
  signature->stacked = image.substr(0, signature->elf_size).ends_with(k_magic);
  return true;
}

} // namespace kpb
