#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The file that was checked is the file that is opened. kpb is stopped (by a SIGSTOP that strace injects) at
# every openat from the one that opens a plugin for the check to the last that has to do with it; meanwhile
# another plugin is put under its name, by renaming it over the file, by renaming its directory, or by turning
# a link. Then kpb goes on. What runs, what the document says of it and its digest must be those of the file
# that was checked, and the other's constructor must not have run. Negative controls: the same before the check,
# where the other one is what runs; and a kpb that opens by name what it has checked.
#
#   swap.py KPB                                                  needs strace and a C compiler
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
PATCH = os.path.join(HERE, "..", "fixtures", "livepatch-test.patch")
LIMIT = 30.0


def compiled(name, to):
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-fPIC", "-shared", "-fvisibility=hidden",
                    "-I" + os.path.join(HERE, "..", "..", "sdk", "include"),
                    os.path.join(HERE, "zoo", name + ".c"), "-o", to], check=True)
    with open(to, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Trial:
    """One run, in a directory of its own."""

    def __init__(self, kpb, made):
        self.kpb, self.root = kpb, os.path.realpath(tempfile.mkdtemp(prefix="kpb-swap."))
        self.log = os.path.join(self.root, "log")
        self.impostor = os.path.join(self.root, "impostor-ran")
        for directory in ("real", "other"):
            os.mkdir(os.path.join(self.root, directory), 0o755)
        shutil.copy(os.path.join(made, "good.so"), os.path.join(self.root, "real", "zoo.so"))
        shutil.copy(os.path.join(made, "impostor.so"), os.path.join(self.root, "other", "zoo.so"))
        os.mkdir(os.path.join(self.root, "links"), 0o755)
        os.symlink("../real/zoo.so", os.path.join(self.root, "links", "zoo.so"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)

    def run(self, directory, *options, meanwhile=None, preload=None):
        """(exit status, JSON document, what strace saw); `meanwhile` is called when kpb has stopped."""
        environment = {"PATH": os.environ["PATH"], "HOME": self.root, "TMPDIR": self.root, "LC_ALL": "C.UTF-8",
                       "KPB_ZOO_IMPOSTOR": self.impostor, "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"}
        if preload:
            options += ("-E", "LD_PRELOAD=" + preload)
        process = subprocess.Popen(["strace", "-y", "-o", self.log, "-e", "trace=openat", *options, self.kpb, "build", "--json",
                                    "-k", "5.14.0-362.8.1.el9_3", "--plugin-dir", os.path.join(self.root, directory),
                                    "-p", "zoo", "-o", os.path.join(self.root, "made.spec"), PATCH], env=environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if meanwhile is not None:
            self.when_stopped(process, meanwhile)
        out, words = process.communicate(timeout=LIMIT)
        with open(self.log, errors="replace") as log:
            return process.returncode, json.loads(out) if out else words.decode(), log.read()

    def when_stopped(self, process, meanwhile):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and process.poll() is None:
            if os.path.exists(self.log) and "--- stopped by SIGSTOP ---" in open(self.log, errors="replace").read():
                meanwhile()
                with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as children:
                    os.kill(int(children.read().split()[0]), signal.SIGCONT)
                return
            time.sleep(0.002)

    def swap_file(self):
        os.rename(os.path.join(self.root, "other", "zoo.so"), os.path.join(self.root, "real", "zoo.so"))

    def swap_directory(self):
        real, other = os.path.join(self.root, "real"), os.path.join(self.root, "other")
        os.rename(real, real + ".away")
        os.rename(other, real)

    def swap_link(self):
        link = os.path.join(self.root, "links", "zoo.so")
        os.symlink("../other/zoo.so", link + ".new")
        os.rename(link + ".new", link)


SWAPS = (("file", "real", Trial.swap_file), ("directory", "real", Trial.swap_directory), ("link", "links", Trial.swap_link))


def facts(document):
    """(the package's name, the digest of the policy) as the document of the package has them."""
    package = document["packages"][0]
    digests = [p["sha256"] for p in package["plugins"] if p["id"] == "org.example.zoo"]
    return package["package"]["name"], digests[0] if digests else None


def main():
    kpb = os.path.realpath(sys.argv[1])
    if shutil.which("strace") is None or shutil.which(os.environ.get("CC", "cc")) is None:
        print("SKIPPED: strace or a C compiler is not installed\n0 passed, 0 failed, 1 skipped")
        return 77
    if subprocess.run(["strace", "-o", "/dev/null", "true"]).returncode != 0:
        print("SKIPPED: strace may not trace here\n0 passed, 0 failed, 1 skipped")
        return 77
    made = tempfile.mkdtemp(prefix="kpb-swap-made.")
    passed = failed = 0
    try:
        digests = {name: compiled(name, os.path.join(made, name + ".so")) for name in ("good", "impostor")}
        good, other = ("zoo-module", digests["good"]), ("impostor", digests["impostor"])
        with Trial(kpb, made) as trial:
            status, document, text = trial.run("real")
            if status != 0 or facts(document) != good:
                sys.exit("an undisturbed run does not work: %d %s" % (status, document))
        calls = [line for line in text.splitlines() if line.startswith("openat(")]
        ours = [n for n, line in enumerate(calls, 1) if re.search(r"= \d+<[^>]*/real/zoo\.so>", line)]
        if len(ours) < 2:
            sys.exit("the plugin is not opened for a check and for loading: %r" % ours)
        # The call of the check itself is stopped before it is made: that is the last moment before it.
        first, last = ours[0] + 1, ours[-1]
        print("the plugin is opened by calls %s of openat; swapped at each of %d to %d" % (ours, first, last))
        for n in range(first, last + 1):
            title, directory, swap = SWAPS[n % len(SWAPS)]
            with Trial(kpb, made) as trial:
                swapped = []
                status, document, _ = trial.run(directory, "-e", "inject=openat:signal=SIGSTOP:when=%d" % n,
                                                meanwhile=lambda: swapped.append(swap(trial)))
                problems = [] if swapped else ["kpb did not stop there"]
                if status != 0 or facts(document) != good:
                    problems.append("status %d, %s" % (status, facts(document) if status == 0 else document))
                if os.path.exists(trial.impostor):
                    problems.append("THE OTHER PLUGIN'S CODE RAN")
            passed, failed = passed + (not problems), failed + bool(problems)
            if problems:
                print("not ok: %s swapped at call %d: %s" % (title, n, "; ".join(problems)))
        for title, directory, swap in SWAPS:
            with Trial(kpb, made) as trial:
                # Long before the check, so that the directory is not held open yet.
                status, document, _ = trial.run(directory, "-e", "inject=openat:signal=SIGSTOP:when=1",
                                                meanwhile=lambda: swap(trial))
                seen = status == 0 and facts(document) == other and os.path.exists(trial.impostor)
            passed, failed = passed + seen, failed + (not seen)
            print("negative control, %s swapped before the check: %s"
                  % (title, "the other one runs" if seen else "NOT CAUGHT: %d" % status))
        with Trial(kpb, made) as trial:
            compiled("open_by_name", os.path.join(made, "open_by_name.so"))
            status, document, _ = trial.run("real", "-e", "inject=openat:signal=SIGSTOP:when=%d" % ((ours[0] + ours[1]) // 2),
                                            meanwhile=trial.swap_file, preload=os.path.join(made, "open_by_name.so"))
            seen = status == 0 and facts(document) != good and os.path.exists(trial.impostor)
        passed, failed = passed + seen, failed + (not seen)
        print("negative control, a kpb that opens by name: %s"
              % ("the other one runs" if seen else "NOT CAUGHT: %d" % status))
    finally:
        shutil.rmtree(made, ignore_errors=True)
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
