// SPDX-License-Identifier: GPL-2.0-only
//
// What kpb boot-test puts into the guest: packages' files and modules, read as kpb inspect reads them, and
// an overlay of the user's. Everything is checked here that needs no machine.
#ifndef KPB_CORE_CLI_BOOT_INPUTS_HPP
#define KPB_CORE_CLI_BOOT_INPUTS_HPP

#include "core/boot/initramfs.hpp"
#include "core/boot/kernel_image.hpp"
#include "core/boot/plan_boot.hpp"
#include "core/cli/session.hpp"

namespace kpb {

// A package or a bare live-patch module: its files go into `root`, its modules for `image` into
// `request.patches`.
bool take_boot_package(Session& session, const std::string& path, const KernelImage& image,
                       Initramfs& root, BootRequest& request);
// A module of the kernel's own.
bool take_boot_target(Session& session, const std::string& path, const KernelImage& image,
                      Initramfs& root, std::vector<BootModule>& targets);
// Files, directories and symlinks of a directory, as the guest's root.
bool take_boot_overlay(Session& session, const std::string& directory, Initramfs& root);

} // namespace kpb

#endif
