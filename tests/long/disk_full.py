#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Full disks, at every size: a small tmpfs is used for TMPDIR, or for the output directory, or has
# few inodes, and kpb makes a package. A run that exits with 0 must have made the same package as an
# undisturbed run, byte for byte; any other run must exit with 5, say where and why, leave the
# output directory as it was and TMPDIR empty. Negative controls with the same judge: bare rpmbuild,
# which exits with 0 and a truncated package (it ignores ENOSPC in its last flush), a kpb that loses
# its exit status, and one that truncates its package.
#
#   disk_full.py [--sizes N] [--seed S]            needs root (tmpfs) and rpmbuild
import os
import shutil
import subprocess
import sys

from stage import (FIXTURES, KPB, SYNTH, Reference, Run, Scratch, Stage, contents, control_cut, differences, rpm,
                   rpm_problems, skip_all, small_rpm, spec, srpm, wrapper)

PAGE = 4  # KiB
NO_SPACE = "no space left on device"
# rpmbuild reported success, but kpb read a truncated package: that is exit status 4, and the hint
# explains it.
CUT = "make it again; on a full disk, rpmbuild silently truncates packages"
MODULE = open(os.path.join(FIXTURES, "livepatch-two.ko"), "rb").read()


class SmallDisk:
    """A tmpfs on a directory. `size` in KiB; `inodes` includes its root."""

    def __init__(self, directory, size=0, inodes=0):
        self.directory = directory
        self.option = "size=%dk" % size if size else "size=64m,nr_inodes=%d" % inodes

    def __enter__(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", self.option, "none", self.directory], check=True)

    def __exit__(self, *_):
        subprocess.run(["umount", self.directory], check=True)


def judge(run, scratch, reference, before):
    """What is wrong with a run into scratch.out, which contained `before`."""
    left = scratch.left_in_tmp()
    if run.status == 0:
        return left + reference.differences(scratch.out, before)
    problems = left + differences(contents(scratch.out), before)
    words = run.words()
    reason = CUT if run.status == 4 else NO_SPACE
    if run.status not in (4, 5):
        problems.append("exit status %d" % run.status)
    if reason not in words.lower():
        problems.append("the message does not say why")
    if scratch.tmp not in words and scratch.out not in words:
        problems.append("the message does not say where")
    if problems:
        problems.append("it said: " + " | ".join(words.splitlines()[-4:]))
    return problems


def swallowed(reference):
    """The other negative control: a kpb that loses its exit status."""
    with Scratch() as scratch:
        broken = wrapper(os.path.join(scratch.root, "bin", "kpb"), '"%s" "$@"\nexit 0\n' % KPB)
        with SmallDisk(scratch.out, size=PAGE):
            return "; ".join(judge(Run([broken, *reference.arguments, "-o", scratch.out], scratch), scratch, reference, {}))


def attempt(stage, reference, place, **disk):
    """One run of kpb with a small disk for `place`; true if it made the package."""
    with Scratch() as scratch:
        before = {}
        with SmallDisk(getattr(scratch, place), **disk):
            # In half of the runs an older package has the final name, and must stay complete.
            if place == "out" and stage.random.random() < 0.5:
                try:
                    for name in reference.files:
                        with open(os.path.join(scratch.out, name), "wb") as file:
                            file.write(b"the package of yesterday")
                except OSError:
                    pass
                before = contents(scratch.out)
            run = Run([KPB, *reference.arguments, "-o", scratch.out], scratch)
            what = "%s, %s, %s" % (" ".join(reference.arguments[1:3]), place, disk)
            stage.check(what, judge(run, scratch, reference, before))
            stage.note("exit %d with a small disk behind %s" % (run.status, place))
    return run.status == 0


def smallest(stage, reference, place, unit, limit):
    """Finds by bisection the smallest disk on which it works."""
    low, high = 0, limit
    if not attempt(stage, reference, place, **{unit: limit}):
        sys.exit("%s: not even %s %d is enough" % (" ".join(reference.arguments), unit, limit))
    step = PAGE if unit == "size" else 1
    while high - low > step:
        middle = (low + high) // 2 // step * step
        if attempt(stage, reference, place, **{unit: middle}):
            high = middle
        else:
            low = middle
    return high


def sweep(stage, reference, place, unit, count, limit):
    """`count` sizes: all those around the smallest sufficient one, where the last writes fail, and
    others at random."""
    enough = smallest(stage, reference, place, unit, limit)
    step = PAGE if unit == "size" else 1
    every = range(step, enough + 4 * step, step)
    near = list(every)[-(2 * count) // 3:]
    far = list(every)[:-len(near)]
    for size in sorted(near + stage.random.sample(far, min(len(far), count - len(near)))):
        attempt(stage, reference, place, **{unit: size})
        stage.note("sizes tried behind %s (%s)" % (place, unit))


def bare_rpmbuild(count):
    """A build that trusts rpmbuild, with kpb's command line. (damaged packages with exit status 0
    that the judge noticed, those that rpm's own digests reveal, runs with exit status 0)"""
    caught = damaged = believed = 0
    with Scratch() as place:
        work = os.path.join(place.root, "work")
        os.mkdir(work)
        with open(os.path.join(work, "p.ko"), "wb") as file:
            file.write(MODULE)
        with open(os.path.join(work, "p.spec"), "w") as file:
            file.write("%global debug_package %{nil}\n%global __os_install_post %{nil}\nName: p\nVersion: 1\n"
                       "Release: 1\nSummary: s\nLicense: GPL\nBuildArch: noarch\n%description\nd\n%install\n"
                       "install -D -m 644 %{_sourcedir}/p.ko %{buildroot}/p.ko\n%files\n/p.ko\n")
        defines = {"_topdir": work, "_sourcedir": work, "_tmppath": work, "_buildhost": "kpb",
                   "_rpmfilename": "p.rpm", "_binary_payload": "w6.gzdio",
                   "use_source_date_epoch_as_buildtime": "1", "clamp_mtime_to_source_date_epoch": "1"}
        bare = wrapper(os.path.join(place.root, "bin", "kpb"),
                       'for out; do :; done\nexec rpmbuild -bb %s --define "_rpmdir $out" "%s/p.spec"\n'
                       % (" ".join("--define '%s %s'" % pair for pair in defines.items()), work))
        reference = Reference([], MODULE, bare)
        size = (len(MODULE) // 3 // 1024) // PAGE * PAGE  # about the size that the package will need
        for k in range(count):
            with Scratch() as scratch, SmallDisk(scratch.out, size=size + PAGE * (k - count // 2)):
                run = Run([bare, "-o", scratch.out], scratch)
                if run.status != 0:
                    continue
                believed += 1
                caught += any("content" in problem or "missing" in problem
                              for problem in judge(run, scratch, reference, {}))
                made = os.path.join(scratch.out, "p.rpm")
                damaged += not os.path.exists(made) or bool(rpm_problems(made, MODULE))
    return caught, damaged, believed


def cut(reference):
    def problems(kpb):
        with Scratch() as scratch, SmallDisk(scratch.out, size=512):
            return judge(Run([kpb, *reference.arguments, "-o", scratch.out], scratch), scratch, reference, {})
    return problems


def main():
    stage = Stage("disk full", ("sizes", 100, "how many sizes for each kind of package and each place"))
    if os.geteuid() != 0:
        skip_all("mounting a tmpfs needs root")
    if shutil.which("rpmbuild") is None:
        skip_all("rpmbuild is not installed")
    count = stage.options.sizes
    cases = [(Reference(spec()), 64), (Reference(srpm()), 512)]
    if count < 50:
        cases.append((Reference(small_rpm(), open(os.path.join(SYNTH, "plain.ko"), "rb").read()), 512))
    else:
        cases += [(Reference(rpm("--set", "payload=" + payload), MODULE), 8192) for payload in ("gzip", "xz", "zstd")]
    for reference, limit in cases:
        for place in ("tmp", "out"):
            sweep(stage, reference, place, "size", count, limit)
            sweep(stage, reference, place, "inodes", max(1, count // 4), 64)
    stage.control("a kpb that swallows its exit status", swallowed(cases[1][0]))
    control_cut(stage, cut(cases[1][0]))
    caught, damaged, believed = bare_rpmbuild(16)
    stage.control("bare rpmbuild", "%d of %d runs that exit 0 left a cut package" % (caught, believed)
                  if caught and caught == damaged else "")
    stage.end()


if __name__ == "__main__":
    main()
