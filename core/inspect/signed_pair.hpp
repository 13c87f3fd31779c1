// SPDX-License-Identifier: GPL-2.0-only
//
// Compares a module with what a signer returned. A signer handles the bytes that machines will run,
// so nothing that it did is trusted: only one signature may have been added.
#ifndef KPB_CORE_INSPECT_SIGNED_PAIR_HPP
#define KPB_CORE_INSPECT_SIGNED_PAIR_HPP

#include <string>
#include <string_view>

namespace kpb {

struct SignedPair {
  enum class Verdict {
    good,     // the module, byte for byte, and one signature
    empty,    // no bytes at all
    bare,     // the module, unchanged
    trailer,  // the module, followed by something that is not a signature
    twice,    // the module, a signature, and another one that covers both
    stripped, // less than the module
    changed,  // other bytes than the module's
  };
  Verdict verdict = Verdict::good;
  std::string detail; // "byte 17 of 4096 differs"; "" if the verdict says everything
};

// `module` is what was to be signed (and must be unsigned), `result` is what came back.
SignedPair compare_signed(std::string_view module, std::string_view result);

} // namespace kpb

#endif
