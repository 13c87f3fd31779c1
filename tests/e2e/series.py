#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A manifest of three patches for two real kernels, each with its own builder: one command builds
all six packages; interrupted half way, the same command finishes without building a finished cell
again; and every module, taken only from its package, patches its kernel under QEMU. With --slurm,
the same manifest is also built by a Slurm of two nodes on this machine, one of which is killed in
the middle, with the same bytes as the result.

    series.py [--prefix DIR] [--slurm]

Exit status: 0 passed, 1 failed, 77 the parts are missing (e2e.py prepare makes them)."""
import argparse
import glob
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cluster"))

from cases import KERNELS, patch_path
from e2e import CACHE, say, warm

EFFECTS = {"cmdline": "patched: /proc/cmdline contains kpb-cmdline\n",
           "version": "patched: /proc/version contains kpb-version\n",
           "loadavg": "patched: /proc/loadavg contains kpb-\n"}
FINISHED_FIRST = 2


def nice_and_interruptible():
    os.nice(5)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # background jobs have it ignored, and kpb respects that


class Series:
    def __init__(self, program, work):
        self.program, self.work = program, work
        self.out, self.events = os.path.join(work, "out"), os.path.join(work, "events")
        self.store = os.path.join(CACHE, "store")
        # A date of its own: results of earlier runs in the store have other identities.
        self.environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(time.time()))}
        self.images = {}

    def manifest(self):
        kernels, packages = "", ""
        for name, kernel in KERNELS.items():
            dist = os.path.join(CACHE, kernel.dist)
            release = open(dist + "/release").read().strip()
            self.images[release] = dist + "/bzImage"
            kernels += f"  {name}: {{release: {release}, builder: {name}}}\n"
        for patch in EFFECTS:
            packages += f"  - name: {patch}\n    patches:\n"
            for name, kernel in KERNELS.items():
                packages += f"      - {{filename: {patch_path(kernel, patch)}, kernels: [{name}]}}\n"
        with open(os.path.join(self.work, "m.yml"), "w") as file:
            file.write(f"defaults: {{backends: [rpm-build]}}\nkernels:\n{kernels}packages:\n{packages}")

    def start(self):
        return subprocess.Popen([self.program, "series", "build", "-o", self.out, "--store", self.store, "--events",
                                 self.events, "m.yml"], cwd=self.work, env=self.environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                preexec_fn=nice_and_interruptible)

    def built(self):
        found = []
        if os.path.exists(self.events):
            for line in open(self.events):
                event = json.loads(line)
                if event["event"] == "ended" and event["state"] == "built":
                    found.append(event["job"])
        return found

    def interrupted(self):
        process = self.start()
        while len(self.built()) < FINISHED_FIRST and process.poll() is None:
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        words, _ = process.communicate(timeout=120)
        say(f"interrupted after {', '.join(self.built())}: exit status {process.returncode}")
        return [] if process.returncode == 130 else [f"exit status {process.returncode}: {words}"]

    def finished(self):
        before = self.built()
        process = self.start()
        words, _ = process.communicate(timeout=7200)
        say(words.strip())
        built = self.built()
        problems = [] if process.returncode == 0 else [f"exit status {process.returncode}: {words}"]
        problems += [f"{cell} was built {built.count(cell)} times" for cell in set(built) if built.count(cell) > 1]
        if len(set(built)) != len(EFFECTS) * len(KERNELS) or len(before) < FINISHED_FIRST:
            problems.append(f"built were {built}, before the interrupt {before}")
        return problems

    def on_slurm(self, slurm, root):
        """What differs in the results of a cluster whose second node fails during the work."""
        self.clean_store()  # otherwise everything would be taken from there
        out = os.path.join(self.work, "slurm")
        with slurm.Cluster(root) as cluster:
            cluster.environment["SOURCE_DATE_EPOCH"] = self.environment["SOURCE_DATE_EPOCH"]
            process = subprocess.Popen([self.program, "series", "build", "--engine", "slurm", "-o", out, "--store", self.store,
                                        "m.yml"], cwd=self.work, env=cluster.environment, text=True,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            steps = slurm.until("b2 runs a job", lambda: cluster.steps("b2"))
            cluster.end("b2", signal.SIGKILL)
            for step in steps:
                slurm.kill_tree(step)
            say("one of two nodes is gone, with its job")
            words, _ = process.communicate(timeout=7200)
            say(words.strip())
            with open(os.path.join(root, "slurmctld.log")) as log:
                put_back = [line for line in log if "equeue" in line]
        wanted, found = slurm.results(self.out), slurm.results(out)
        problems = [] if process.returncode == 0 else [f"exit status {process.returncode}"]
        if f"{len(EFFECTS) * len(KERNELS)} built" not in words:
            problems.append("on Slurm not all of it was built")
        if not put_back:
            problems.append("Slurm put no job back")
        differ = sorted(name for name in {**wanted, **found} if wanted.get(name) != found.get(name))
        say(f"{len(wanted)} files here, {len(found)} from Slurm, {len(differ)} differ")
        return problems + [f"{name} differs" for name in differ]

    def booted(self, patch, release):
        found = glob.glob(f"{self.out}/rpm-build/{release}/kpatch-module-{patch}-*.rpm")
        if len(found) != 1:
            return [f"{len(found)} packages of {patch} for {release}"]
        expect = os.path.join(self.work, patch + ".expect")
        with open(expect, "w") as file:
            file.write(EFFECTS[patch])
        run = subprocess.run([self.program, "boot-test", "--kernel-image", self.images[release], "--expect-file", expect,
                              found[0]], text=True, capture_output=True)
        say(f"{patch} on {release}: boot-test exits {run.returncode}")
        return [] if run.returncode == 0 else [f"{patch} on {release}: {run.stdout}{run.stderr}"]

    def clean_store(self):
        told = os.path.join(self.out, "series.json")
        for cell in json.load(open(told))["cells"] if os.path.exists(told) else []:
            identity = cell.get("identity", "")
            if len(identity) == 64:
                shutil.rmtree(f"{self.store}/results/{identity[:2]}/{identity}", ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--prefix", default=os.environ.get("KPB_PREFIX", "/usr/local"))
    parser.add_argument("--slurm", action="store_true")
    options = parser.parse_args()
    if not all(warm(builder) for builder in KERNELS):
        say(f"SKIPPED, NOT TESTED: {CACHE} has not both kernels; e2e.py prepare makes them")
        return 77
    if options.slurm and not shutil.which("slurmctld", path="/usr/sbin:/usr/bin"):
        say("SKIPPED, NOT TESTED: slurmctld is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="kpb-e2e-series-") as work:
        series = Series(os.path.join(options.prefix, "bin/kpb"), work)
        series.manifest()
        try:
            problems = series.interrupted() + series.finished()
            # For docs/performance.md, together with the figures of tests/bench/reuse for cold
            # builders.
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            say(f"both runs used {used.ru_utime + used.ru_stime:.0f} s of processors")
            for patch in EFFECTS:
                for release in series.images:
                    problems += series.booted(patch, release)
            if options.slurm and not problems:
                import slurm  # needs environment variables when it is imported
                with tempfile.TemporaryDirectory(prefix="kpb-slurm.") as root:
                    problems += series.on_slurm(slurm, root)
        finally:
            series.clean_store()
    for problem in problems:
        say("FAILED: " + problem)
    say("%d problems" % len(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
