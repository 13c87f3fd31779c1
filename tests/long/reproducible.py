#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The same inputs give the same bytes. Ten packages (of modules, a patch, several patches, a .c file, a
# directory; all formats, policies and payloads; half of them dated by SOURCE_DATE_EPOCH, half by their
# inputs) are built undisturbed and in nine disturbed ways, and compared file by file. Negative
# controls: another date must change the bytes, and so must a kpb that truncates its packages; and
# rpmbuild with its defaults is not reproducible.
#
#   reproducible.py [--packages N] [--seed S]
#
# Needs rpmbuild; for another host name root, for the clock Debian's package faketime, for compiling
# kernel headers.
import glob
import os
import shutil
import subprocess
import sys

from stage import (EPOCH, FIXTURES, KPB, SOURCE, SYNTH, TOOLS_PATH, Run, Scratch, Stage, contents, control_cut,
                   differences, headers, skip_all, wrapper)

FAKETIME = (glob.glob("/usr/lib*/*/faketime/libfaketimeMT.so.1") + glob.glob("/usr/lib*/faketime/libfaketimeMT.so.1")
            + [None])[0]
LATER = "+3650d"  # ten years
MEMORY = "/dev/shm"  # a file system that lists the newest files first


def packages(release):
    """(title, arguments with @ for the directory of the inputs)."""
    function = ["--function", "vmlinux:cmdline_proc_show"]
    module = ["--replace", "-k", "6.12.107-kpbtest", "--module", "@/livepatch-two.ko"]
    patch = ["-k", "5.14.0-362.8.1.el9_3", "@/livepatch-test.patch"]
    made = [
        ("module, gzip", ["-B", "rpm-build", *module]),
        ("spec of a patch", ["-B", "rpm-spec", *patch]),
        ("source package of a directory", ["-B", "srpm", "--replace", "-k", "5.14.0-362.8.1.el9_3", *function,
                                           "@/kbuild-dir"]),
        ("module, xz", ["-B", "rpm-build", "--set", "payload=xz", *module]),
        ("module, policy classic, zstd", ["-B", "rpm-build", "-p", "classic", "--set", "payload=zstd", "-k",
                                          "3.10.0-229.el7", "--module", "@/el7.ko"]),
        ("source package of a patch", ["-B", "srpm", "-p", "classic", *patch]),
        ("source package of several patches", ["-B", "srpm", "-B", "rpm-spec", *patch, "@/other.patch"]),
        ("module with texts, all formats", ["-B", "rpm-build", "-B", "srpm", "-B", "rpm-spec", "--summary",
                                            "Gr\u00fc\u00dfe 100% %{nil}", "--cve", "CVE-2024-12345", "--epoch", "3",
                                            "--no-replace", *function, "-k", "6.1.0-56-amd64", "--module", "@/plain.ko"]),
    ]
    if release:
        made += [("compiled .c file, all formats", ["-B", "rpm-build", "-B", "srpm", "--replace", "-k", release,
                                                    *function, "@/cmdline-livepatch.c"]),
                 ("compiled directory", ["-B", "rpm-build", "--replace", "-k", release, *function, "@/kbuild-dir"])]
    return made


