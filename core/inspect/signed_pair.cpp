// SPDX-License-Identifier: GPL-2.0-only
//
// See signed_pair.hpp.
#include "core/inspect/signed_pair.hpp"

#include "core/base/text.hpp"
#include "core/inspect/signature.hpp"

#include <algorithm>

namespace kpb {

namespace {

std::string bytes(size_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

// `body` begins with the module and is longer.
SignedPair more_than_module(size_t more, const std::optional<ModuleSignature>& signature,
                            const CollectingSink& heard) {
  using Verdict = SignedPair::Verdict;
  if (heard.first_error() != nullptr)
    return {Verdict::trailer, heard.first_error()->what};
  if (!signature)
    return {Verdict::trailer, bytes(more) + " without the end of a signature"};
  if (signature->stacked)
    return {Verdict::twice, {}};
  return {Verdict::changed, bytes(more) + " between it and its signature"};
}

} // namespace

SignedPair compare_signed(std::string_view module, std::string_view result) {
  using Verdict = SignedPair::Verdict;
  if (result.empty())
    return {Verdict::empty, {}};
  if (result == module)
    return {Verdict::bare, {}};
  CollectingSink heard;
  const std::string nowhere;
  std::optional<ModuleSignature> signature;
  (void)read_signature(result, signature, InputErrors{heard, nowhere});
  const std::string_view body = signature ? result.substr(0, signature->elf_size) : result;
  if (body == module)
    return {Verdict::good, {}};
  if (body.starts_with(module))
    return more_than_module(body.size() - module.size(), signature, heard);
  if (body.size() < module.size())
    return {Verdict::stripped, bytes(body.size()) + " instead of " + std::to_string(module.size())};
  const auto differs = std::mismatch(module.begin(), module.end(), body.begin()).first;
  return {Verdict::changed, "byte " + std::to_string(differs - module.begin() + 1) + " of " +
                                std::to_string(module.size()) + " differs"};
}

} // namespace kpb
