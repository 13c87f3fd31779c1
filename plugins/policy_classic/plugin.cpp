// SPDX-License-Identifier: GPL-2.0-only
//
// Policy `classic`: names and texts exactly as kpatch-package-builder wrote them in 2015, the module
// alone in the package, no relations. For compatibility: without the kernel in the package's name an
// ordinary upgrade swaps kernels and unpatches the running one.
#include <kpb/sdk.hpp>

#include <string>

namespace {

using namespace kpb::sdk;

class Classic final : public Policy {
public:
  void name(const Host&, const Document& document, const Sink& out) override {
    const std::string stem(document.text("/request/stem"));
    out.put("/package/name", "kpatch-module-" + stem);
    out.put("/modules/0/file", "kpatch-" + stem + ".ko");
    out.put("/modules/0/directory",
            "/var/lib/kpatch/" + std::string(document.text("/kernel/release")));
  }

  void describe(const Host&, const Document& document, const Sink& out) override {
    out.put("/package/group", "System Environment/Kernel");
    out.put("/package/license", "GPLv2");
    out.put("/package/summary", "kpatch livepatch module");
    out.put("/package/description", "Package generated from " +
                                        std::string(document.text("/request/file_name")) +
                                        " by kpatch-package-builder");
  }
};

} // namespace

KPB_EXPORT_POLICY("org.kpb.policy.classic", "0.1.0", "classic", Classic);
