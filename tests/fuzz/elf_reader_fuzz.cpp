// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as a module: facts without a message, or one input error; the facts are passed through
// the gates and into a document that can be written and read again.
#include "core/inspect/elf_module.hpp"
#include "core/inspect/facts_document.hpp"
#include "core/inspect/gates.hpp"
#include "fuzz.hpp"

#include <vector>

using kpb_fuzz::require;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A separate allocation, so that reading beyond the end is noticed.
  const std::vector<char> copy(data, data + size);
  kpb::CollectingSink sink;
  const auto facts = kpb::read_module({copy.data(), copy.size()}, "x.ko", sink);
  require(facts.has_value() == sink.all().empty(), "facts, or an error");
  if (!facts) {
    require(sink.all().size() == 1, "one error");
    require(sink.first_error()->fault == kpb::Fault::input, "an input error");
    return 0;
  }
  const kpb::GateTarget none;
  const kpb::GateTarget target = {facts->kernel_release().value_or("6.1.0"), facts->machine,
                                  facts->name().value_or("x")};
  for (const kpb::GateTarget& each : {none, target}) {
    kpb::CollectingSink gates;
    const bool open = kpb::check_gates(*facts, each, "x.ko", gates);
    require(open == (gates.first_error() == nullptr), "open, or an error");
  }
  kpb::Document document;
  document.put_text("/schema", "kpb.package/1", "kpb");
  kpb::put_facts(*facts, document, "/modules/0", "inspection");
  const std::string json = document.dump();
  const auto again = kpb::Document::parse(json, "x", sink);
  require(again && again->dump() == json, "the document survives being written");
  return 0;
}
