#!/usr/bin/env python3
# lintian must report for kpb's debs, and for the deb of kpb-runtime, exactly what lintian.txt
# expects and explains, each line as often as it is there and with its detail. Negative control: a
# planted fault must be reported.
#
#   lintian.py KPB_BIN FIXTURES EXPECTED SOURCE BUILD debs|runtime [--show]
# SPDX-License-Identifier: GPL-2.0-only
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

import pinned

KERNEL = "6.12.107-kpbtest"
TEAM = "Example Kernel Team <kernel@example.org>"
MODULE = ["--module", "livepatch-two.ko", "-k", KERNEL]
DEBS = {
    # what most people make
    "plain": MODULE + ["--replace"],
    # with all that a distribution would give, and a transitional deb
    "full": MODULE + ["--replace", "--url", "https://example.org/fix", "--packager", TEAM, "--cve", "CVE-2026-12345",
                      "--supersedes", "kpatch-module-old-%s=1-1" % KERNEL],
    # relations of its functions
    "stacked": MODULE + ["--no-replace", "--packager", TEAM],
    # as in 2015
    "classic": MODULE + ["-p", "classic"],
}
RUNTIME = {"runtime": [], "runtime-full": [TEAM]}


def findings(*directories):
    """{"W kpb-runtime: tag detail": 1, ...} of all debs in directories."""
    files = sorted(os.path.join(directory, name) for directory in directories for name in os.listdir(directory)
                   if name.endswith(".deb"))
    done = subprocess.run(["lintian", "--no-cfg", "--allow-root", "--color", "never"] + files, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
    found = collections.Counter()
    for line in done.stdout.splitlines():
        if re.match(r"[EW]: \S+: \S", line):
            found[" ".join(line.split())] += 1
        elif not line.startswith("N:"):
            sys.exit("lintian did not work: " + line)
    # 2: it found errors. After a crash the findings mean nothing.
    if not files or done.returncode not in (0, 2) or done.stderr.strip():
        sys.exit("lintian did not work: status %d\n%s" % (done.returncode, done.stderr))
    return found


def run(command, **more):
    done = subprocess.run(command, env=dict(os.environ, SOURCE_DATE_EPOCH="1700000000"), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, **more)
    if done.returncode:
        sys.exit(" ".join(command) + ": " + done.stderr)


def plant(deb, directory):
    """Writes the deb, with a file in a forbidden place, into directory."""
    tree = os.path.join(directory, "tree")
    run(["dpkg-deb", "-R", deb, tree])
    os.makedirs(os.path.join(tree, "usr/local/lib"))
    open(os.path.join(tree, "usr/local/lib/planted"), "w").close()
    run(["dpkg-deb", "-Zxz", "--root-owner-group", "-b", tree, directory])
    shutil.rmtree(tree)


def main():
    kpb, fixtures, expected_path, source, build, what = sys.argv[1:7]
    for tool in ("lintian", "dpkg-deb"):
        if not shutil.which(tool):
            print("skipped: %s is not installed" % tool)
            sys.exit(77)
    if what == "runtime" and "\nKPB_RUNTIME_CAN_BE_STATIC:INTERNAL=1" not in open(os.path.join(build, "CMakeCache.txt")).read():
        print("skipped: the runtime is not static here, and has no packages")
        sys.exit(77)
    cases = DEBS if what == "debs" else RUNTIME
    expected = pinned.read(expected_path, cases)
    failed = 0
    for name, words in cases.items():
        directory = tempfile.mkdtemp(prefix="kpb-lint-")
        try:
            if what == "debs":
                run([kpb, "build", "-q", "-B", "deb", "-o", directory]
                    + [os.path.join(fixtures, word) if word.endswith(".ko") else word for word in words])
            else:
                run(["sh", os.path.join(source, "core/programs/reconcile/packaging/make-packages.sh"), build, directory] + words)
            found = findings(directory)
            if "--show" in sys.argv:
                print("\n".join("%s %s" % (name, line) for line in sorted(found.elements())))
            failed += pinned.differences(name, found, expected[name])
            planted = os.path.join(directory, "planted")
            os.mkdir(planted)
            plant([os.path.join(directory, n) for n in sorted(os.listdir(directory)) if n.endswith(".deb")][0], planted)
            if not findings(planted) - expected[name]:
                print("not ok %s: a planted fault was not noticed" % name)
                failed += 1
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    print("%d passed, %d failed" % (len(cases) if not failed else 0, failed))
    sys.exit(1 if failed else 0)


main()
