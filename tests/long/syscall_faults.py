#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Every system call that kpb makes fails once: strace injects an error into the Nth call of a kind, for N from
# 1 until there is no Nth call any more (SQLite's rule: the loop ends when the fault is not hit). A run that
# exits 0 must have made what an undisturbed run makes, byte for byte; any other must not have died of a
# signal, must have said why without calling it a plugin's bug, and must have left nothing, or named what it
# left. The same for rpmbuild and what it starts, at their calls on files of kpb's work directory.
#
#   syscall_faults.py [--full 1] [--points N] [--seed S]        needs strace (and rpmbuild for the children)
import os
import re
import shutil
import sys

from stage import (KPB, SANITIZED, SYNTH, Reference, Run, Scratch, Stage, contents, differences, skip_all, small_rpm, spec,
                   wrapper)

ERRORS = ("ENOSPC", "EIO", "EACCES", "EMFILE")
# The calls that write, and those that kpb reads its inputs and plugins with.
WRITING = ("openat", "write", "fsync", "close", "rename", "mkdir", "unlinkat", "chmod", "fchmod")
READING = ("read", "pread64", "newfstatat", "getdents64", "fcntl", "readlink", "getrandom", "pipe2")
# One error each where the fast suite has time for one.
LIKELY = {"openat": "EMFILE", "write": "ENOSPC", "fsync": "EIO", "close": "EIO", "rename": "EACCES",
          "mkdir": "ENOSPC", "unlinkat": "EIO", "chmod": "EACCES", "fchmod": "EIO"}
STRACE = "strace"
# libgcrypt, which librpm computes digests with, ends the program when it cannot read this file.
LIBGCRYPT = "/proc/sys/crypto/fips_enabled' in libgcrypt"


def judge(run, scratch, reference, may_be_silent=False):
    """What is wrong with a run that was disturbed."""
    words, found = run.words(), contents(scratch.out)
    unnamed = [name for name in os.listdir(scratch.tmp) if name not in words]
    problems = ["left in TMPDIR without a word: " + name for name in unnamed if not may_be_silent]
    if run.status == 0:
        problems += differences(found, reference.files)
        if run.stdout.replace(scratch.root.encode(), b"") != reference.stdout_below:
            problems.append("other words on standard output")
    else:
        # Complete files may be there: what fails after the renames cannot take them back.
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
    """Runs of one command line under strace, in one scratch directory that is emptied in between."""

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
        command = [STRACE, "-o", self.log, "-e", "trace=" + calls]
        for injection in injections:
            command += ["-e", "inject=" + injection]
        run = Run(command + [self.kpb, *self.arguments], self.scratch)
        with open(self.log, errors="replace") as log:
            text = log.read()
        # strace ends as its child did; a child that a signal ended stands in the log.
        if "+++ killed by" in text:
            run.status = -1
        hits = [line for line in text.splitlines() if "(INJECTED)" in line]
        # A message that could not be written cannot have been read.
        silent = any(line.startswith("write(2,") for line in hits)
        return len(hits), judge(run, self.scratch, self, silent), run

    def every(self, call, error, kind="", stride=1, limit=60000):
        """N = 1, 2, ... until the fault is not hit. `kind` "+": from the Nth call on all of them."""
        for n in range(1 + self.stage.random.randrange(stride), limit, stride):
            hits, problems, run = self.once("%s:error=%s:when=%d%s" % (call, error, n, kind))
            if hits == 0:
                return n - 1
            self.count("%s: %s of call %d%s of %s" % (self.title, error, n, kind, call), problems, run)
        return limit

    def count(self, name, problems, run):
        if run.status == -1 and LIBGCRYPT in run.words():
            self.stage.note("libgcrypt aborted because it could not read fips_enabled")
            return
        self.stage.check(name, problems)
        self.stage.note("%s: exit %d" % (self.title, run.status))


def own_process(stage, disturbed, calls, errors_of, kinds=("",), stride=lambda call: 1):
    for call in calls:
        for error in errors_of(call):
            for kind in kinds:
                hit = disturbed.every(call, error, kind, stride(call))
                if hit == 0 and call in LIKELY:
                    stage.check("%s: %s" % (disturbed.title, call), ["no call of this kind was hit"])
                if kind == "":
                    stage.notes["%s: calls of %s" % (disturbed.title, call)] = hit


def second_faults(stage, disturbed, errors):
    """unlink is called only after something failed: the fault that comes on top of a fault."""
    for first in ("write:error=ENOSPC:when=1", "write:error=ENOSPC:when=2", "fsync:error=EIO:when=1",
                  "rename:error=EACCES:when=1"):
        for error in errors:
            hits, problems, run = disturbed.once(first, "unlink:error=%s:when=1+" % error)
            disturbed.count("%s: %s, then unlink %s" % (disturbed.title, first, error), problems, run)
            if hits > 1:
                stage.note("a second fault, in unlink, was hit")
    if not stage.notes.get("a second fault, in unlink, was hit"):
        stage.check("unlink", ["no call was hit"])


