// SPDX-License-Identifier: GPL-2.0-only
//
// Policy `rhel`: names and provides of Red Hat's kpatch-patch packages, so that
// `dnf install "kpatch-patch = $(uname -r)"` and kpatch-dnf find them. One package per kernel, whatever the
// patch: the next fix is its next version. With --subscription the empty package that waits for the first.
#include <kpb/policy.hpp>

#include <string>

namespace {

namespace fields = kpb::fields;
using namespace kpb::sdk;
using namespace kpb::policy;
constexpr auto k_scheme = Scheme::rhel;

class Rhel final : public Policy {
public:
  void name(const Host& host, const Document& document, const Sink& out) override {
    Names names;
    if (document.text(fields::request_kind) == "metapackage") {
      names.package = metapackage_name(document);
    } else {
      const auto kernel = kernel_of(document);
      if (kernel.family != "el")
        throw Error(
            {.fault = Fault::input,
             .code = "policy-kernel",
             .what = "policy rhel does not support the kernel " + kernel.release,
             .hint =
                 "it names packages as Red Hat does, for kernels with the tag .el; --policy standard "
                 "takes every kernel"});
      const std::string form = rhel_form(kernel);
      names.package = "kpatch-patch-" + form;
      names.file = "kpatch-" + form + "-" + version_in_names(document) + ".ko";
    }
    put_names(document, out, names, read_settings(host), k_scheme);
  }

  void describe(const Host& host, const Document& document, const Sink& out) override {
    put_contents(document, out, read_settings(host), k_scheme);
  }
};

} // namespace

KPB_EXPORT_POLICY("org.kpb.policy.rhel", "0.1.0", "rhel", Rhel);
