# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by the stages of tests/long: the installed program, inputs whose packages are known byte
# for byte, scratch directories that show what a run left behind, seeds, counts, and the final line.
# A stage judges a run by what is on disk and by the exit status, never by kpb's own messages, and
# has a negative control: something broken is given to the same judge, which must notice it.
#
# From the environment: KPB_PREFIX (where kpb is installed), KPB_FIXTURES, KPB_SYNTH, KPB_SOURCE.
import argparse
import glob
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import weakref

KPB = os.path.join(os.environ["KPB_PREFIX"], "bin", "kpb")
FIXTURES = os.environ["KPB_FIXTURES"]
SYNTH = os.environ["KPB_SYNTH"]
SOURCE = os.environ["KPB_SOURCE"]
EPOCH = "1700000000"
SKIPPED = 77
with open(KPB, "rb") as program:
    SANITIZED = b"libasan.so" in program.read()
TOOLS_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Stage:
    """Options, seed, counts and the final line of one stage."""

    def __init__(self, title, *options):
        parser = argparse.ArgumentParser(description=title)
        parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
        for name, default, words in options:
            parser.add_argument("--" + name, type=type(default), default=default, help=words)
        self.title, self.options = title, parser.parse_args()
        self.random = random.Random(self.options.seed)
        self.passed = self.failed = self.skipped = 0
        self.notes, self.started = {}, time.monotonic()
        print("%s: seed %d" % (title, self.options.seed), flush=True)

    def check(self, name, problems):
        """Counts one run; `problems` is a list of what is wrong with it."""
        if not problems:
            self.passed += 1
            return True
        self.failed += 1
        if self.failed <= 20:
            print("FAILED %s\n    %s" % (name, "\n    ".join(problems)), flush=True)
        return False

    def control(self, name, caught):
        """A negative control: what is broken on purpose must have been noticed."""
        self.check("negative control: " + name, [] if caught else ["the judge did not see it"])
        print("negative control, %s: %s" % (name, caught if caught else "NOT CAUGHT"), flush=True)

    def skip(self, name, why, count=1):
        self.skipped += count
        print("SKIPPED %s: %s" % (name, why), flush=True)

    def note(self, key, count=1):
        self.notes[key] = self.notes.get(key, 0) + count

    def end(self):
        for key in sorted(self.notes):
            print("  %-58s %s" % (key, self.notes[key]))
        print("%s: %d passed, %d failed, %d skipped; seed %d, %.0f s"
              % (self.title, self.passed, self.failed, self.skipped, self.options.seed,
                 time.monotonic() - self.started))
        sys.exit(1 if self.failed or not self.passed else 0)


def skip_all(why):
    """The whole stage is not possible here."""
    print("SKIPPED: " + why)
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(SKIPPED)


