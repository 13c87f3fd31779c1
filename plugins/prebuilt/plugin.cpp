// SPDX-License-Identifier: GPL-2.0-only
//
// The builder for a module that exists (`--module FILE.ko`). There is nothing to build, but a
// builder of its own keeps the rest of kpb free of the exception: every module comes out of a
// builder.
#include <kpb/sdk.hpp>

namespace kpb::builders {
namespace {

sdk::Diagnostic no_source() {
  return {.fault = sdk::Fault::input,
          .code = "prebuilt-no-source",
          .what = "a finished module has no source from which a package could build it",
          .hint =
              "choose a backend that packs the module as it is (rpm-build, deb), or give the patch "
              "instead"};
}

class Prebuilt : public sdk::Builder {
public:
  bool probe(const sdk::Host&, const sdk::Document& document, uint32_t purpose,
             const sdk::Sink& out) override {
    if (document.text(fields::request_kind) != "module") {
      out.note({.code = "prebuilt-input",
                .what = "the builder prebuilt needs a finished module",
                .hint = "give one with --module FILE.ko"});
      return false;
    }
    if (purpose == KPB_PURPOSE_SOURCES) {
      out.report(no_source());
      return false;
    }
    return true;
  }

  void build(const sdk::Host&, const sdk::Document& document, const sdk::Sink& out) override {
    out.put(fields::build_module, document.text(pointer(fields::inputs, 0, fields::input::stored)));
  }

  void sources(const sdk::Host&, const sdk::Document&, const sdk::Sink&) override {
    throw sdk::Error(no_source());
  }
};

} // namespace
} // namespace kpb::builders

KPB_EXPORT_BUILDER("org.kpb.builder.prebuilt", "0.1.0", "prebuilt", "module",
                   kpb::builders::Prebuilt);
