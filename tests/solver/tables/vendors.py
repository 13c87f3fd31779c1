# SPDX-License-Identifier: GPL-2.0-only
"""A vendor's packages, which do not have kpb's capabilities, and the policy that coexists with
them."""
from recipes import (K1, K2, KERNEL1, KERNEL2, KERNEL_SUSE, KPATCH, RUNTIME, SUSE, SUSE_PACKAGE, Patch, Stub, Subscription,
                     stacked, vendor)
from scenario import BASE, both_allow, both_refuse, dnf, have, machine, offer, rpm, scenario, slot

FIX = Patch("fix")
STACK = stacked("st")
FREE = FIX.but(options=("--set", "vendor-conflict=no"))
VENDOR, VENDOR_2, EMPTY = vendor(), vendor(K2), vendor(K1, "0", "0")
BY_VENDOR = "kpatch-patch = " + K1
RHEL = FIX.but(policy="rhel")
RHEL_2 = RHEL.but(version="2")
EMPTY_RHEL = Subscription(K1)
EL = (KERNEL1, KPATCH)  # rhel's runtime is kpatch
SUSE_FIX = FIX.but(policy="suse", kernel=SUSE, options=("--kernel-package-version", SUSE_PACKAGE))

SCENARIOS = [
    scenario("a vendor's cumulative patch is there", machine(VENDOR), both_refuse(FIX, BY_VENDOR)),
    scenario("a vendor's cumulative patch comes", machine(FIX), both_refuse(VENDOR, BY_VENDOR)),
    scenario("a vendor's empty subscription is there", machine(EMPTY), both_refuse(FIX, BY_VENDOR),
             reason="it will pull in the vendor's patch"),
    scenario("vendor-conflict=no", machine(VENDOR), both_allow(FREE, *BASE, VENDOR, FREE), reason="the user said so"),
    scenario("a vendor's patch for another kernel", machine(KERNEL2, VENDOR_2),
             both_allow(FIX, *BASE, KERNEL2, VENDOR_2, FIX)),
    scenario("a vendor's patch and a stacked one", machine(VENDOR), both_allow(STACK, *BASE, VENDOR, STACK),
             reason="the contract lets them: only the vendor's next version switches the stacked one off"),
    scenario("rhel: the kernel's patch is asked for", have(*EL), offer(RHEL), dnf("install", BY_VENDOR).allowed(*EL, RHEL)),
    scenario("rhel: asked for without the architecture", have(*EL), offer(RHEL),
             dnf("install", "kpatch-patch = " + K1.rsplit(".", 1)[0]).allowed(*EL, RHEL)),
    scenario("rhel: no patch for that kernel yet", have(*EL, KERNEL2), offer(RHEL),
             dnf("install", "kpatch-patch = " + K2).refused("kpatch-patch = " + K2)),
    scenario("rhel: the subscription, then the first patch", have(*EL), offer(EMPTY_RHEL),
             dnf("install", BY_VENDOR).allowed(*EL, EMPTY_RHEL), offer(EMPTY_RHEL, RHEL),
             dnf("upgrade").allowed(*EL, RHEL), offer(EMPTY_RHEL, RHEL, RHEL_2), dnf("upgrade").allowed(*EL, RHEL_2)),
    scenario("rhel: with a patch in stock the subscription is skipped", have(*EL), offer(EMPTY_RHEL, RHEL),
             dnf("install", BY_VENDOR).allowed(*EL, RHEL)),
    scenario("rhel: subscriptions of two kernels", have(*EL, KERNEL2), offer(EMPTY_RHEL, Subscription(K2)),
             dnf("install", BY_VENDOR, "kpatch-patch = " + K2).allowed(*EL, KERNEL2, EMPTY_RHEL, Subscription(K2))),
    scenario("rhel: several providers, one is taken", have(*EL), offer(RHEL, Stub("kpatch-patch-other", "1", "1", (
        "Provides: kpatch-patch = " + K1,))), dnf("install", RHEL).allowed(*EL, RHEL),
             rpm("-i", Stub("kpatch-patch-other", "1", "1", ("Provides: kpatch-patch = " + K1,))).refused(BY_VENDOR)),
    scenario("rhel and standard, both replace", have(*EL, RUNTIME, RHEL), both_refuse(FIX, slot())),
    scenario("standard is no provider of kpatch-patch = K", machine(), offer(FIX),
             dnf("install", BY_VENDOR).refused(BY_VENDOR), reason="dnf would take any of several providers"),
    scenario("rhel: kpatch is missing", have(KERNEL1), both_refuse(RHEL, "kpatch")),
    scenario("suse: the flavour's package of that version", have(KERNEL_SUSE, RUNTIME), offer(SUSE_FIX),
             dnf("install", SUSE_FIX).allowed(KERNEL_SUSE, RUNTIME, SUSE_FIX)),
    scenario("suse: another version of the kernel's package", have(Stub("kernel-default", "5.14.21", "150400.24.111.1"), RUNTIME),
             both_refuse(SUSE_FIX, "kernel-default = " + SUSE_PACKAGE)),
]
