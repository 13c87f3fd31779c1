// SPDX-License-Identifier: GPL-2.0-only
//
// Policy `suse`: names of SUSE's kernel-livepatch packages. One package per kernel and flavour, whatever the
// patch: the next fix is its next version.
#include <kpb/policy.hpp>

#include <algorithm>
#include <string>

namespace {

namespace fields = kpb::fields;
using namespace kpb::sdk;
using namespace kpb::policy;

class Suse final : public Policy {
public:
  void name(const Host& host, const Document& document, const Sink& out) override {
    const auto kind = document.text(fields::request_kind);
    if (kind == "subscription")
      throw Error({.fault = Fault::input,
                   .code = "policy-subscription",
                   .what = "policy suse makes no subscription packages",
                   .hint = "subscription packages are a convention of Red Hat: use --policy rhel"});
    Names names;
    if (kind == "metapackage") {
      names.package = metapackage_name(document);
    } else {
      const auto kernel = kernel_of(document);
      if (kernel.family != "suse")
        throw Error(
            {.fault = Fault::input,
             .code = "policy-kernel",
             .what = "policy suse does not support the kernel " + kernel.release,
             .hint =
                 "it names packages as SUSE does, for kernels named like 5.14.21-150400.22-default; "
                 "--policy standard takes every kernel"});
      names.package = "kernel-livepatch-" + suse_form(kernel);
      std::string version = version_in_names(document);
      std::replace(version.begin(), version.end(), '.', '_');
      names.file = "livepatch-" + version + ".ko";
    }
    put_names(document, out, names, read_settings(host));
  }

  void describe(const Host& host, const Document& document, const Sink& out) override {
    put_contents(document, out, read_settings(host));
  }
};

} // namespace

KPB_EXPORT_POLICY("org.kpb.policy.suse", "0.1.0", "suse", Suse);
