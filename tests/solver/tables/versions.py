# SPDX-License-Identifier: GPL-2.0-only
"""One package and its versions: the weekly work of administrators must succeed, and never leave two
versions."""
from recipes import KERNEL1, RUNTIME, Patch, stacked
from scenario import BASE, dnf, func, machine, offer, rpm, scenario, slot

CMDLINE, VERSION = "vmlinux:cmdline_proc_show", "vmlinux:version_proc_show"
FIX = Patch("fix", (CMDLINE,))
FIX_2 = FIX.but(version="2", functions=(CMDLINE, VERSION))
STACK = stacked("st", CMDLINE)
STACK_2 = STACK.but(version="2")
GROWN = STACK.but(version="2", functions=(CMDLINE, VERSION))
OTHER = stacked("other", VERSION)
NAME = "kpatch-module-fix-5.14.0-362.8.1.el9_3"

SCENARIOS = [
    scenario("install", machine(), offer(FIX), dnf("install", FIX).allowed(*BASE, FIX)),
    scenario("install by name takes the newest", machine(), offer(FIX, FIX_2), dnf("install", NAME).allowed(*BASE, FIX_2)),
    scenario("reinstall", machine(FIX), offer(FIX), dnf("reinstall", FIX).allowed(*BASE, FIX),
             rpm("-U", "--replacepkgs", FIX).allowed(*BASE, FIX)),
    scenario("erase by dnf", machine(FIX), dnf("remove", FIX).allowed(*BASE)),
    scenario("erase by rpm", machine(FIX), rpm("-e", FIX).allowed(*BASE)),
    scenario("upgrade of one that replaces", machine(FIX), offer(FIX, FIX_2), dnf("upgrade").allowed(*BASE, FIX_2)),
    scenario("upgrade by rpm", machine(FIX), rpm("-U", FIX_2).allowed(*BASE, FIX_2)),
    scenario("upgrade of a stacked one", machine(STACK), offer(STACK, STACK_2), dnf("upgrade").allowed(*BASE, STACK_2)),
    scenario("upgrade beside another stacked one", machine(STACK, OTHER), offer(STACK_2),
             dnf("upgrade").allowed(*BASE, OTHER, STACK_2)),
    scenario("release 9 and release 10", machine(FIX.but(release="9")), offer(FIX.but(release="9"), FIX.but(release="10")),
             dnf("upgrade").allowed(*BASE, FIX.but(release="10")), reason="numbers, not letters, are compared"),
    scenario("downgrade by dnf", machine(FIX_2), offer(FIX, FIX_2), dnf("downgrade", FIX).allowed(*BASE, FIX)),
    scenario("downgrade by rpm", machine(FIX_2), rpm("-U", FIX).refused("is already installed"),
             rpm("-U", "--oldpackage", FIX).allowed(*BASE, FIX)),
    scenario("downgrade of a stacked one", machine(GROWN), offer(STACK), dnf("downgrade", STACK).allowed(*BASE, STACK)),
    scenario("distro-sync to what the repository has", machine(FIX_2), offer(FIX), dnf("distro-sync").allowed(*BASE, FIX)),
    scenario("distro-sync upwards", machine(STACK, OTHER), offer(STACK_2, OTHER),
             dnf("distro-sync").allowed(*BASE, OTHER, STACK_2)),
    scenario("two versions side by side, replacing", machine(FIX),
             rpm("-i", FIX_2).refused("%s > 1-1" % NAME, "%s < 2-1" % NAME, slot())),
    scenario("two versions side by side, stacked", machine(STACK),
             rpm("-i", STACK.but(version="2", functions=(VERSION,))).refused("> 1-1", "< 2-1"),
             reason="they have no function in common, only the name"),
    scenario("an older version beside a newer one", machine(STACK_2), rpm("-i", STACK).refused("> 1-1", "< 2-1")),
    scenario("two releases side by side", machine(STACK),
             rpm("-i", STACK.but(release="2", functions=(VERSION,))).refused("> 1-1", "< 1-2")),
    scenario("two versions in one command", machine(), rpm("-i", FIX, FIX_2).refused("> 1-1", "< 2-1")),
    scenario("an upgrade that takes another's function", machine(STACK, OTHER), offer(GROWN),
             dnf("upgrade").skipped(func(VERSION + ":1")), dnf("upgrade", "--best").refused(func(VERSION + ":1")),
             rpm("-U", GROWN).refused(func(VERSION + ":1"))),
    scenario("an upgrade that gives a function to another", machine(GROWN), offer(STACK.but(version="3"), OTHER),
             dnf("install", OTHER, STACK.but(version="3")).allowed(*BASE, STACK.but(version="3"), OTHER)),
    scenario("stacked becomes replacing", machine(STACK), offer(STACK.but(version="2", replace=True)),
             dnf("upgrade").allowed(*BASE, STACK.but(version="2", replace=True))),
    scenario("stacked becomes replacing beside another", machine(STACK, OTHER), offer(STACK.but(version="2", replace=True)),
             dnf("upgrade", "--best").refused("kpatch-s")),
    scenario("replacing becomes stacked", machine(FIX), offer(FIX.but(version="2", replace=False)),
             dnf("upgrade").allowed(*BASE, FIX.but(version="2", replace=False))),
    scenario("an epoch outdoes every version", machine(FIX_2), offer(FIX_2, FIX.but(epoch="1")),
             rpm("-i", FIX.but(epoch="1")).refused("> 2-1", "< 1:1-1"), dnf("upgrade").allowed(*BASE, FIX.but(epoch="1"))),
    scenario("a candidate before its version", machine(FIX.but(version="2~rc1")), offer(FIX_2),
             rpm("-i", FIX_2).refused("> 2~rc1-1", "< 2-1"), dnf("upgrade").allowed(*BASE, FIX_2)),
    scenario("autoremove keeps the request", machine(), offer(FIX), dnf("install", FIX).allowed(*BASE, FIX),
             dnf("mark", "install", KERNEL1, RUNTIME).leaves_all(), dnf("autoremove").allowed(*BASE, FIX)),
    scenario("autoremove takes the runtime after the last patch", machine(FIX),
             dnf("mark", "remove", RUNTIME).leaves_all(), dnf("mark", "install", KERNEL1).leaves_all(),
             dnf("remove", FIX).allowed(KERNEL1)),
]