def sampled(stage, disturbed, calls, points):
    """Random points of a run that is too long for all of them."""
    totals = {}
    for call in calls:
        disturbed.once("%s:error=EIO:when=65535" % call)
        with open(disturbed.log, errors="replace") as log:
            totals[call] = sum(1 for line in log if line.startswith(call))
    for _ in range(points):
        call = stage.random.choice([c for c in calls if totals[c]])
        error, n = stage.random.choice(ERRORS), stage.random.randint(1, totals[call])
        _, problems, run = disturbed.once("%s:error=%s:when=%d" % (call, error, n))
        disturbed.count("%s: %s of call %d of %s" % (disturbed.title, error, n, call), problems, run)


class Children:
    """The same for rpmbuild and its children: a program "rpmbuild" in PATH runs the real one under strace."""

    def __init__(self, stage):
        self.stage, self.scratch, self.rpmbuild = stage, Scratch(), shutil.which("rpmbuild")
        self.reference = Reference(small_rpm())
        self.reference.stdout_below = b"/out/" + os.fsencode(next(iter(self.reference.files))) + b"\n"
        self.bin, self.log = os.path.join(self.scratch.root, "bin"), os.path.join(self.scratch.root, "log")

    def run(self, *options, each_path=False):
        """One run; `each_path` puts the paths of the work directory in as -P, where self.paths names them."""
        self.scratch.clear()
        paths = "".join(' -P "$top/%s"' % path for path in self.paths) if each_path else ""
        wrapper(os.path.join(self.bin, "rpmbuild"),
                'top=$(echo "$*" | sed "s/.*_topdir \\([^ ]*\\) .*/\\1/")\n'
                'exec strace -y -o "%s" %s%s %s "$@"\n' % (self.log, " ".join(options), paths, self.rpmbuild))
        environment = self.scratch.environment(PATH=self.bin + ":" + os.environ["PATH"])
        run = Run([KPB, *small_rpm("-o", self.scratch.out)], self.scratch, environment)
        with open(self.log, errors="replace") as log:
            return run, log.read()

    def survey(self):
        """Which calls of rpmbuild are on files of the work directory, and which paths there keep their names."""
        run, text = self.run("-f", "-e", "trace=%file,%desc,write,read")
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
        """rpmbuild's own process: the calls found by the survey."""
        hits = 0
        chosen = [(call, n, error) for call, n in self.points for error in ERRORS]
        for call, n, error in self.stage.random.sample(chosen, min(count, len(chosen))):
            run, text = self.run("-e", "trace=" + call, "-e", "inject=%s:error=%s:when=%d" % (call, error, n))
            hits += self.count("rpmbuild: %s of call %d of %s" % (error, n, call), run, text)
        self.stage.notes["rpmbuild, its own process: faults hit"] = hits
        if hits == 0:
            self.stage.check("rpmbuild's own process", ["no fault was hit"])

    def below(self, calls, errors):
        """All that rpmbuild starts: the Nth call on one of the paths, in every process that has an Nth."""
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


def main():
    stage = Stage("system call faults", ("full", 0, "1: every call, every error"),
                  ("points", 12, "how many random points of rpm-build"))
    if shutil.which(STRACE) is None:
        skip_all("strace is not installed")
    if Run([STRACE, "-o", "/dev/null", "true"], Scratch()).status != 0:
        skip_all("strace may not trace here")
    if SANITIZED:
        skip_all("the sanitizers make system calls of their own and end the program when those fail")
    full, points = stage.options.full, stage.options.points
    to_file = Disturbed(stage, "spec", spec())
    if full:
        own_process(stage, to_file, WRITING + READING, lambda call: ERRORS)
        own_process(stage, to_file, WRITING, lambda call: ("EIO", "ENOSPC"), kinds=("+",))
        to_stdout = Disturbed(stage, "spec to standard output", spec(), into="-")
        own_process(stage, to_stdout, ("openat", "write", "close", "mkdir", "unlinkat"), lambda call: ERRORS)
    else:
        # Most calls of these two are the dynamic loader's.
        own_process(stage, to_file, WRITING, lambda call: (LIKELY[call],),
                    stride=lambda call: 4 if call in ("openat", "close") else 1)
    second_faults(stage, to_file, ERRORS if full else ("EIO",))
    if shutil.which("rpmbuild") is None:
        stage.skip("rpmbuild", "it is not installed")
    else:
        packed = Disturbed(stage, "rpm-build", small_rpm())
        sampled(stage, packed, WRITING + READING, points)
        made = os.path.join(packed.scratch.root, "made.rpm")
        Run([KPB, *packed.arguments], packed.scratch)
        shutil.copy(os.path.join(packed.scratch.out, next(iter(packed.files))), made)
        checked = Disturbed(stage, "verify", ["verify", made, os.path.join(SYNTH, "kpatch-full.ko")], into="")
        if full:
            own_process(stage, checked, ("openat", "read", "pread64"), lambda call: ("EIO", "EMFILE"))
        children = Children(stage)
        children.survey()
        children.own(points)
        if full:
            children.below(("openat", "write", "close", "mkdir", "unlinkat", "rename"), lambda call: ERRORS[:3])
    swallowed(stage)
    stage.end()


if __name__ == "__main__":
    main()
