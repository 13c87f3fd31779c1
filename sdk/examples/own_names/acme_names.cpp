// SPDX-License-Identifier: GPL-2.0-only
//
// ACME's packages are called acme-livepatch-CVE-KERNEL. Their relations are kpb's, and one more: they
// require the package acme-release.
#include <kpb/policy.hpp>

namespace {

using namespace kpb;

class AcmeNames : public sdk::Policy {
public:
  void name(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out) override {
    const auto cves = document.texts(fields::package_cves);
    if (cves.empty())
      throw sdk::Error("no CVE to name the package by").hint("add --cve CVE-YEAR-NUMBER");
    policy::Names names;
    names.package =
        "acme-livepatch-" + cves.front() + "-" + policy::standard_form(policy::kernel_of(document));
    names.file = "acme-" + cves.front() + "-" + policy::version_in_names(document) + ".ko";
    policy::put_names(document, out, names, policy::read_settings(host));
  }

  void describe(const sdk::Host& host, const sdk::Document& document,
                const sdk::Sink& out) override {
    policy::put_contents(document, out, policy::read_settings(host));
    views::Relation release;
    release.kind = "requires";
    release.name = "acme-release";
    release.because = "only ACME's machines have it";
    views::append(out, fields::relations, release);
  }
};

} // namespace

KPB_EXPORT_POLICY("com.example.acme-names", "1.0", "acme-names", AcmeNames);
