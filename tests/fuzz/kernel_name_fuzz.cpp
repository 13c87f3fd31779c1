// SPDX-License-Identifier: GPL-2.0-only
//
// Any two lines as a release and an architecture: one input error, or a name that is safe as a
// directory's name and gives the same result when parsed again.
#include "core/base/arch.hpp"
#include "core/base/text.hpp"
#include "core/model/kernel_name.hpp"
#include "core/model/names.hpp"
#include "fuzz.hpp"

using kpb_fuzz::require;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto parts = kpb::split(kpb_fuzz::text_of(data, size), '\n');
  const std::string arch = parts.size() > 1 ? parts[1] : "";
  kpb::CollectingSink sink;
  const auto name = kpb::parse_kernel_name(parts[0], arch, "x86_64", sink);
  require(name.has_value() == sink.all().empty(), "a name, or an error");
  if (!name) {
    require(sink.all().size() == 1 && sink.first_error()->fault == kpb::Fault::input,
            "one input error");
    require(!kpb::first_control_byte(sink.first_error()->what, false), "that can be shown");
    return 0;
  }
  require(name->release.size() <= 64, "no longer than the kernel's own");
  require(kpb::is_safe_name(name->release), "it may be a file's name");
  require(kpb::is_safe_path("/var/lib/kpatch/" + name->release), "and part of a path");
  require(kpb::canonical_arch(name->arch) == name->arch, "the architecture is known");
  require(arch.empty() || kpb::canonical_arch(arch) == name->arch, "and is the request");
  require(name->devel_requires.empty() || !name->family.empty(), "one table for both");
  for (const std::string& machine : kpb::known_archs()) {
    const auto again = kpb::parse_kernel_name(name->release, name->arch, machine, sink);
    require(again && *again == *name, "what came out is what it is");
  }
  return 0;
}
