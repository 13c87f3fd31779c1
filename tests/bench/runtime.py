#!/usr/bin/env python3
# The cost of kpb-reconcile on a machine where nothing has to be done, compared with the same
# command on a machine without live patches and with `true`: the three alternate. There are two
# hundred packages for other kernels with 60 functions each, below a root of their own; a run on the
# real /usr would depend on what this machine has. Prints medians; only asserts that the runs
# succeed.
#
#   runtime.py KPB_RECONCILE [--packages N] [--rounds N]
# SPDX-License-Identifier: GPL-2.0-only
import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def package(root, number, kernel):
    name = "kpatch-module-p%d-%s" % (number, kernel)
    directory = os.path.join(root, "usr/share/kpb/packages", name)
    os.makedirs(directory)
    lines = ["format=kpb.modules/1", "package=" + name, "epoch=0", "version=1", "release=%d" % number,
             "kernel=" + kernel, "arch=" + platform.machine(), "module=kpatch_p%d_1_%d" % (number, number),
             "file=/var/lib/kpatch/%s/kpatch-p%d-1-%d.ko" % (kernel, number, number), "sha256=" + "0" * 64,
             "vermagic=" + kernel + " SMP preempt mod_unload modversions", "replace=yes"]
    lines += ["function=vmlinux:a_function_of_the_kernel_%d:1" % i for i in range(60)]
    with open(os.path.join(directory, "modules.conf"), "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


def make_root(root):
    """As much of a system as kpb-reconcile needs to look at packages instead of stopping because it
    is in a chroot."""
    for part in ("usr/share/kpb/packages", "proc/1", "proc/self", "sys/kernel/livepatch", "sys/module", "var/lib/kpb"):
        os.makedirs(os.path.join(root, part))
    os.symlink("../..", os.path.join(root, "proc/1/root"))
    for name in ("proc/cmdline", "proc/modules"):
        with open(os.path.join(root, name), "w", encoding="utf-8"):
            pass


def least_memory(command):
    """The smallest sufficient address space in MiB: more than the resident memory, but independent
    of the process that started it."""
    for quarters in range(1, 400):
        limit = quarters << 18
        if not subprocess.run(["prlimit", "--as=%d" % limit] + command, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode:
            return quarters / 4
    sys.exit("100 MiB do not suffice: " + " ".join(command))


def run(command):
    start = time.monotonic()
    pid = os.posix_spawn(command[0], command, {"LC_ALL": "C.UTF-8"},
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                       (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status = os.waitpid(pid, 0)
    if status:
        sys.exit("failed with %d: %s" % (os.waitstatus_to_exitcode(status), " ".join(command)))
    return (time.monotonic() - start) * 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--packages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    top = tempfile.mkdtemp(prefix="kpb-bench-runtime-")
    try:
        roots = {"full": os.path.join(top, "full"), "empty": os.path.join(top, "empty")}
        for root in roots.values():
            make_root(root)
        for number in range(options.packages):
            package(roots["full"], number, "6.1.0-%d-amd64" % (number % 40))
        program = os.path.abspath(options.program)
        sides = {
            "%d packages for other kernels" % options.packages: [program, "--dry-run", "--root", roots["full"]],
            "no package": [program, "--dry-run", "--root", roots["empty"]],
            "/usr/bin/true": ["/usr/bin/true"],
        }
        for command in (sides["%d packages for other kernels" % options.packages], [program, "status", "--root", roots["full"]]):
            said = subprocess.run(command, capture_output=True, text=True, check=True)
            seen = said.stdout + said.stderr
            if seen and "%d wait for other kernels" % options.packages not in seen:
                sys.exit("that is not a machine with nothing to do: " + seen)
        samples = {name: [] for name in sides}
        for number in range(options.rounds + 1):
            for name, command in sides.items():
                sample = run(command)
                if number:  # the first round fills caches
                    samples[name].append(sample)
        print("kpb-reconcile --dry-run with nothing to do, medians of %d runs" % options.rounds)
        for name, measured in samples.items():
            print("  %-32s %6.2f ms   (at best %5.2f ms, %5.2f MiB of address space suffice)"
                  % (name, statistics.median(measured), min(measured), least_memory(sides[name])))
    finally:
        shutil.rmtree(top, ignore_errors=True)


main()
