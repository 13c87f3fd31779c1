// SPDX-License-Identifier: GPL-2.0-only
//
// What became of a module between going to a signer and coming back. Whoever signs sees the bytes
// that machines will run, so nothing of theirs is believed: only one signature may have been added.
#ifndef KPB_CORE_INSPECT_SIGNED_PAIR_HPP
#define KPB_CORE_INSPECT_SIGNED_PAIR_HPP

#include <string>
#include <string_view>

namespace kpb {

struct SignedPair {
  enum class Verdict {
    good,     // the module, byte for byte, and one signature
    empty,    // no byte at all
    bare,     // the module as it was
    trailer,  // the module, and behind it something that is no signature
    twice,    // the module, a signature, and one that covers both
    stripped, // less than the module
    changed,  // other bytes than the module's
  };
  Verdict verdict = Verdict::good;
  std::string detail; // "byte 17 of 4096 differs"; "" where the verdict says it all
};

// `module` is what was to be signed (and must not be signed itself), `result` what came back.
SignedPair compare_signed(std::string_view module, std::string_view result);

} // namespace kpb

#endif
