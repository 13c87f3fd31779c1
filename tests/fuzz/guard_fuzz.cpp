// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as the crash guard's records. Those that are complete are the same again when they are written down; the
// digest in them is made right first, because else nothing but the corpus would get past it.
#include "core/base/sha256.hpp"
#include "core/programs/reconcile/guard_records.hpp"
#include "fuzz.hpp"

using kpb_fuzz::require;
using namespace kpb::runtime;

namespace {

void read(std::string_view text) {
  GuardRecords records;
  if (!parse_guard(text, records))
    return;
  GuardRecords again;
  require(parse_guard(records.text(), again), "what is written down can be read");
  require(again.sequence == records.sequence && again.entries.size() == records.entries.size(),
          "and is as much");
  for (size_t i = 0; i < records.entries.size(); ++i) {
    const auto& a = records.entries[i];
    const auto& b = again.entries[i];
    require(a.kind == b.kind && b.of(a.module, a.sha256, a.kernel) && a.boot == b.boot &&
                a.when == b.when && a.crashes == b.crashes,
            "and is the same");
  }
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = kpb_fuzz::text_of(data, size);
  read(text);
  const size_t end = text.rfind("\nend ");
  const std::string kept(text.substr(0, end == std::string_view::npos ? text.size() : end + 1));
  read(kept + "end " + kpb::sha256_hex(kept) + "\n");
  return 0;
}
