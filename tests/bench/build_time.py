#!/usr/bin/env python3
"""build_time.py TREE...

The processor time (user and system) of a clean build of each source tree with its preset `release`, without a
compiler cache. The trees are built at the same time, one job each, so that other work on the machine meets all of
them. The last line compares the last tree with the first. Takes as long as a build with one job does.
"""
# SPDX-License-Identifier: GPL-2.0-only
import os
import subprocess
import sys
import tempfile

if len(sys.argv) < 2:
    sys.exit(__doc__)
environment = {name: value for name, value in os.environ.items()
               if name not in ("CMAKE_C_COMPILER_LAUNCHER", "CMAKE_CXX_COMPILER_LAUNCHER")}


def start(tree, directory):
    """A process that builds; the children of the build are its own, so wait4() has the time of all of them."""
    subprocess.run(["cmake", "--preset", "release", "-B", directory], cwd=tree, env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    with open(directory + "/build.log", "wb") as log:
        return subprocess.Popen(["ninja", "-C", directory, "-j", "1"], env=environment, stdout=log,
                                stderr=subprocess.STDOUT)


with tempfile.TemporaryDirectory(prefix="kpb-build-time-") as top:
    running = {}
    for number, tree in enumerate(sys.argv[1:]):
        directory = "%s/%d" % (top, number)
        running[start(tree, directory).pid] = (number, tree, directory)
    times = {}
    while running:
        pid, status, usage = os.wait3(0)
        if pid not in running:
            continue
        number, tree, directory = running.pop(pid)
        if status:
            with open(directory + "/build.log", encoding="utf-8", errors="replace") as log:
                sys.exit("%s does not build:\n%s" % (tree, log.read()[-3000:]))
        times[number] = usage.ru_utime + usage.ru_stime
        print("%7.0f s of processor (%.0f user, %.0f system)  %s" % (times[number], usage.ru_utime, usage.ru_stime, tree),
              flush=True)
    print("load at the end: %s" % " ".join("%.1f" % one for one in os.getloadavg()))
    if len(times) > 1:
        print("the last in relation to the first: %.2f" % (times[len(times) - 1] / times[0]))