def copy_inputs(to, backwards=False):
    """The inputs, all with the same date, created in order or in the opposite order."""
    files = [(os.path.join(FIXTURES, name), name) for name in ("livepatch-two.ko", "livepatch-test.patch")]
    files += [(os.path.join(FIXTURES, "livepatch-test.patch"), "other.patch")]
    files += [(os.path.join(SYNTH, name), name) for name in ("plain.ko", "el7.ko")]
    files += [(os.path.join(SOURCE, "docs", "example", "cmdline-livepatch.c"), "cmdline-livepatch.c")]
    tree = os.path.join(FIXTURES, "kbuild-dir")
    for base, _, names in os.walk(tree):
        files += [(os.path.join(base, name), os.path.join("kbuild-dir", os.path.relpath(base, tree), name))
                  for name in names]
    for source, name in sorted(files, key=lambda pair: pair[1], reverse=backwards):
        path = os.path.normpath(os.path.join(to, name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copyfile(source, path)
        os.utime(path, (int(EPOCH), int(EPOCH)))
    return to


class Builder:
    """Builds one package in one way."""

    def __init__(self, inputs, arguments, by_inputs=False, kpb=KPB):
        self.inputs, self.arguments, self.by_inputs, self.kpb = inputs, arguments, by_inputs, kpb

    def build(self, parent=None, inputs=None, before=(), more=(), umask=0o022, **variables):
        with Scratch(parent) as scratch:
            environment = scratch.environment(**variables)
            if self.by_inputs and "SOURCE_DATE_EPOCH" not in variables:
                del environment["SOURCE_DATE_EPOCH"]
            arguments = [word.replace("@", inputs or self.inputs) for word in self.arguments]
            run = Run([*before, self.kpb, "build", *arguments, *more, "-o", scratch.out], scratch, environment, umask=umask)
            if run.status != 0:
                sys.exit("cannot build %s: %s" % (" ".join(arguments), run.words()))
            return contents(scratch.out)


def dishonest_home(root):
    """A home directory whose dot files change the results of rpmbuild and make if they are read."""
    home = os.path.join(root, "home")
    os.mkdir(home)
    with open(os.path.join(home, ".rpmmacros"), "w") as file:
        file.write("%packager Somebody <somebody@example.org>\n%vendor Somebody\n%dist .somebody\n"
                   "%_binary_payload w2.xzdio\n%_topdir " + home + "/top\n")
    return home


def other_clock(root):
    """A PATH with tools whose clock is ten years ahead; kpb does not pass LD_PRELOAD on."""
    place = os.path.join(root, "bin")
    for tool in ("rpmbuild", "make"):
        real = shutil.which(tool, path=TOOLS_PATH)
        if real:
            wrapper(os.path.join(place, tool), 'LD_PRELOAD="%s" FAKETIME="%s" NO_FAKE_STAT=1 exec "%s" "$@"\n'
                    % (FAKETIME, LATER, real))
    seen = subprocess.run([os.path.join(place, "rpmbuild"), "--eval", "%(date +%Y)"], stdout=subprocess.PIPE).stdout
    now = subprocess.run(["date", "+%Y"], stdout=subprocess.PIPE).stdout
    if int(seen) - int(now) not in (9, 10):
        sys.exit("faketime does not work: %r" % seen)
    return {"PATH": place + ":" + TOOLS_PATH, "LD_PRELOAD": FAKETIME, "FAKETIME": LATER, "NO_FAKE_STAT": "1"}


def variations(stage, root, inputs):
    """(title, how to build)."""
    elsewhere = os.path.join(root, "another-place", "with-a-longer-name")
    os.makedirs(elsewhere)
    processors = os.sched_getaffinity(0)
    ways = [
        ("directory", {"parent": elsewhere, "inputs": copy_inputs(os.path.join(elsewhere, "inputs"))}),
        ("host name", {"before": ["unshare", "--uts", "sh", "-c", 'hostname another.host.example; exec "$@"', "sh"]}),
        ("time zone", {"TZ": "Pacific/Kiritimati"}),
        ("locale", {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE@euro", "LANGUAGE": "tr:de"}),
        ("umask", {"umask": 0o077}),
        ("HOME", {"HOME": dishonest_home(root), "XDG_CONFIG_HOME": root + "/home"}),
        ("file order", None),
        ("jobs", {"before": ["taskset", "-c", str(min(processors))], "more": ["-j", "9"]}),
        ("clock", None),
    ]
    if os.access(MEMORY, os.W_OK):
        order = Scratch(MEMORY)
        there, back = (copy_inputs(os.path.join(order.root, name), name == "back") for name in ("there", "back"))
        if os.listdir(there) != os.listdir(back):
            ways[6] = ("file order", {"inputs": back})
            ways.append(("(scratch)", order))
    if FAKETIME:
        ways[8] = ("clock", other_clock(root))
    if os.geteuid() != 0:
        ways[1] = ("host name", None)
    return ways


def believer(root):
    """The negative control: rpmbuild that is only told the date, with kpb's command line."""
    spec = os.path.join(root, "plain.spec")
    with open(spec, "w") as file:
        file.write("%global use_source_date_epoch_as_buildtime 1\n%global clamp_mtime_to_source_date_epoch 1\n"
                   "Name: p\nVersion: 1\nRelease: 1\nSummary: s\nLicense: GPL\nBuildArch: noarch\n%description\nd\n"
                   "%install\nmkdir -p %{buildroot}/d\necho x >%{buildroot}/d/f\n%files\n/d\n")
    return wrapper(os.path.join(root, "believer", "kpb"),
                   'for out; do :; done\nd=$(mktemp -d)\nrpmbuild -bb --define "_rpmdir $out" --define "_builddir $d" '
                   '--define "_buildrootdir $d" "%s" >"$d/log" 2>&1; s=$?\nrm -rf "$d"\nexit $s\n' % spec)


def main():
    stage = Stage("reproducible", ("packages", 10, "how many of the ten packages"))
    if shutil.which("rpmbuild") is None:
        skip_all("rpmbuild is not installed")
    made = packages(headers())
    chosen = made if stage.options.packages >= len(made) else stage.random.sample(made[:8], stage.options.packages)
    if stage.options.packages >= 10 and len(made) < 10:
        stage.skip("compiled packages", "no kernel headers are installed", 18)
    with Scratch() as scratch:
        inputs = copy_inputs(os.path.join(scratch.root, "inputs"))
        ways = variations(stage, scratch.root, inputs)
        moved = 0
        for number, (title, arguments) in enumerate(chosen):
            builder = Builder(inputs, arguments, by_inputs=number % 2 == 1)
            plain = builder.build()
            for way, how in ways[:9]:
                if how is None:
                    stage.skip("%s: %s" % (title, way), "it cannot be varied here")
                    continue
                stage.check("%s: %s" % (title, way), differences(builder.build(**how), plain))
                stage.note("pairs compared")
            moved += builder.build(SOURCE_DATE_EPOCH=str(int(EPOCH) + 86400)) != plain or title.startswith("spec of")
        whole = Builder(inputs, made[0][1]).build()
        control_cut(stage, lambda kpb: differences(Builder(inputs, made[0][1], kpb=kpb).build(), whole))
        believing = Builder(inputs, [], kpb=believer(scratch.root))
        plain = believing.build()
        caught = [way for way, how in ways[:9] if how is not None and believing.build(**how) != plain]
        stage.control("rpmbuild as it comes", ", ".join(caught) + " change the bytes" if caught else "")
        for _, left in ways[9:]:
            shutil.rmtree(left.root)
        stage.control("another SOURCE_DATE_EPOCH", "changes the bytes of all %d packages that hold a date" % moved
                      if moved == len(chosen) else "")
    stage.end()


if __name__ == "__main__":
    main()