class Scratch:
    """Directories for one run: `tmp` is its TMPDIR, `out` its output directory, `cwd` where it
    runs."""

    def __init__(self, parent=None):
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="kpb-long.", dir=parent))
        self.tmp, self.out, self.cwd = (os.path.join(self.root, d) for d in ("tmp", "out", "cwd"))
        for directory in (self.tmp, self.out, self.cwd):
            os.mkdir(directory)
        # Also used outside a with block: removed with the object, at the latest when the stage
        # ends.
        self.remove = weakref.finalize(self, shutil.rmtree, self.root, True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def environment(self, **more):
        made = {"PATH": TOOLS_PATH, "HOME": self.root, "TMPDIR": self.tmp, "LC_ALL": "C.UTF-8",
                "SOURCE_DATE_EPOCH": EPOCH}
        if SANITIZED:  # the leak check cannot run under strace; faketime is preloaded
            made["ASAN_OPTIONS"] = "detect_leaks=0:verify_asan_link_order=0"
        made.update(more)
        return made

    def clear(self):
        for directory in (self.tmp, self.out, self.cwd):
            for name in os.listdir(directory):
                remove(os.path.join(directory, name))

    def left_in_tmp(self):
        return ["left in TMPDIR: " + name for name in sorted(os.listdir(self.tmp))]


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        os.unlink(path)


def descendants(pid):
    """The processes that this one started, and their descendants."""
    found = []
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            children = [int(word) for word in file.read().split()]
    except OSError:
        return found
    for child in children:
        found += [*descendants(child), child]
    return found


class Run:
    """One finished run: status (negative if a signal killed it), stdout, stderr; `hung` if it had
    to be killed."""

    def __init__(self, command, scratch, environment=None, timeout=120, **more):
        process = subprocess.Popen(command, env=environment or scratch.environment(), cwd=scratch.cwd,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        self.hung = False
        try:
            self.stdout, self.stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.hung = True
            for pid in descendants(process.pid):  # strace would let them continue without it
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.kill()
            self.stdout, self.stderr = process.communicate()
            self.stderr += b"(ended after %d s)" % timeout
        self.status = process.returncode

    def words(self):
        return self.stderr.decode("utf8", "replace")


def contents(directory):
    """{path below the directory: digest of a file, or what else it is}; names as they are on
    disk."""
    found = {}
    for base, directories, files in os.walk(directory):
        for name in directories + files:
            path = os.path.join(base, name)
            shown = os.path.relpath(path, directory)
            if os.path.islink(path) or not os.path.isfile(path):
                found[shown] = "link" if os.path.islink(path) else "directory"
            else:
                with open(path, "rb") as file:
                    found[shown] = hashlib.sha256(file.read()).hexdigest()
    return found


def headers():
    """A kernel release whose headers are installed, or None."""
    for path in sorted(glob.glob("/lib/modules/*/build/Makefile") + glob.glob("/usr/src/linux-headers-*/Makefile")):
        release = path.split("/")[3].replace("linux-headers-", "")
        if not release.endswith("-common") and os.path.exists(os.path.join(os.path.dirname(path), "Module.symvers")):
            return release
    return None


def spec(*more):
    return ["build", "-k", "5.14.0-362.8.1.el9_3", os.path.join(FIXTURES, "livepatch-test.patch"), *more]


def srpm(*more):
    return spec("-B", "srpm", *more)


def rpm(*more):
    return ["build", "-B", "rpm-build", "--replace", "-k", "6.12.107-kpbtest", "--module",
            os.path.join(FIXTURES, "livepatch-two.ko"), *more]


def small_rpm(*more):
    return ["build", "-B", "rpm-build", "--replace", "-k", "6.1.0-56-amd64", "--module",
            os.path.join(SYNTH, "plain.ko"), "--function", "vmlinux:cmdline_proc_show", *more]


def compiled(release, *more):
    return ["build", "-B", "rpm-build", "--replace", "-k", release, "--function", "vmlinux:cmdline_proc_show",
            os.path.join(SOURCE, "docs", "example", "cmdline-livepatch.c"), *more]


def all_formats(*more):
    """A command that makes a spec, a source package and a binary package."""
    return ["build", "-B", "srpm", "-B", "rpm-build", "-B", "rpm-spec", "--replace", "-k", "6.1.0-56-amd64", "--module",
            os.path.join(SYNTH, "plain.ko"), "--function", "vmlinux:cmdline_proc_show", *more]


def rpm_problems(path, module=None):
    """What is wrong with a package, determined without kpb: sizes, digests and, if given, the
    module's bytes."""
    environment = {"PATH": TOOLS_PATH, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}

    def out(*command, data=None):
        done = subprocess.run(command, env=environment, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL if data is None else None)
        return done.returncode, done.stdout

    status, payload = out("rpm2cpio", path)
    if status != 0:
        return ["rpm2cpio fails on " + os.path.basename(path)]
    _, stated = out("rpm", "-qp", "--nosignature", "--qf", "%{PAYLOADDIGESTALT}", path)
    found = []
    # It accepts what was truncated before rpmbuild computed its digests; the payload's own digest
    # reveals that.
    if out("rpmkeys", "--checksig", "--nosignature", path)[0] != 0:
        found.append("rpmkeys finds that %s is damaged" % os.path.basename(path))
    if stated.decode() != hashlib.sha256(payload).hexdigest():
        found.append("the payload of %s has another digest than its header says" % os.path.basename(path))
    if module is not None and out("cpio", "-i", "--to-stdout", "--quiet", "*.ko", data=payload)[1] != module:
        found.append("the module in %s is not the one that went in" % os.path.basename(path))
    return found


class Reference:
    """What a good run of `arguments` makes: its files, and its duration. Checked without kpb."""

    def __init__(self, arguments, module=None, kpb=KPB, into=True):
        with Scratch() as scratch:
            started = time.monotonic()
            run = Run([kpb, *arguments, "-o", scratch.out if into is True else into], scratch)
            self.seconds = time.monotonic() - started
            self.files, self.stdout = contents(scratch.out), run.stdout
            problems = ["exit status %d: %s" % (run.status, run.words())] if run.status else []
            for name in self.files:
                if name.endswith(".rpm"):
                    problems += rpm_problems(os.path.join(scratch.out, name), module)
            if problems or not (self.files or run.stdout):
                sys.exit("the undisturbed run of %s is no good: %s" % (" ".join(arguments), "; ".join(problems)))
        self.arguments = arguments

    def differences(self, directory, before=None):
        """How `directory` differs from what a good run leaves there (in addition to `before`)."""
        wanted = dict(before or {})
        wanted.update(self.files)
        return differences(contents(directory), wanted)


def differences(found, wanted):
    out = ["left behind: %r" % name for name in sorted(found) if name not in wanted]
    out += ["missing: %r" % name for name in sorted(wanted) if name not in found]
    return out + ["other content: %r" % name for name in sorted(wanted)
                  if name in found and found[name] != wanted[name]]


def wrapper(path, text):
    """An executable sh script, in a directory that nobody else can write to."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


CUTS = (1, 100, 1000)  # bytes: from the checksum after the payload, the payload, everything packed


def cutting(scratch, size):
    """A kpb that truncates its packages and exits with 0, which every judge of packages must
    notice. Its last argument is the output directory."""
    return wrapper(os.path.join(scratch.root, "cutting", "kpb%d" % size),
                   'for out; do :; done\n"%s" "$@" || exit\n'
                   'for f in "$out"/*.rpm; do truncate -s -%d "$f"; done\nexit 0\n' % (KPB, size))


def control_cut(stage, problems):
    """The negative control for judges of packages: `problems(kpb)` are those of a run of that
    kpb."""
    with Scratch() as scratch:
        seen = {size: problems(cutting(scratch, size)) for size in CUTS}
    stage.control("a kpb that cuts its packages and exits 0", "; ".join(
        "by %d bytes: %s" % (size, found[0]) for size, found in seen.items()) if all(seen.values()) else "")


def ended_by(status):
    """The status as a shell would report it."""
    return 128 - status if status < 0 else status


SIGNALS = {"INT": signal.SIGINT, "TERM": signal.SIGTERM, "HUP": signal.SIGHUP}
