// SPDX-License-Identifier: GPL-2.0-only
//
// The builder for a module that exists (`--module FILE.ko`). There is nothing to build, but a
// builder of its own keeps the rest of kpb free of the exception: every module comes out of a
// builder.
#include <kpb/sdk.hpp>

namespace kpb::builders {
namespace {

constexpr const char* k_no_source =
    "a given module has no source that a package could build it from";
constexpr const char* k_no_source_hint =
    "choose a backend that packs the module as it is (rpm-build, deb), or give the patch instead";

class Prebuilt : public sdk::Builder {
public:
  bool probe(const sdk::Host&, const sdk::Document& document, uint32_t purpose,
             const sdk::Sink& out) override {
    if (document.text("/request/kind") != "module") {
      out.report(KPB_SEVERITY_NOTE, KPB_FAULT_INPUT, "prebuilt-input", {},
                 "the builder prebuilt takes a finished module", {},
                 "give one with --module FILE.ko");
      return false;
    }
    if (purpose == KPB_PURPOSE_SOURCES) {
      out.report(KPB_SEVERITY_ERROR, KPB_FAULT_INPUT, "prebuilt-no-source", {}, k_no_source, {},
                 k_no_source_hint);
      return false;
    }
    return true;
  }

  void build(const sdk::Host&, const sdk::Document& document, const sdk::Sink& out) override {
    out.put("/build/module", document.text("/inputs/0/stored"));
  }

  void sources(const sdk::Host&, const sdk::Document&, const sdk::Sink&) override {
    throw sdk::Error(k_no_source, KPB_FAULT_INPUT, k_no_source_hint, "prebuilt-no-source");
  }
};

} // namespace
} // namespace kpb::builders

KPB_EXPORT_BUILDER("org.kpb.builder.prebuilt", "0.1.0", "prebuilt", "module",
                   kpb::builders::Prebuilt);
