// SPDX-License-Identifier: GPL-2.0-only
//
// Policy `standard`: one package per patch and kernel, with the kernel in its name, a module whose
// name changes with every version, and relations that keep packages apart which would switch each other
// off. Its settings cover what most sites change, so that few need a policy of their own.
#include <kpb/policy.hpp>

#include <string>

namespace {

namespace fields = kpb::fields;
using namespace kpb::sdk;
using namespace kpb::policy;

std::string prefix(const Host& host, const char* setting, const char* otherwise) {
  const std::string value = host.setting(setting, otherwise);
  const bool starts_well =
      value.empty() || std::string("._+-").find(value.front()) == std::string::npos;
  if (!is_plain(value) || !starts_well)
    throw Error({.fault = Fault::input,
                 .code = "setting-value",
                 .what = std::string("the setting ") + setting + " is '" + value +
                         "', which no name can begin with",
                 .hint = "a prefix begins with a letter or digit, goes on with those and . _ + -, "
                         "and has no '..'"});
  return value;
}

class Standard final : public Policy {
public:
  void name(const Host& host, const Document& document, const Sink& out) override {
    const auto kind = document.text(fields::request_kind);
    if (kind == "subscription")
      throw Error({.fault = Fault::input,
                   .code = "policy-subscription",
                   .what = "policy standard makes no subscription packages",
                   .hint = "subscription packages are a convention of Red Hat: use --policy rhel"});
    const std::string package = prefix(host, "package-prefix", "kpatch-module-");
    const std::string module = prefix(host, "module-prefix", "kpatch-");
    const std::string stem(document.text(fields::request_stem));
    Names names;
    names.package = kind == "metapackage"
                        ? metapackage_name(document)
                        : package + stem + "-" + standard_form(kernel_of(document));
    names.file = module + stem + "-" + version_in_names(document) + ".ko";
    put_names(document, out, names, read_settings(host));
  }

  void describe(const Host& host, const Document& document, const Sink& out) override {
    put_contents(document, out, read_settings(host));
  }
};

} // namespace

KPB_EXPORT_POLICY("org.kpb.policy.standard", "0.1.0", "standard", Standard);
