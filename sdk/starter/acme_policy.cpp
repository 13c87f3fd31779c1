// SPDX-License-Identifier: GPL-2.0-only
//
// Puts the site's prefix before the package name that the policy before it in the chain gave.
#include <kpb/sdk.hpp>

namespace {

class AcmePolicy : public kpb::sdk::Policy {
public:
  void name(const kpb::sdk::Host& host, const kpb::sdk::Document& document,
            const kpb::sdk::Sink& out) override {
    const std::string name(document.text(kpb::fields::package_name));
    if (name.empty())
      throw kpb::sdk::Error("there is no package name to add the prefix to")
          .hint("use a policy that sets one first: -p standard -p acme");
    out.put(kpb::fields::package_name, host.setting("acme-prefix", "acme") + "-" + name);
  }
};

} // namespace

KPB_EXPORT_POLICY("com.example.acme", "1.0", "acme", AcmePolicy);
