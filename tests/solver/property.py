#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Random sets of packages: rpm and dnf must refuse exactly those sets of which the kernel would
disable one. The sets are from pool.py; what the kernel would do is from model.py."""
import argparse
from itertools import combinations
import os
import random
import sys
import time

import parts

parts.need_dnf_module()

from model import conflict, orders, switched_off  # noqa: E402
from parts import Scratch  # noqa: E402
from pool import make_pool, make_sets  # noqa: E402
from recipes import KERNEL1, KERNEL2, RUNTIME  # noqa: E402
from verdicts import Dnf, ask_command, ask_kpb, ask_rpm  # noqa: E402
from workshop import Workshop  # noqa: E402
from world import World  # noqa: E402


def witness(patches):
    """An order of loading that disables one, in words."""
    for kernel in {p.kernel for p in patches}:
        for order in orders([p for p in patches if p.kernel == kernel]):
            lost = switched_off(order)
            if lost:
                return "loading %s switches off %s" % (", ".join(p.recipe.stem for p in order),
                                                       ", ".join(p.recipe.stem for p in lost))
    return "no order switches one off"


class Property:
    def __init__(self, root, seed, pool, more=()):
        self.random = random.Random(seed)
        self.pool = make_pool(self.random, pool)
        self.workshop = Workshop(os.path.join(root, "packages"), more)
        self.packages = dict(zip(self.pool, self.workshop.make_all([p.recipe for p in self.pool])))
        self.world = World(root)
        base = self.workshop.make_all([KERNEL1, KERNEL2, RUNTIME])
        status, said = self.world.rpm("-i", *[p.path for p in base])
        if status != 0:
            raise parts.Failed(said)
        self.world.offer(self.packages.values())
        self.dnf = Dnf(self.world)
        self.pairs = ask_kpb(list(self.packages.values()))

    def sets(self, count):
        return make_sets(self.random, self.pool, count)

    def wrong_pairs(self):
        """Pairs on which dnf and `kpb conflicts` disagree; a patch on top of a base brings the base
        along."""
        wrong = []
        for a, b in combinations(self.pool, 2):
            chosen = list(dict.fromkeys([p.base for p in (a, b) if p.base] + [a, b]))
            packages = [self.packages[p] for p in chosen]
            dnf = not self.dnf.ask(packages)[0]
            kpb = any(frozenset((x.path, y.path)) in self.pairs for x, y in combinations(packages, 2))
            if dnf != kpb:
                wrong.append("dnf %s {%s}, kpb conflicts does not" % ("refuses" if dnf else "allows", "; ".join(map(str, chosen))))
        return wrong

    def disagreements(self, patches, command=False):
        """What is wrong with the verdicts on one set."""
        packages, wanted = [self.packages[p] for p in patches], not conflict(patches)
        found = [pair for pair in combinations(packages, 2) if frozenset(p.path for p in pair) in self.pairs]
        answers = [("kpb conflicts", (not found, "kpatch-: " + ", ".join(a.nvr + " and " + b.nvr for a, b in found))), ("rpm", ask_rpm(self.world, packages)), ("dnf", self.dnf.ask(packages))]
        if command:
            answers.append(("the command dnf", ask_command(self.world, packages)))
        problems = []
        for name, (allowed, said) in answers:
            if allowed != wanted:
                problems.append("%s %s {%s}, but %s\n%s" % (name, "allows" if allowed else "refuses", "; ".join(
                    str(p) for p in patches), witness(patches), said))
            elif not allowed and "kpatch-" not in said:
                problems.append("%s refuses {%s} and names no capability:\n%s" % (name, "; ".join(map(str, patches)), said))
        return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--sets", type=int, default=500)
    parser.add_argument("--pool", type=int, default=72, help="packages that the sets are drawn from")
    parser.add_argument("--commands", type=int, default=10, help="sets that the command dnf is asked about too")
    options = parser.parse_args()
    parts.need("rpm", "rpmbuild", "dnf", "createrepo_c", "cc")
    print("property: seed %d" % options.seed, flush=True)
    begin, failed, conflicts = time.monotonic(), 0, 0
    with Scratch() as root:
        test = Property(root, options.seed, options.pool)
        made = time.monotonic() - begin
        sets = test.sets(options.sets)
        for number, patches in enumerate(sets):
            conflicts += conflict(patches)
            problems = test.disagreements(patches, number < options.commands)
            failed += bool(problems)
            for problem in problems if failed <= 10 else []:
                print("FAILED set %d: %s" % (number, problem), flush=True)
        wrong = test.wrong_pairs()
        failed += bool(wrong)
        for problem in wrong[:10]:
            print("FAILED pair: " + problem)
        print("%d pairs, of which dnf and kpb conflicts say the same: %d" % (len(test.pool) * (len(test.pool) - 1) // 2,
                                                                            len(test.pool) * (len(test.pool) - 1) // 2 - len(wrong)))
        test.dnf.close()
    if not len(sets) / 5 <= conflicts <= len(sets) * 4 / 5:
        failed += 1
        print("FAILED: of %d sets %d are conflicts: that tells too little" % (len(sets), conflicts))
    print("%d sets of %d packages (made in %.0f s), %d are conflicts" % (len(sets), options.pool, made, conflicts))
    print("%d passed, %d failed, 0 skipped; seed %d, %.0f s" % (len(sets) - failed, failed, options.seed,
                                                               time.monotonic() - begin))
    return 1 if failed or not sets else 0


if __name__ == "__main__":
    sys.exit(main())
