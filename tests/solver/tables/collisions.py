# SPDX-License-Identifier: GPL-2.0-only
"""Two or more packages that would, or would not, disable each other in the kernel."""
from recipes import K1, K2, KERNEL2, Patch, stacked
from scenario import BASE, both_allow, both_refuse, dnf, func, machine, offer, rpm, scenario, slot, stack

CMDLINE, VERSION = "vmlinux:cmdline_proc_show", "vmlinux:version_proc_show"
FIX_A, FIX_B = Patch("a", (CMDLINE,)), Patch("b", (VERSION,))
STACK_A, STACK_B = stacked("sa", CMDLINE), stacked("sb", VERSION)
STACK_AB = stacked("sab", CMDLINE, VERSION)
ODD = "vmlinux:do_one.isra.0"


def state(stem, function, id_):
    return stacked(stem, function, options=("--state", id_))



SCENARIOS = [
    scenario("two that replace", machine(FIX_A), both_refuse(FIX_B, slot())),
    scenario("two that replace, of the same function", machine(FIX_A), both_refuse(Patch("c", (CMDLINE,)), slot())),
    scenario("two that replace, in one command", machine(), offer(FIX_A, FIX_B),
             rpm("-i", FIX_A, FIX_B).refused(slot()), dnf("install", FIX_A, FIX_B).refused(slot())),
    scenario("stacked where one replaces", machine(FIX_A), both_refuse(STACK_B, slot()),
             reason="the other order of loading would drop the stacked one"),
    scenario("one that replaces where one is stacked", machine(STACK_B), both_refuse(FIX_A, stack())),
    scenario("stacked and replacing, in one command", machine(), offer(FIX_A, STACK_B),
             rpm("-i", FIX_A, STACK_B).refused(slot()), dnf("install", FIX_A, STACK_B).refused(slot())),
    scenario("two stacked without a common function", machine(STACK_A), both_allow(STACK_B, *BASE, STACK_A, STACK_B)),
    scenario("two stacked with a common function", machine(STACK_A),
             both_refuse(stacked("sc", CMDLINE), func(CMDLINE + ":1"))),
    scenario("two stacked with one common function among several", machine(STACK_AB),
             both_refuse(stacked("sc", VERSION, "vmlinux:loadavg_proc_show"), func(VERSION + ":1"))),
    scenario("the third stacked one meets the second", machine(STACK_A, STACK_B),
             both_refuse(stacked("sc", VERSION), func(VERSION + ":1"))),
    scenario("three stacked ones that have nothing in common", machine(STACK_A, STACK_B),
             both_allow(stacked("sc", "vmlinux:loadavg_proc_show"), *BASE, STACK_A, STACK_B,
                        stacked("sc", "vmlinux:loadavg_proc_show"))),
    scenario("the same function in another object", machine(stacked("sa", "vmlinux:open")),
             both_allow(stacked("sb", "nvram:open"), *BASE, stacked("sa", "vmlinux:open"), stacked("sb", "nvram:open"))),
    scenario("the same function in the same other object", machine(stacked("sa", "nvram:open")),
             both_refuse(stacked("sb", "nvram:open"), func("nvram:open:1"))),
    scenario("another function of the same name", machine(stacked("sa", "vmlinux:type_show:1")),
             both_allow(stacked("sb", "vmlinux:type_show:2"), *BASE, stacked("sa", "vmlinux:type_show:1"),
                        stacked("sb", "vmlinux:type_show:2"))),
    scenario("the same function of several of that name", machine(stacked("sa", "vmlinux:type_show:2")),
             both_refuse(stacked("sb", "vmlinux:type_show:2"), func("vmlinux:type_show:2"))),
    scenario("position 0 and position 1 are one function", machine(stacked("sa", "vmlinux:type_show:0")),
             both_refuse(stacked("sb", "vmlinux:type_show:1"), func("vmlinux:type_show:1"))),
    scenario("a compiler's copy of a function", machine(stacked("sa", ODD)), both_refuse(stacked("sb", ODD), func(ODD + ":1"))),
    scenario("a function and a compiler's copy of it", machine(stacked("sa", ODD)),
             both_allow(stacked("sb", "vmlinux:do_one"), *BASE, stacked("sa", ODD), stacked("sb", "vmlinux:do_one"))),
    scenario("two stacked that change one state", machine(state("sa", CMDLINE, "7")),
             both_refuse(state("sb", VERSION, "7"), "kpatch-state(%s/7)" % K1),
             reason="a klp state says what functions do not"),
    scenario("two stacked that change two states", machine(state("sa", CMDLINE, "7")),
             both_allow(state("sb", VERSION, "70"), *BASE, state("sa", CMDLINE, "7"), state("sb", VERSION, "70"))),
    scenario("two that replace, for two kernels", machine(KERNEL2, FIX_A),
             both_allow(FIX_B.but(kernel=K2), *BASE, KERNEL2, FIX_A, FIX_B.but(kernel=K2))),
    scenario("one stacked for another kernel than one that replaces", machine(KERNEL2, FIX_A),
             both_allow(STACK_B.but(kernel=K2), *BASE, KERNEL2, FIX_A, STACK_B.but(kernel=K2))),
    scenario("one patch for two kernels, stacked", machine(KERNEL2, STACK_A),
             both_allow(STACK_A.but(kernel=K2), *BASE, KERNEL2, STACK_A, STACK_A.but(kernel=K2))),
    scenario("two of the second kernel meet there", machine(KERNEL2, FIX_A, FIX_B.but(kernel=K2)),
             both_refuse(FIX_A.but(kernel=K2), slot(K2))),
    scenario("two of classic", machine(), offer(FIX_A.but(policy="classic"), FIX_B.but(policy="classic")),
             dnf("install", FIX_A.but(policy="classic"), FIX_B.but(policy="classic")).allowed(
                 *BASE, FIX_A.but(policy="classic"), FIX_B.but(policy="classic")),
             reason="classic has no relations, as in 2015"),
    scenario("out with one, in with the other", machine(FIX_A), offer(FIX_B),
             dnf("install", "--allowerasing", FIX_B).allowed(*BASE, FIX_B), reason="asked for by --allowerasing"),
    scenario("swapped in one transaction", machine(FIX_A), offer(FIX_B), dnf("swap", FIX_A, FIX_B).allowed(*BASE, FIX_B)),
    scenario("a stacked one makes way", machine(STACK_A, STACK_B), offer(stacked("sc", VERSION)),
             dnf("swap", STACK_B, stacked("sc", VERSION)).allowed(*BASE, STACK_A, stacked("sc", VERSION))),
]
