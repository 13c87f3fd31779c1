// SPDX-License-Identifier: GPL-2.0-only
//
// Any text as a manifest: errors with a place, each of which is an input error that can be shown,
// or a manifest whose words have passed their checks.
#include "core/base/text.hpp"
#include "core/manifest/manifest.hpp"
#include "core/model/names.hpp"
#include "fuzz.hpp"

using kpb_fuzz::require;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kpb::CollectingSink sink;
  const auto manifest = kpb::parse_manifest(kpb_fuzz::text_of(data, size), "m.yml", sink);
  require(manifest.has_value() == (sink.first_error() == nullptr), "a manifest, or an error");
  for (const auto& d : sink.all()) {
    require(d.fault == kpb::Fault::input, "an input error");
    require(d.where.starts_with("m.yml"), "with a place");
    require(!d.what.empty() && !kpb::first_control_byte(d.what, false), "that can be shown");
  }
  if (!manifest)
    return 0;
  require(!manifest->packages.empty(), "it has packages");
  for (const auto& package : manifest->packages) {
    kpb::CollectingSink checks;
    require(kpb::check_stem(package.name(), "", checks), "a package's name is one");
    require(kpb::check_version(package.says.version.value_or("1"), "version", checks),
            "and its version");
    require(!package.patches.empty(), "it has patches");
    for (const auto& patch : package.patches)
      require(!patch.path().empty() && patch.place.line != 0, "that are somewhere");
  }
  for (const auto& kernel : manifest->kernels)
    require(kpb::is_safe_name(kernel.name) && !kernel.says.kernel.value_or("").empty(),
            "kernels have names and releases");
  return 0;
}
