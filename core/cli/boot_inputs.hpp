// SPDX-License-Identifier: GPL-2.0-only
//
// What kpb boot-test puts into the guest: files and modules of packages, read as kpb inspect reads
// them, and the user's overlay. Everything that can be checked without a machine is checked here.
#ifndef KPB_CORE_CLI_BOOT_INPUTS_HPP
#define KPB_CORE_CLI_BOOT_INPUTS_HPP

#include "core/boot/initramfs.hpp"
#include "core/boot/kernel_image.hpp"
#include "core/boot/plan_boot.hpp"
#include "core/cli/session.hpp"

namespace kpb {

// Takes a package or a bare live-patch module: its files go into `root`, its modules for `image`
// into `request.patches`.
bool take_boot_package(Session& session, const std::string& path, const KernelImage& image,
                       Initramfs& root, BootRequest& request);
// Takes a module of the kernel itself, which a live patch changes.
bool take_boot_target(Session& session, const std::string& path, const KernelImage& image,
                      Initramfs& root, std::vector<BootModule>& targets);
// Copies the files, directories and symlinks of a directory into the guest's root.
bool take_boot_overlay(Session& session, const std::string& directory, Initramfs& root);

} // namespace kpb

#endif
