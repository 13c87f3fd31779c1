#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""controls.py [--sets N] [--pool N] [--all]: a scheme that is broken on purpose must fail the
scenarios and the property test. The plugin in broken/ is last in the chain of policies and removes
or spoils relations.

From the environment, in addition to that of parts.py: KPB_BROKEN, the directory of that plugin."""
import argparse
import os
import random
import sys
import time

import parts

parts.need_dnf_module()

from property import Property  # noqa: E402
from scenarios import run_all, table  # noqa: E402
from workshop import Workshop  # noqa: E402

# {fault: scenarios that must notice it}. With a missing relation too little is refused, with one
# that is too coarse too much.
NOTICED = {
    "slot": [("collisions", "two that replace"), ("collisions", "two that replace, in one command")],
    "stack": [("collisions", "stacked where one replaces"), ("collisions", "one that replaces where one is stacked")],
    "function": [("collisions", "two stacked with a common function"), ("riding", "two hotfixes with a common function"),
                 ("versions", "an upgrade that takes another's function")],
    "position": [("collisions", "another function of the same name")],
    "object": [("collisions", "the same function in another object")],
    "words": [("collisions", "two stacked with a common function")],
    "state": [("collisions", "two stacked that change one state")],
    "version": [("versions", "two versions side by side, stacked"), ("versions", "two releases side by side")],
    "base": [("riding", "a hotfix brings its base"), ("riding", "the base's upgrade waits for the hotfix"),
             ("riding", "dnf takes the hotfix along with its base")],
    "hotfix": [("riding", "a hotfix on its base, with a common function")],
    "obsoletes": [("riding", "superseding by upgrade"), ("riding", "a base that contains the hotfix")],
    "vendor": [("vendors", "a vendor's cumulative patch is there"), ("vendors", "a vendor's cumulative patch comes")],
    "kernel": [("kernels", "the kernel is missing"), ("kernels", "dnf takes the patch along with its kernel")],
    "runtime": [("kernels", "the runtime is missing")],
}
# Faults that random sets also reveal, because their packages differ in it.
IN_SETS = ["function", "slot", "stack", "position", "object", "hotfix", "words"]


def words(fault, plugins):
    return ["-p", "broken", "--set", "break=" + fault, "--plugin-dir", plugins]


def scenarios_notice(fault, plugins, root):
    """The scenarios that passed although the scheme is broken, or failed for another reason."""
    chosen = [next(s for s in table(group) if s.name == name) for group, name in NOTICED[fault]]
    outcomes = run_all(chosen, Workshop(os.path.join(root, "packages"), words(fault, plugins)), root)
    return (["%s: passes" % o.scenario.name for o in outcomes if not o.problems]
            + ["%s: %s" % (o.scenario.name, o.problems[0]) for o in outcomes if o.broken])


def sets_notice(fault, plugins, root, options):
    """How many of the sets had another verdict than that of the model."""
    test = Property(root, options.seed, options.pool, words(fault, plugins))
    count = sum(bool(test.disagreements(s)) for s in test.sets(options.sets))
    test.dnf.close()
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--sets", type=int, default=120)
    parser.add_argument("--pool", type=int, default=48)
    parser.add_argument("--all", action="store_true", help="every fault through random sets, not the first alone")
    options = parser.parse_args()
    parts.need("rpm", "rpmbuild", "dnf", "createrepo_c", "cc")
    plugins = os.environ.get("KPB_BROKEN", "")
    if not os.path.isdir(plugins):
        parts.skip_all("KPB_BROKEN is not the directory of the plugin that breaks the scheme")
    begin, checks, failed = time.monotonic(), 0, 0
    print("controls: seed %d" % options.seed, flush=True)
    for fault, cases in NOTICED.items():
        with parts.Scratch() as root:
            problems = scenarios_notice(fault, plugins, root)
        checks += len(cases)
        failed += len(problems)
        print("%s: %s: noticed by %d of %d scenarios" % ("FAILED" if problems else "ok", fault,
                                                        len(cases) - len(problems), len(cases)), flush=True)
        for problem in problems:
            print("    " + problem)
    for fault in IN_SETS if options.all else IN_SETS[:1]:
        with parts.Scratch() as root:
            count = sets_notice(fault, plugins, root, options)
        checks += 1
        failed += not count
        print("%s: %s: noticed in %d of %d random sets" % ("ok" if count else "FAILED", fault, count, options.sets), flush=True)
    print("%d passed, %d failed, 0 skipped; seed %d, %.0f s" % (checks - failed, failed, options.seed,
                                                               time.monotonic() - begin))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
