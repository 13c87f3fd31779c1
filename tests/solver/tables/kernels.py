# SPDX-License-Identifier: GPL-2.0-only
"""Kernels are installed and removed together with their patches; and what a patch needs besides its
kernel."""
from recipes import (DEBIAN, K1, K2, K3, KERNEL1, KERNEL2, KERNEL3, KPATCH, RUNTIME, Metapackage, Patch)
from scenario import both_refuse, dnf, have, offer, rpm, scenario

FIX1, FIX2, FIX3 = Patch("fix"), Patch("fix", kernel=K2), Patch("fix", kernel=K3)
NO_RUNTIME = FIX1.but(options=("--set", "runtime=none"))
WITH_KPATCH = FIX1.but(options=("--set", "runtime=kpatch"))
NO_KERNEL = FIX1.but(options=("--set", "kernel-requires=none"))
DEB = FIX1.but(kernel=DEBIAN)
NEEDS = "kernel-uname-r = " + K1


META = Metapackage("site", (FIX1, FIX2, FIX3))
NEXT_META = Metapackage("site", (FIX1, FIX2, FIX3), "2")

SCENARIOS = [
    scenario("the kernel is missing", have(RUNTIME), both_refuse(FIX1, NEEDS)),
    scenario("only another kernel is there", have(RUNTIME, KERNEL2), both_refuse(FIX1, NEEDS)),
    scenario("the kernel is in the repository", have(RUNTIME, KERNEL2), offer(FIX1, KERNEL1),
             dnf("install", FIX1).allowed(RUNTIME, KERNEL1, KERNEL2, FIX1)),
    scenario("the runtime is missing", have(KERNEL1), both_refuse(FIX1, "kpb-runtime")),
    scenario("the runtime is in the repository", have(KERNEL1), offer(FIX1, RUNTIME),
             dnf("install", FIX1).allowed(KERNEL1, RUNTIME, FIX1)),
    scenario("runtime=none", have(KERNEL1), offer(NO_RUNTIME), dnf("install", NO_RUNTIME).allowed(KERNEL1, NO_RUNTIME)),
    scenario("runtime=kpatch", have(KERNEL1, RUNTIME), both_refuse(WITH_KPATCH, "kpatch"), offer(WITH_KPATCH, KPATCH),
             dnf("install", WITH_KPATCH).allowed(KERNEL1, RUNTIME, KPATCH, WITH_KPATCH)),
    scenario("kernel-requires=none", have(RUNTIME), offer(NO_KERNEL), dnf("install", NO_KERNEL).allowed(RUNTIME, NO_KERNEL)),
    scenario("a kernel that no RPM provides", have(RUNTIME), offer(DEB), dnf("install", DEB).allowed(RUNTIME, DEB),
             reason="Debian's kernels are not in rpm's database"),
    scenario("rpm keeps a kernel that has a patch", have(RUNTIME, KERNEL1, FIX1), rpm("-e", KERNEL1).refused(NEEDS)),
    scenario("dnf takes the patch along with its kernel", have(RUNTIME, KERNEL1, KERNEL2, FIX1, FIX2),
             dnf("remove", KERNEL1).allowed(RUNTIME, KERNEL2, FIX2)),
    scenario("installonly_limit takes the oldest kernel and its patch", have(RUNTIME, KERNEL1, KERNEL2, FIX1, FIX2),
             offer(KERNEL3), dnf("upgrade").allowed(RUNTIME, KERNEL2, KERNEL3, FIX2), limit=2),
    scenario("a new version for one kernel does not touch the other", have(RUNTIME, KERNEL1, KERNEL2, FIX1, FIX2),
             offer(FIX1, FIX2, FIX2.but(version="2")),
             dnf("upgrade").allowed(RUNTIME, KERNEL1, KERNEL2, FIX1, FIX2.but(version="2"))),
    scenario("classic swaps kernels", have(KERNEL1, FIX1.but(policy="classic")),
             offer(KERNEL2, FIX2.but(policy="classic", version="2")),
             dnf("upgrade").allowed(KERNEL1, KERNEL2, FIX2.but(policy="classic", version="2")),
             reason="one name for all kernels: the running one's patch is gone, which is why no other policy does so"),
    scenario("metapackage: the patch comes with it", have(RUNTIME, KERNEL1), offer(META, FIX1, FIX2, FIX3),
             dnf("install", META).allowed(RUNTIME, KERNEL1, META, FIX1)),
    scenario("metapackage: without a kernel it brings nothing", have(RUNTIME), offer(META, FIX1, FIX2, FIX3),
             dnf("install", META).allowed(RUNTIME, META)),
    scenario("metapackage: a kernel comes, and its patch", have(RUNTIME, KERNEL1, FIX1, META),
             offer(META, FIX1, FIX2, FIX3, KERNEL2),
             dnf("upgrade").allowed(RUNTIME, KERNEL1, KERNEL2, META, FIX1, FIX2)),
    scenario("metapackage: kernels come and go under installonly_limit", have(RUNTIME, KERNEL1, FIX1, META),
             offer(META, FIX1, FIX2, FIX3, KERNEL2),
             dnf("upgrade").allowed(RUNTIME, KERNEL1, KERNEL2, META, FIX1, FIX2),
             offer(META, FIX1, FIX2, FIX3, KERNEL2, KERNEL3),
             dnf("upgrade").allowed(RUNTIME, KERNEL2, KERNEL3, META, FIX2, FIX3), limit=2),
    scenario("metapackage: its next version brings the first patch", have(RUNTIME, KERNEL1, Metapackage("site", (FIX2,))),
             offer(NEXT_META, FIX1, FIX2, FIX3), dnf("upgrade").allowed(RUNTIME, KERNEL1, NEXT_META, FIX1)),
    scenario("metapackage: autoremove leaves the patches", have(RUNTIME, KERNEL1), offer(META, FIX1, FIX2),
             dnf("install", META).allowed(RUNTIME, KERNEL1, META, FIX1),
             dnf("mark", "install", KERNEL1, RUNTIME).leaves_all(),
             dnf("autoremove").allowed(RUNTIME, KERNEL1, META, FIX1)),
    scenario("metapackage: it goes, and autoremove takes what it brought", have(RUNTIME, KERNEL1), offer(META, FIX1, FIX2),
             dnf("install", META).allowed(RUNTIME, KERNEL1, META, FIX1),
             dnf("mark", "install", KERNEL1, RUNTIME).leaves_all(), dnf("remove", META).allowed(RUNTIME, KERNEL1)),
    scenario("metapackage: two versions side by side", have(RUNTIME, KERNEL1, FIX1, META),
             rpm("-i", NEXT_META).refused("> 1-1", "< 2-1")),
    scenario("metapackage: a patch cannot go while it wants it", have(RUNTIME, KERNEL1, FIX1, META),
             rpm("-e", FIX1).refused("if kernel-uname-r = " + K1)),
    scenario("a patch that is protected holds its kernel", have(RUNTIME, KERNEL1, KERNEL2, FIX1, FIX2), offer(KERNEL3),
             dnf("upgrade", "--setopt=protected_packages=kpatch-module-fix-5.14.0-362.8.1.el9_3").refused("protected"),
             limit=2, reason="the kernel's update is refused with it: protect no patch"),
]
