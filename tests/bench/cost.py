#!/usr/bin/env python3
"""cost.py KPB_PREFIX SYNTH [--only KIND] [--repeat N] [--bounds]

Is the cost of what comes from outside in step with its size? Each dimension of each kind of input is doubled, up to the
limit in docs/limits.md, and kpb's processor time and memory are measured for half the limit and for the limit. Doubling
may cost 2.5 times at most. What any run of kpb costs, with the smallest input of the kind, is taken off first; a cost
too small to compare (20 ms, 4 MiB) is not divided by, but the larger one must be within 2.5 times of that.

--bounds also wants the limit itself to cost at most 2 s and 256 MiB, which a build without optimization does not reach.

Exit status: 0 all in step, 1 something is not. docs/performance.md has figures.
"""
# SPDX-License-Identifier: GPL-2.0-only
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RATIO, SECONDS, MEMORY = 2.5, 0.020, 4.0  # the last two are the floors
MOST_SECONDS, MOST_MEMORY = 2.0, 256.0

INSPECT = ["kpb", "inspect", "FILE"]
PATCH = ["kpb", "build", "--dry-run", "-q", "-B", "rpm-spec", "-k", "6.1.0-56-amd64", "--replace", "FILE"]
PLAN = ["kpb", "series", "plan", "FILE"]
ADD = ["kpb", "kernel", "add", "--no-compile", "-k", "6.1.0-56-amd64", "--store", "store", "--config", "SYNTH/kernel/config", "--vmlinux",
       "SYNTH/kernel/vmlinux", "--source", "FILE"]

# (kind of inputs.py, smallest, limit, name, command, exit statuses that a reader ends with)
DIMENSIONS = [
    ("deb_fields", 8, 500, "x.deb", INSPECT, (0,)),
    ("deb_relations", 1, 20000, "x.deb", INSPECT, (0,)),
    ("deb_files", 2, 20000, "x.deb", INSPECT, (0,)),
    ("deb_sums", 1, 400000, "x.deb", INSPECT, (0,)),
    ("deb_unpacked", 1, 79, "x.deb", INSPECT, (0,)),
    ("spec_lines", 1, 100000, "x.spec", INSPECT, (0,)),
    ("module_functions", 1, 20000, "x.ko", INSPECT, (0,)),
    ("module_size", 1, 62, "x.ko", INSPECT, (0,)),
    ("patch_hunks", 1, 100000, "x.patch", PATCH, (0,)),
    ("patch_files", 1, 1000, "x.patch", PATCH, (0,)),
    ("patch_size", 1, 31, "x.patch", PATCH, (0,)),
    ("patch_prose", 1, 31, "x.patch", PATCH, (0,)),
    ("patch_line", 1, 1000, "x.patch", PATCH, (0,)),
    ("manifest_cells", 10, 20000, "x.yml", PLAN, (0,)),
    ("manifest_values", 4, 190000, "x.yml", PLAN, (0,)),
    ("manifest_patterns", 10, 4900000, "x.yml", PLAN, (0,)),
    # These are refused: by the limit, or because they are no kernel's source.
    ("manifest_wrong", 1, 20000, "x.yml", PLAN, (2,)),
    ("tar_depth", 2, 200000, "x.tar.xz", ADD, (2,)),
    ("tar_members", 1, 1000000, "x.tar.gz", ADD, (2,)),
]


def measure(command, environment, directory, wanted, repeat):
    """The least processor time of several runs, and the most memory."""
    best, most = None, 0.0
    for _ in range(repeat):
        done = subprocess.run([sys.executable, HERE + "/usage.py"] + command, cwd=directory, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        lines = done.stderr.decode(errors="replace").splitlines()
        if done.returncode not in wanted:
            sys.exit("exit status %d of %s\n%s" % (done.returncode, " ".join(command), "\n".join(lines[-10:])))
        seconds, memory = map(float, lines[-1].split()[1:])
        best = seconds if best is None else min(best, seconds)
        most = max(most, memory)
    return best, most


def ratio(small, large, floor):
    return large / max(small, floor)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefix")
    parser.add_argument("synth", help="what tests/fixtures/synth/build.sh made")
    parser.add_argument("--only")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--bounds", action="store_true")
    options = parser.parse_args()
    environment = {"PATH": os.path.abspath(options.prefix) + "/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                   "SOURCE_DATE_EPOCH": "1700000000"}
    bad = 0
    print("%-18s %8s %9s %9s %6s %9s %9s %6s" % ("kind", "size", "s", "s twice", "ratio", "MiB", "MiB twice", "ratio"))
    for kind, least, limit, name, command, wanted in DIMENSIONS:
        if options.only not in (None, kind):
            continue
        costs = []
        for size in (least, limit // 2, limit):
            with tempfile.TemporaryDirectory() as work:
                environment["HOME"] = environment["TMPDIR"] = work
                subprocess.run([sys.executable, HERE + "/inputs.py", kind, work + "/" + name, str(size)], check=True)
                words = [name if word == "FILE" else word.replace("SYNTH", os.path.abspath(options.synth)) for word in command]
                costs.append(measure(words, environment, work, wanted,
                                     options.repeat))
        (base_s, base_m), (small_s, small_m), (large_s, large_m) = costs
        time = ratio(small_s - base_s, large_s - base_s, SECONDS)
        memory = ratio(small_m - base_m, large_m - base_m, MEMORY)
        verdict = ""
        if max(time, memory) > RATIO:
            verdict += "  out of step"
        if options.bounds and (large_s > MOST_SECONDS or large_m > MOST_MEMORY):
            verdict += "  too dear"
        bad += bool(verdict)
        print("%-18s %8d %9.2f %9.2f %6.2f %9.1f %9.1f %6.2f%s" % (kind, limit, small_s, large_s, time, small_m, large_m,
                                                                memory, verdict), flush=True)
    sys.exit(1 if bad else 0)


main()
