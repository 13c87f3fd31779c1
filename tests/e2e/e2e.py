#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""From a patch to a kernel that runs it, with real kernels, real builders and only the installed
kpb between them.

    e2e.py [--prefix DIR] prepare         make the parts (prepare.sh) and the kernels in the store
    e2e.py warm                           check that all of them exist
    e2e.py [--prefix DIR] run BUILDER [--stage NAME]... [--kills N] [--keep DIR [--reuse]]

The parts are below ${KPB_CACHE:-/var/cache/kpb-tests}. Exit status: 0 passed, 1 failed, 77 the
parts are missing and KPB_E2E is not 1."""
import argparse
import glob
import os
import subprocess
import sys
import tempfile
import time

import stages
from builds import Broken, Kpb
from cases import HERE, KERNELS

CACHE = os.environ.get("KPB_CACHE", "/var/cache/kpb-tests")
BEGIN = time.monotonic()


def say(words):
    print(f"{time.monotonic() - BEGIN:6.0f} s  {words}", flush=True)


def warm(builder):
    """Whether the kernel for `builder` is in the store, compiled."""
    dist = os.path.join(CACHE, KERNELS[builder].dist)
    if not os.path.exists(dist + "/release"):
        return False
    with open(dist + "/release") as file:
        release = file.read().strip()
    return bool(glob.glob(f"{CACHE}/store/kernels/{release}-*/templates/{builder}-*/template.json"))


def prepare(program):
    subprocess.run(["sh", os.path.join(HERE, "prepare.sh")], check=True)
    for builder, kernel in KERNELS.items():
        if warm(builder):
            continue
        dist = os.path.join(CACHE, kernel.dist)
        with open(dist + "/release") as file:
            release = file.read().strip()
        say(f"preparing {release} for {builder}")
        subprocess.run([program, "kernel", "add", "-k", release, "--builder", builder,
                        "--source", sorted(glob.glob(os.path.join(CACHE, kernel.source)))[-1],
                        "--config", dist + "/config", "--vmlinux", dist + "/vmlinux",
                        "--modules", dist + "/modules", "--symvers", dist + "/Module.symvers",
                        "--root", CACHE + "/root-trixie", "--store", CACHE + "/store"], check=True)


def run(options, program):
    if not all(warm(b) for b in [options.builder]):
        if os.environ.get("KPB_E2E") != "1":
            say(f"SKIPPED, NOT TESTED: {CACHE} has no kernel prepared for {options.builder}; "
                "KPB_E2E=1 makes it, which takes about 40 minutes and 7 GB")
            return 77
        prepare(program)
    with tempfile.TemporaryDirectory(prefix="kpb-e2e-") as temporary:
        work = os.path.abspath(options.keep or temporary)
        os.makedirs(work, exist_ok=True)
        test = stages.Test(Kpb(program, CACHE, KERNELS[options.builder], work, options.reuse), say, options.kills)
        for name in options.stage or stages.STAGES:
            say(f"== {options.builder}: {name}")
            try:
                getattr(test, name)()
            except Broken as broken:
                test.check(False, f"{name}: {broken}")
        for line in test.failed:
            say("FAILED: " + line)
        say(f"{options.builder}: {test.passed} checks passed, {len(test.failed)} failed")
        return 1 if test.failed or not test.passed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--prefix", default=os.environ.get("KPB_PREFIX", "/usr/local"))
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("prepare")
    verbs.add_parser("warm")
    verb = verbs.add_parser("run")
    verb.add_argument("builder", choices=sorted(KERNELS))
    verb.add_argument("--stage", action="append", choices=stages.STAGES + stages.LONG_STAGES)
    verb.add_argument("--kills", type=int, default=int(os.environ.get("KPB_E2E_KILLS", "3")))
    verb.add_argument("--keep", help="leave packages and serial logs in this directory")
    verb.add_argument("--reuse", action="store_true", help="do not build again what --keep has")
    options = parser.parse_args()
    if options.verb == "warm":
        return 0 if all(warm(builder) for builder in KERNELS) else 1
    program = os.path.join(options.prefix, "bin/kpb")
    if not os.access(program, os.X_OK):
        sys.exit(f"{program}: no kpb there; --prefix says where it is installed")
    if options.verb == "prepare":
        prepare(program)
        return 0
    return run(options, program)


if __name__ == "__main__":
    sys.exit(main())
