#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Every system call of kpb fails once: strace injects an error into the Nth call of a kind, for N from 1
# until there is no Nth call (SQLite's method: the loop ends when the fault is not hit). A run that exits
# with 0 must have made the same as an undisturbed run, byte for byte; any other must not have died of a
# signal, must have said why without calling it a plugin's bug, and must have left nothing, or named what
# it left. The same for rpmbuild and its children, at their calls on files in kpb's work directory. A
# fault that was not hit tests nothing: it ends a sweep, and is a failure at a chosen point.
#
# With --full 1: a spec, to a file and to standard output; a source package, a package and a spec from
# one command, all writing calls with all errors (for openat and close, most of which are made by the
# dynamic loader, every k-th from a random one on; k is printed); rpmbuild's own process at every call on
# the work directory, and its children. Otherwise: one error each for the spec, and samples of the rest.
#
#   syscall_faults.py [--full 1] [--points N] [--seed S]        needs strace (and rpmbuild for the children)
import os
import re
import shutil
import sys
import time

from stage import (KPB, SANITIZED, SYNTH, Reference, Run, Scratch, Stage, all_formats, contents, control_cut,
                   differences, skip_all, small_rpm, spec, wrapper)

ERRORS = ("ENOSPC", "EIO", "EACCES", "EMFILE")
# The calls that write, and those with which kpb reads its inputs and plugins.
WRITING = ("openat", "write", "fsync", "close", "rename", "mkdir", "unlinkat", "chmod", "fchmod")
READING = ("read", "pread64", "newfstatat", "getdents64", "fcntl", "readlink", "getrandom", "pipe2")
# One error each, where the fast suite has time for only one.
LIKELY = {"openat": "EMFILE", "write": "ENOSPC", "fsync": "EIO", "close": "EIO", "rename": "EACCES",
          "mkdir": "ENOSPC", "unlinkat": "EIO", "chmod": "EACCES", "fchmod": "EIO"}
# For several formats: the loader opens and closes what the plugins need, in hundreds of similar
# calls.
LOADER_STRIDE = {"openat": 3, "close": 3}
# Only called after a failure: if a sweep hits none, it is not a sweep, but not kpb's fault either.
AFTER_A_FAULT = ("unlink",)
# What rpmbuild and its children do with files there, in all versions of rpm.
BY_RPMBUILD = ("openat", "write", "close", "mkdir")
STRACE = "strace"
HUNG = 20  # seconds
PIPE_LEFT_OPEN = "strace left a pipe open, which a close that fails does not"
# libgcrypt, which librpm uses for digests, ends the program if it cannot read this file.
LIBGCRYPT = "/proc/sys/crypto/fips_enabled' in libgcrypt"


def judge(run, scratch, reference, may_be_silent=False):
    """What is wrong with a disturbed run."""
    words, found = run.words(), contents(scratch.out)
    unnamed = [name for name in os.listdir(scratch.tmp) if name not in words]
    problems = ["left in TMPDIR without a word: " + name for name in unnamed if not may_be_silent]
    if run.status == 0:
        problems += differences(found, reference.files)
        if run.stdout.replace(scratch.root.encode(), b"") != reference.stdout_below:
            problems.append("other words on standard output")
    else:
        # Complete files may exist: a failure after the renames cannot undo them.
        hidden = [name for name in found if name not in reference.files]
        problems += ["left behind without a word: " + name for name in hidden
                     if name not in words and not may_be_silent]
        problems += ["other content: " + name for name in found if name in reference.files
                     and found[name] != reference.files[name]]
        if run.status < 0 or run.status not in (1, 2, 3, 4, 5, 127):
            problems.append("exit status %d" % run.status)
        if not words.strip() and not may_be_silent:
            problems.append("it failed without a word")
        if "bug of" in words or "internal error" in words:
            problems.append("the fault is called a bug")
    if problems:
        problems.append("it said: " + " | ".join(words.splitlines()[-4:]))
    return problems


