# SPDX-License-Identifier: GPL-2.0-only
"""A stacked hotfix on top of a replace-mode base, and packages that take over from others
(--supersedes)."""
from recipes import K2, KERNEL1, KERNEL2, RUNTIME, Patch, stacked
from scenario import BASE, both_refuse, dnf, func, kpb, machine, offer, rpm, scenario, slot

CMDLINE, VERSION, LOADAVG = "vmlinux:cmdline_proc_show", "vmlinux:version_proc_show", "vmlinux:loadavg_proc_show"
BASE_1 = Patch("base", (CMDLINE, VERSION))
BASE_2 = BASE_1.but(version="2")
HOT = stacked("hot", CMDLINE, on_top_of=BASE_1)
HOT_2 = stacked("hot", CMDLINE, version="2", on_top_of=BASE_2)
COLD = stacked("cold", LOADAVG, on_top_of=BASE_1)
NEEDS = "kpatch-module-base-5.14.0-362.8.1.el9_3 = 1-1"
SWALLOWS = BASE_2.but(supersedes=(HOT,))
OLD, OLD_2 = Patch("old", (CMDLINE,)), Patch("old", (CMDLINE,), version="2")
NEW = Patch("new", (CMDLINE, VERSION), supersedes=(OLD,))

SCENARIOS = [
    scenario("a hotfix on its base, with a common function", machine(BASE_1), offer(HOT),
             dnf("install", HOT).allowed(*BASE, BASE_1, HOT)),
    scenario("a hotfix brings its base", machine(), offer(BASE_1, HOT), rpm("-i", HOT).refused(NEEDS),
             dnf("install", HOT).allowed(*BASE, BASE_1, HOT)),
    scenario("a hotfix whose base nobody has", machine(), both_refuse(HOT, NEEDS)),
    scenario("a hotfix of another version of its base", machine(BASE_2), both_refuse(HOT, NEEDS)),
    scenario("two hotfixes without a common function", machine(BASE_1, HOT), offer(COLD),
             dnf("install", COLD).allowed(*BASE, BASE_1, COLD, HOT)),
    scenario("two hotfixes with a common function", machine(BASE_1, HOT),
             both_refuse(stacked("hot2", CMDLINE, LOADAVG, on_top_of=BASE_1), func(CMDLINE + ":1"))),
    scenario("a stacked patch beside a base and its hotfix", machine(BASE_1, HOT), both_refuse(stacked("st", LOADAVG), slot())),
    scenario("another base beside a base and its hotfix", machine(BASE_1, HOT), both_refuse(OLD, slot())),
    scenario("the base's upgrade waits for the hotfix", machine(BASE_1, HOT), offer(BASE_2), dnf("upgrade").skipped(NEEDS),
             dnf("upgrade", "--best").refused(NEEDS), rpm("-U", BASE_2).refused(NEEDS),
             reason="the new base would drop the hotfix"),
    scenario("base and hotfix go up together", machine(BASE_1, HOT), offer(BASE_2, HOT_2),
             dnf("upgrade").allowed(*BASE, BASE_2, HOT_2)),
    scenario("a base that contains the hotfix", machine(BASE_1, HOT), offer(SWALLOWS), dnf("upgrade").allowed(*BASE, SWALLOWS)),
    scenario("a base that contains the hotfix, by rpm", machine(BASE_1, HOT), rpm("-U", SWALLOWS).allowed(*BASE, SWALLOWS)),
    scenario("a base that contains one of two hotfixes", machine(BASE_1, HOT, COLD), offer(SWALLOWS),
             dnf("upgrade", "--best").refused(NEEDS)),
    scenario("the base cannot go before its hotfix", machine(BASE_1, HOT), rpm("-e", BASE_1).refused(NEEDS)),
    scenario("dnf takes the hotfix along with its base", machine(BASE_1, HOT), dnf("remove", BASE_1).allowed(*BASE)),
    scenario("a hotfix can be erased alone", machine(BASE_1, HOT), dnf("remove", HOT).allowed(*BASE, BASE_1)),
    scenario("superseding by upgrade", machine(OLD), offer(OLD, NEW), dnf("upgrade").allowed(*BASE, NEW)),
    scenario("superseding by distro-sync", machine(OLD), offer(NEW), dnf("distro-sync").allowed(*BASE, NEW)),
    scenario("superseding by install", machine(OLD), offer(OLD, NEW), dnf("install", NEW).allowed(*BASE, NEW)),
    scenario("superseding by rpm", machine(OLD), rpm("-i", NEW).refused(slot()), rpm("-U", NEW).allowed(*BASE, NEW),
             reason="rpm -i obsoletes nothing"),
    scenario("what is newer than what is superseded stays", machine(OLD_2), offer(NEW), dnf("upgrade").leaves_all(),
             dnf("install", NEW).refused(slot())),
    scenario("the old name is answered by its successor", machine(NEW), offer(OLD, NEW),
             dnf("install", "kpatch-module-old-5.14.0-362.8.1.el9_3").leaves_all(), dnf("install", OLD).refused(slot())),
    scenario("removing the old name removes the successor", machine(NEW),
             dnf("remove", "kpatch-module-old-5.14.0-362.8.1.el9_3").allowed(*BASE), reason="it provides that name"),
    scenario("the successor's own upgrade", machine(NEW), offer(NEW.but(version="2")),
             dnf("upgrade").allowed(*BASE, NEW.but(version="2"))),
    scenario("two are superseded by one", machine(stacked("s1", CMDLINE), stacked("s2", VERSION)),
             offer(Patch("new", (CMDLINE, VERSION), supersedes=(stacked("s1", CMDLINE), stacked("s2", VERSION)))),
             dnf("upgrade").allowed(*BASE, Patch("new", (CMDLINE, VERSION),
                                                 supersedes=(stacked("s1", CMDLINE), stacked("s2", VERSION))))),
    scenario("superseding across kernels is refused by kpb", kpb(NEW.but(kernel=K2)).refused(OLD.kernel.rsplit(".", 1)[0]),
             reason="it would leave one kernel without its patch and pull in another"),
    scenario("superseding leaves another kernel's package", machine(KERNEL2, OLD, OLD.but(kernel=K2)), offer(NEW),
             dnf("upgrade").allowed(KERNEL1, RUNTIME, KERNEL2, NEW, OLD.but(kernel=K2))),
]
