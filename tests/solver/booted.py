#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The model of property.py compared with a booted kernel: hand-written sets of live patches are
loaded in every order, and after each order the kernel shows which are active and whose code runs.
That must be what model.load() says; and rpm and dnf must refuse the packages of the same modules
exactly if the kernel was seen to disable one.

From the environment: KPB_CACHE, whose kernel/ has the image that matches the installed headers."""
import argparse
import os
import random
import re
import subprocess
import sys
import time

import parts

parts.need_dnf_module()

from booted_modules import FILES, FUNCTIONS, TARGETS, compile_all, initramfs, kernel  # noqa: E402
from model import conflict, load, orders, switched_off  # noqa: E402
from pool import Loaded, make_pool, make_sets  # noqa: E402
from recipes import RUNTIME, Patch, stacked  # noqa: E402
from verdicts import Dnf, ask_rpm  # noqa: E402
from workshop import Package, Workshop  # noqa: E402
from world import World  # noqa: E402

CMDLINE, VERSION, SHOW = "vmlinux:cmdline_proc_show", "vmlinux:version_proc_show", "kpb_one:kpb_show"


def named_sets(release):
    """One set for every rule; {name: set}."""
    def one(stem, *functions, replace=False, base=None):
        return Loaded(Patch("n_" + stem, functions, release, replace, on_top_of=base.recipe if base else None), base)
    fix_a, fix_b = one("fix_a", CMDLINE, replace=True), one("fix_b", VERSION, SHOW, replace=True)
    st_a, st_a1, st_b = one("st_a", CMDLINE), one("st_a1", CMDLINE + ":1"), one("st_b", VERSION)
    both = one("both", CMDLINE, VERSION)
    show_1, show_2 = one("show_1", SHOW), one("show_2", "kpb_two:kpb_show")
    twin_1, twin_2 = one("twin_1", "kpb_one:kpb_twin:1"), one("twin_2", "kpb_one:kpb_twin:2")
    hot, hot_c = one("hot", VERSION, base=fix_b), one("hot_c", CMDLINE, base=fix_b)
    return {"two that replace": [fix_a, fix_b], "replace and stacked": [fix_a, st_b], "stacked, nothing common": [st_a, st_b],
            "stacked, one function": [st_a, both], "positions 0 and 1": [st_a, st_a1], "two objects": [show_1, show_2],
            "two positions": [twin_1, twin_2], "base and hotfix": [fix_b, hot], "base and two hotfixes": [fix_b, hot, hot_c],
            "base, hotfix and stacked": [fix_b, hot, st_a], "four stacked": [st_a, st_b, show_1, twin_2]}


def boot(image, archive, serial, limit):
    """The output of the machine."""
    command = ["timeout", "-k", "5", str(limit), "qemu-system-x86_64", "-accel", "tcg", "-m", "512", "-nodefaults",
               "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot", "-kernel", image, "-initrd", archive,
               "-append", "console=ttyS0 oops=panic panic=-1 no_timer_check quiet"]
    with open(serial, "wb") as out:
        subprocess.run(command, env=parts.ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    with open(serial, errors="replace") as file:
        return file.read().replace("\r", "")


def seen_by(log):
    """{id of the order: (names of active patches, {function: the name that its file shows})}"""
    found = {}
    for line in re.findall(r"^KPB-ORDER (\S+) on(.*); shown(.*)$", log, re.M):
        texts = dict(zip(FILES, line[2].split()))
        found[line[0]] = (set(line[1].split()), {f: n for f, n in texts.items() if n != "-"})
    return found


def wanted_of(order):
    on = load(order)
    return ({p.recipe.stem for p in on}, {"%s:%s:%d" % f: p.recipe.stem for p, functions in on.items() for f in functions})


def lost_by(order, state):
    """The patches that the kernel disabled completely or in part without that being intended,
    according to what it showed."""
    on, shown = state
    meant = {p.recipe.stem: {"%s:%s:%d" % f for q in order if q.base is p for f in q.functions} for p in order}
    return {p.recipe.stem for p in order if p.recipe.stem not in on or any(
        shown.get("%s:%s:%d" % f) != p.recipe.stem and "%s:%s:%d" % f not in meant[p.recipe.stem] for f in p.functions)}


class Solvers:
    """rpm and dnf, with packages that kpb makes from the same modules that were booted."""

    def __init__(self, root, modules):
        class Prebuilt(Workshop):
            def module(self, recipe, directory):
                return modules[recipe]
        shop = Prebuilt(os.path.join(root, "packages"))
        # The ELF file of a hand-written module does not say what it patches.
        recipes = {p: p.recipe for p in modules["patches"]}
        self.packages = {p: Package(r, shop.make(declared(r)).path) for p, r in recipes.items()}
        self.world = World(os.path.join(root, "machine"))
        self.world.rpm("-i", shop.make(RUNTIME).path)
        self.world.offer(self.packages.values())
        self.dnf = Dnf(self.world)

    def allow(self, patches):
        packages = [self.packages[p] for p in patches]
        return ask_rpm(self.world, packages)[0], self.dnf.ask(packages)[0]


def declared(recipe):
    if recipe is None:
        return None
    words = tuple(w for f in recipe.functions for w in ("--function", f))
    return recipe.but(options=words, on_top_of=declared(recipe.on_top_of))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--sets", type=int, default=20)
    parser.add_argument("--limit", type=int, default=1500, help="seconds that the machine may run")
    parser.add_argument("--serial", help="keep what the machine said in this file")
    options = parser.parse_args()
    parts.need("rpm", "rpmbuild", "dnf", "createrepo_c", "make", "qemu-system-x86_64", "busybox", "cpio", "find")
    found, why = kernel(os.environ.get("KPB_CACHE", "/var/cache/kpb-tests"))
    if not found:
        parts.skip_all(why)
    release, build, image = found
    print("booted: Linux %s, seed %d" % (release, options.seed), flush=True)
    chance, begin = random.Random(options.seed), time.monotonic()
    sets = named_sets(release)
    pool = make_pool(chance, 24, FUNCTIONS, (release,))
    for number, patches in enumerate(make_sets(chance, pool, options.sets - len(sets), (2, 2, 3, 3, 4))):
        sets["random %d" % (number + 1)] = patches
    patches = list(dict.fromkeys(p for s in sets.values() for p in s))
    with parts.Scratch() as root:
        return compare(sets, patches, (release, build, image), options, root, begin)


def compare(sets, patches, where, options, root, begin):
    release, build, image = where
    modules = compile_all(patches, build, root + "/modules")
    steps, ids = ["for target in %s; do insmod /modules/$target.ko || fail $target; done" % " ".join(TARGETS),
                  "files='%s'" % " ".join(FILES.values())], {}
    for number, members in enumerate(sets.values()):
        for place, order in enumerate(orders(members)):
            ids["%d.%d" % (number, place)] = order
            steps.append("order %d.%d %s" % (number, place, " ".join(p.recipe.stem for p in order)))
    print("%d sets, %d orders, %d modules, compiled in %.0f s" % (len(sets), len(ids), len(patches),
                                                                  time.monotonic() - begin), flush=True)
    archive = initramfs([*modules.values(), *["%s/modules/%s.ko" % (root, t) for t in TARGETS]],
                        "\n".join(steps) + "\n", root)
    started = time.monotonic()
    log = boot(image, archive, options.serial or root + "/serial", options.limit)
    print("the machine ran for %.0f s" % (time.monotonic() - started), flush=True)
    seen, failed = seen_by(log), 0
    if "KPB-END" not in log:
        failed += 1
        print("FAILED: the machine did not finish:\n" + "\n".join(log.splitlines()[-20:]))
    solvers = Solvers(root, {**{declared(p.recipe): m for p, m in modules.items()}, "patches": patches})
    for number, (name, members) in enumerate(sets.items()):
        problems, kernel_lost = [], {}
        for id_, order in ids.items():
            if id_.split(".")[0] != str(number):
                continue
            words = " ".join(p.recipe.stem for p in order)
            if id_ not in seen:
                problems.append("%s: was not loaded" % words)
                continue
            if seen[id_] != wanted_of(order):
                problems.append("%s: the kernel has %s, the model %s" % (words, seen[id_], wanted_of(order)))
            if lost_by(order, seen[id_]):
                kernel_lost[words] = lost_by(order, seen[id_])
        problems += judge(members, bool(kernel_lost), solvers)
        failed += bool(problems)
        print("%s: %s: {%s}: %s" % ("FAILED" if problems else "ok", name, "; ".join(map(str, members)),
                                   "; ".join("%s switches off %s" % (o, ", ".join(sorted(l)))
                                             for o, l in list(kernel_lost.items())[:2]) or "all stay on in every order"))
        for problem in problems:
            print("    " + problem)
    solvers.dnf.close()
    print("%d passed, %d failed, 0 skipped; %d orders; seed %d, %.0f s" % (
        len(sets) - failed, failed, len(seen), options.seed, time.monotonic() - begin))
    return 1 if failed or not sets else 0


def judge(members, lost, solvers):
    """Compares the model's and the solvers' verdicts on a set with what the kernel did."""
    problems = []
    if conflict(members) != lost:
        problems.append("the model calls it %s" % ("a conflict" if conflict(members) else "no conflict"))
    for name, allowed in zip(("rpm", "dnf"), solvers.allow(members)):
        if allowed == lost:
            problems.append("%s %s it" % (name, "allows" if allowed else "refuses"))
    return problems


if __name__ == "__main__":
    sys.exit(main())
