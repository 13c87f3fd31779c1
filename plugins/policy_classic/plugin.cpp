// SPDX-License-Identifier: GPL-2.0-only
//
// Policy `classic`: names and texts exactly as kpatch-package-builder wrote them in 2015, the module
// alone in the package, no relations. For compatibility: without the kernel in the package's name an
// ordinary upgrade swaps kernels and unpatches the running one.
#include <kpb/sdk.hpp>

#include <string>

namespace {

namespace fields = kpb::fields;
using namespace kpb::sdk;

class Classic final : public Policy {
public:
  void name(const Host&, const Document& document, const Sink& out) override {
    const std::string stem(document.text(fields::request_stem));
    out.put(fields::package_name, "kpatch-module-" + stem);
    out.put(fields::module_file, "kpatch-" + stem + ".ko");
    out.put(fields::module_directory,
            "/var/lib/kpatch/" + std::string(document.text(fields::kernel_release)));
  }

  void describe(const Host&, const Document& document, const Sink& out) override {
    out.put(fields::package_group, "System Environment/Kernel");
    out.put(fields::package_license, "GPLv2");
    out.put(fields::package_summary, "kpatch livepatch module");
    out.put(fields::package_description, "Package generated from " +
                                             std::string(document.text(fields::request_file_name)) +
                                             " by kpatch-package-builder");
  }
};

} // namespace

KPB_EXPORT_POLICY("org.kpb.policy.classic", "0.1.0", "classic", Classic);