class Disturbed:
    """Runs of one command line under strace, in one scratch directory that is emptied in
    between."""

    def __init__(self, stage, title, arguments, into=None, kpb=KPB):
        self.stage, self.title, self.kpb = stage, title, kpb
        self.scratch = Scratch()
        self.arguments = arguments + (["-o", into or self.scratch.out] if into != "" else [])
        plain = Run([kpb, *self.arguments], self.scratch)
        if plain.status != 0:
            sys.exit("the undisturbed run of %s fails: %s" % (title, plain.words()))
        self.files = contents(self.scratch.out)
        self.stdout_below = plain.stdout.replace(self.scratch.root.encode(), b"")
        self.log = os.path.join(self.scratch.root, "log")

    def once(self, *injections):
        """(hit, problems, run) of one run with these faults."""
        self.scratch.clear()
        calls = ",".join(injection.split(":")[0] for injection in injections)
        command = [STRACE, "-y", "-o", self.log, "-e", "trace=" + calls]
        for injection in injections:
            command += ["-e", "inject=" + injection]
        run = Run(command + [self.kpb, *self.arguments], self.scratch, timeout=HUNG)
        with open(self.log, errors="replace") as log:
            text = log.read()
        # strace ends like its child; a child that was killed by a signal is in the log.
        if "+++ killed by" in text:
            run.status = -1
        hits = [line for line in text.splitlines() if "(INJECTED)" in line]
        # A message that could not be written cannot be expected.
        silent = any(line.startswith("write(2<") for line in hits)
        problems = ["it hangs"] if run.hung else judge(run, self.scratch, self, silent)
        # In Linux a failing close has closed the descriptor; but if strace makes it fail, it is
        # never executed, and whoever waits for the end of that pipe waits forever.
        if run.hung and any(line.startswith("close(") and "<pipe:" in line for line in hits):
            problems = [PIPE_LEFT_OPEN]
        return len(hits), problems, run

    def every(self, call, error, kind="", stride=1, limit=60000):
        """N = 1, 2, ... until the fault is not hit. `kind` "+": all calls from the Nth on."""
        for n in range(1 + self.stage.random.randrange(stride), limit, stride):
            hits, problems, run = self.once("%s:error=%s:when=%d%s" % (call, error, n, kind))
            if hits == 0:
                return n - 1
            self.count("%s: %s of call %d%s of %s" % (self.title, error, n, kind, call), problems, run)
        return limit

    def calls(self, names):
        """How many calls of each kind an undisturbed run makes, and how many seconds it takes under
        strace."""
        self.scratch.clear()
        started = time.monotonic()
        Run([STRACE, "-o", self.log, "-e", "trace=" + ",".join(names), self.kpb, *self.arguments], self.scratch)
        seconds = time.monotonic() - started
        with open(self.log, errors="replace") as log:
            found = [line.split("(", 1)[0] for line in log]
        return {name: found.count(name) for name in names}, seconds

    def count(self, name, problems, run):
        if run.status != 0 and LIBGCRYPT in run.words():
            self.stage.note("libgcrypt aborted because it could not read fips_enabled")
            return
        if problems == [PIPE_LEFT_OPEN]:
            self.stage.skip(name, PIPE_LEFT_OPEN)
            return
        self.stage.check(name, problems)
        self.stage.note("%s: exit %d" % (self.title, run.status))


def estimate(title, runs, seconds):
    """Half of the runs end early, on average half way."""
    print("%s: %d runs of at most %.0f ms, about %.0f s" % (title, runs, seconds * 1000, runs * seconds * 0.75), flush=True)


