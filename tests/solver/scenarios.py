#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""scenarios.py [--list] [--verbose] [--only WORD] [GROUP...]: executes the tables, each scenario
with the real rpm and dnf in an install root of its own. GROUPs are the files of tables/; without
one, all of them."""
import argparse
import concurrent.futures
import importlib
import os
import sys
import time

import parts

sys.path.insert(0, os.path.join(parts.HERE, "tables"))


def groups():
    return sorted(name[:-3] for name in os.listdir(os.path.join(parts.HERE, "tables")) if name.endswith(".py"))


def table(group):
    return importlib.import_module(group).SCENARIOS


def run_all(scenarios, workshop, root):
    """The outcomes, in the order of the scenarios."""
    from scenario import Outcome, go_through
    places = []
    for number, _ in enumerate(scenarios):
        places.append(os.path.join(root, "machine-%d" % number))
        os.makedirs(places[-1])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        def one(scenario, place):
            try:
                return go_through(scenario, workshop, place)
            except Exception as error:  # noqa: BLE001: this one fails, the others continue
                return Outcome(scenario, ["%s: %s" % (type(error).__name__, error)], broken=True)
        return list(pool.map(one, scenarios, places))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("groups", nargs="*", default=groups())
    options = parser.parse_args()
    chosen = [(g, s) for g in options.groups for s in table(g) if options.only in s.name]
    if options.list:
        for group, scenario in chosen:
            print("%s: %s%s" % (group, scenario.name, " (%s)" % scenario.reason if scenario.reason else ""))
        print("%d scenarios" % len(chosen))
        return 0
    parts.need("rpm", "rpmbuild", "dnf", "createrepo_c", "cc")
    from workshop import Workshop
    begin, failed = time.monotonic(), 0
    with parts.Scratch() as root:
        workshop = Workshop(os.path.join(root, "packages"))
        outcomes = run_all([s for _, s in chosen], workshop, root)
        for (group, scenario), outcome in zip(chosen, outcomes):
            good = not outcome.problems
            failed += not good
            print("%s: %s: %s" % ("ok" if good else "FAILED", group, scenario.name), flush=True)
            for line in outcome.lines if options.verbose or not good else []:
                print("    " + line)
            for problem in outcome.problems:
                print("    problem: " + problem.replace("\n", "\n        "))
    print("%d passed, %d failed, 0 skipped; %d packages, %.0f s" % (
        len(chosen) - failed, failed, len(workshop.made), time.monotonic() - begin))
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
