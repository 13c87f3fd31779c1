// SPDX-License-Identifier: GPL-2.0-only
//
// A bootable kernel, and the release that its header says it is of: a module of another kernel would not
// load, and that is found in a moment here and in half a minute in the machine.
#ifndef KPB_CORE_BOOT_KERNEL_IMAGE_HPP
#define KPB_CORE_BOOT_KERNEL_IMAGE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/system/filesystem.hpp"

#include <optional>
#include <string>

namespace kpb {

struct KernelImage {
  std::string path;    // absolute
  std::string release; // uname -r
};

// Reads an x86 bzImage (Documentation/arch/x86/boot.rst in the kernel's tree). `given` is what the user
// called it.
std::optional<KernelImage> read_kernel_image(FileSystem& files, const std::string& given,
                                             DiagnosticSink& sink);

} // namespace kpb

#endif