def own_process(stage, disturbed, calls, errors_of, kinds=("",), stride=lambda call: 1):
    totals, seconds = disturbed.calls(calls)
    estimate(disturbed.title, sum((totals[call] // stride(call) + 1) * len(errors_of(call)) * len(kinds)
                                  for call in calls), seconds)
    for call in calls:
        if stride(call) > 1:
            print("%s: every %d. of about %d calls of %s" % (disturbed.title, stride(call), totals[call], call))
        for error in errors_of(call):
            for kind in kinds:
                hit = disturbed.every(call, error, kind, stride(call))
                if hit == 0 and call in LIKELY:
                    stage.check("%s: %s" % (disturbed.title, call), ["no call of this kind was hit"])
                if kind == "":
                    stage.notes["%s: calls of %s" % (disturbed.title, call)] = hit


def second_faults(stage, disturbed, errors, firsts):
    """unlink is only called after a failure: a second fault after the first."""
    hit_by = "%s: a second fault, in unlink, was hit" % disturbed.title
    for call, error, last in firsts:
        for first in ("%s:error=%s:when=%d" % (call, error, n) for n in range(1, last + 1)):
            for second in errors:
                hits, problems, run = disturbed.once(first, "unlink:error=%s:when=1+" % second)
                disturbed.count("%s: %s, then unlink %s" % (disturbed.title, first, second), problems, run)
                if hits > 1:
                    stage.note(hit_by)
    if not stage.notes.get(hit_by):
        stage.check("%s: unlink" % disturbed.title, ["no call was hit"])


def sampled(stage, disturbed, calls, points):
    """Random points of a run that is too long for all of them. The number of reads from a pipe
    differs between runs: if the point was not reached, another one is drawn, but not forever."""
    totals, seconds = disturbed.calls(calls)
    estimate("%s, sampled" % disturbed.title, points, seconds)
    missed = done = 0
    while done < points:
        call = stage.random.choice([c for c in calls if totals[c]])
        error, n = stage.random.choice(ERRORS), stage.random.randint(1, totals[call])
        hits, problems, run = disturbed.once("%s:error=%s:when=%d" % (call, error, n))
        if hits == 0:
            missed += 1
            if missed > 3 + points // 4:
                stage.check(disturbed.title, ["%d of %d chosen faults were not hit" % (missed, missed + done)])
                return
            continue
        done += 1
        disturbed.count("%s: %s of call %d of %s" % (disturbed.title, error, n, call), problems, run)
    stage.notes["%s: faults hit at random points" % disturbed.title] = done
    stage.notes["%s: points that were not reached, drawn again" % disturbed.title] = missed


class Children:
    """The same for rpmbuild and its children: a program "rpmbuild" in PATH runs the real one under
    strace. Unconfined, because strace and its log are outside of what is seen there."""

    def __init__(self, stage):
        self.stage, self.scratch, self.rpmbuild = stage, Scratch(), shutil.which("rpmbuild")
        self.reference = Reference(small_rpm("--unconfined"))
        self.reference.stdout_below = b"/out/" + os.fsencode(next(iter(self.reference.files))) + b"\n"
        self.bin, self.log = os.path.join(self.scratch.root, "bin"), os.path.join(self.scratch.root, "log")

    def run(self, *options, each_path=False):
        """One run; `each_path` passes the paths in the work directory that self.paths names as
        -P."""
        self.scratch.clear()
        paths = "".join(' -P "$top/%s"' % path for path in self.paths) if each_path else ""
        wrapper(os.path.join(self.bin, "rpmbuild"),
                # kpb also asks for the version, and that run must not overwrite the log.
                'case " $* " in *" -bb "*) ;; *) exec %s "$@" ;; esac\n'
                'top=$(echo "$*" | sed "s/.*_topdir \\([^ ]*\\) .*/\\1/")\n'
                'exec strace -y -o "%s" %s%s %s "$@"\n' % (self.rpmbuild, self.log, " ".join(options), paths, self.rpmbuild))
        environment = self.scratch.environment(PATH=self.bin + ":" + os.environ["PATH"])
        run = Run([KPB, *small_rpm("--unconfined", "-o", self.scratch.out)], self.scratch, environment)
        with open(self.log, errors="replace") as log:
            return run, log.read()

    def survey(self):
        """Which calls of rpmbuild are on files in the work directory, and which paths there are
        always the same."""
        started = time.monotonic()
        run, text = self.run("-f", "-e", "trace=%file,%desc,write,read")
        self.seconds = time.monotonic() - started
        if run.status != 0:
            sys.exit("rpmbuild does not work under strace: " + run.words())
        inside = re.compile(re.escape(self.scratch.tmp) + r"/kpb-[a-z0-9]+/rpm-packed/?([A-Za-z0-9._+/-]*)")
        main = text.split(" ", 1)[0]
        counts, points, paths = {}, [], set()
        for line in text.splitlines():
            pid, _, call = line.partition(" ")
            name = call.strip().split("(", 1)[0]
            found = inside.findall(call)
            paths.update(path for path in found if "rpm-tmp." not in path)
            if pid == main and "resumed>" not in call:
                counts[name] = counts.get(name, 0) + 1
                if found and name in WRITING:
                    points.append((name, counts[name]))
        self.points, self.paths = points, sorted(paths)
        self.stage.notes["rpmbuild: calls on the work directory, its own process"] = len(points)
        self.stage.notes["rpmbuild: paths there, for its children"] = len(paths)

    def count(self, name, run, text):
        self.stage.check(name, judge(run, self.scratch, self.reference))
        self.stage.note("rpmbuild disturbed: exit %d" % run.status)
        return "(INJECTED)" in text

    def own(self, count):
        """rpmbuild's own process: the calls found by the survey, all of them if `count` is None."""
        hits = 0
        chosen = [(call, n, error) for call, n in self.points for error in ERRORS]
        if count is not None:
            chosen = self.stage.random.sample(chosen, min(count, len(chosen)))
        estimate("rpmbuild, its own process", len(chosen), self.seconds)
        for call, n, error in chosen:
            run, text = self.run("-e", "trace=" + call, "-e", "inject=%s:error=%s:when=%d" % (call, error, n))
            name = "rpmbuild: %s of call %d of %s" % (error, n, call)
            if self.count(name, run, text):
                hits += 1
            else:
                self.stage.check(name, ["the fault was not hit"])
        self.stage.notes["rpmbuild, its own process: faults hit"] = hits

    def below(self, calls, errors):
        """Everything that rpmbuild starts: the Nth call on one of the paths, in every process that
        has an Nth."""
        for call in calls:
            for error in errors(call):
                n = 0
                while n < 1000:
                    n += 1
                    run, text = self.run("-f", "-e", "trace=" + call, "-e",
                                         "inject=%s:error=%s:when=%d" % (call, error, n), each_path=True)
                    if not self.count("rpmbuild -f: %s of call %d of %s" % (error, n, call), run, text):
                        break
                self.stage.note("rpmbuild and its children: faults hit in " + call, n - 1)
            if n == 1 and call in BY_RPMBUILD:
                self.stage.check("rpmbuild -f: " + call, ["no call of this kind was hit"])


def swallowed(stage):
    """The negative control: a kpb that loses its exit status."""
    with Scratch() as scratch:
        broken = wrapper(os.path.join(scratch.root, "bin", "kpb"), '"%s" "$@"\nexit 0\n' % KPB)
        disturbed = Disturbed(stage, "a kpb that swallows its status", spec(), kpb=broken)
        environment = disturbed.scratch.environment(SOURCE_DATE_EPOCH="no number")
        disturbed.scratch.clear()
        run = Run([broken, *disturbed.arguments], disturbed.scratch, environment)
        caught = judge(run, disturbed.scratch, disturbed)
        with open(os.path.join(scratch.tmp, "kpb-left"), "w"):
            stage.control("a file left in TMPDIR", "; ".join(judge(run, scratch, disturbed)))
        stage.control("a kpb that swallows its exit status", "; ".join(caught))


def cut(stage):
    """The other control: a kpb whose packages are damaged."""
    whole = Disturbed(stage, "several formats", all_formats())

    def problems(kpb):
        whole.scratch.clear()
        return judge(Run([kpb, *whole.arguments], whole.scratch), whole.scratch, whole)

    control_cut(stage, problems)


def with_rpmbuild(stage, full, points, every):
    several = Disturbed(stage, "srpm, rpm-build and rpm-spec", all_formats())
    if full:
        own_process(stage, several, WRITING + AFTER_A_FAULT, every, stride=lambda call: LOADER_STRIDE.get(call, 1))
        second_faults(stage, several, ERRORS, (("fsync", "EIO", 6), ("rename", "EACCES", 3)))
    else:
        own_process(stage, several, ("fsync", "rename"), lambda call: (LIKELY[call],))
        second_faults(stage, several, ("EIO",), (("rename", "EACCES", 3),))
    sampled(stage, several, WRITING + READING, points)
    packed = Disturbed(stage, "rpm-build", small_rpm())
    made = os.path.join(packed.scratch.root, "made.rpm")
    shutil.copy(os.path.join(packed.scratch.out, next(iter(packed.files))), made)
    checked = Disturbed(stage, "verify", ["verify", made, os.path.join(SYNTH, "kpatch-full.ko")], into="")
    if full:
        own_process(stage, checked, ("openat", "read", "pread64"), lambda call: ("EIO", "EMFILE"))
    children = Children(stage)
    children.survey()
    children.own(None if full else points)
    if full:
        children.below(("openat", "write", "fsync", "close", "mkdir", "unlinkat", "rename"), every)


def main():
    stage = Stage("system call faults", ("full", 0, "1: every call, every error"),
                  ("points", 12, "how many random points of the runs with rpmbuild"))
    if shutil.which(STRACE) is None:
        skip_all("strace is not installed")
    with Scratch() as scratch:
        if Run([STRACE, "-o", "/dev/null", "true"], scratch).status != 0:
            skip_all("strace may not trace here")
    if SANITIZED:
        skip_all("the sanitizers make system calls of their own and end the program when those fail")
    full, points = stage.options.full, stage.options.points
    every, one = (lambda call: ERRORS), (lambda call: (LIKELY[call],))
    to_file = Disturbed(stage, "spec", spec())
    if full:
        own_process(stage, to_file, WRITING + AFTER_A_FAULT + READING, every)
        own_process(stage, to_file, WRITING, lambda call: ("EIO", "ENOSPC"), kinds=("+",))
        to_stdout = Disturbed(stage, "spec to standard output", spec(), into="-")
        own_process(stage, to_stdout, ("openat", "write", "close", "mkdir", "unlinkat"), every)
    else:
        # Most calls of these two are made by the dynamic loader.
        own_process(stage, to_file, WRITING, one, stride=lambda call: 4 if call in ("openat", "close") else 1)
    second_faults(stage, to_file, ERRORS if full else ("EIO",),
                  (("write", "ENOSPC", 2), ("fsync", "EIO", 1), ("rename", "EACCES", 1)))
    if shutil.which("rpmbuild") is None:
        stage.skip("rpmbuild", "it is not installed")
    else:
        with_rpmbuild(stage, full, points, every)
        cut(stage)
    swallowed(stage)
    stage.end()


if __name__ == "__main__":
    main()
