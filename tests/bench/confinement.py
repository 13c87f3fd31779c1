#!/usr/bin/env python3
"""confinement.py KPB MODULE KERNEL [RUNS]

What confinement costs: a module to an RPM, with it and with --unconfined, in turns, so that other load meets both.
Prints both medians, and the difference.
"""
# SPDX-License-Identifier: GPL-2.0-only
import statistics
import subprocess
import sys
import tempfile
import time

if len(sys.argv) < 4:
    sys.exit(__doc__)
kpb, module, kernel = sys.argv[1:4]
runs = int(sys.argv[4]) if len(sys.argv) > 4 else 15
times = {"confined": [], "unconfined": []}
with tempfile.TemporaryDirectory() as out:
    for _ in range(runs):
        for how, options in (("confined", []), ("unconfined", ["--unconfined"])):
            started = time.monotonic()
            subprocess.run([kpb, "build", "-q", "-b", "-o", out, "-k", kernel, "--replace", "--name", "bench",
                            "--function", "vmlinux:f", "--module", module, *options], check=True, stderr=subprocess.DEVNULL)
            times[how].append((time.monotonic() - started) * 1000)
medians = {how: statistics.median(each) for how, each in times.items()}
for how, median in medians.items():
    print("%-11s %6.0f ms (%d runs)" % (how, median, runs))
print("%-11s %6.0f ms" % ("difference", medians["confined"] - medians["unconfined"]))
