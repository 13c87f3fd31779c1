#!/usr/bin/env python3
# rpmlint must report exactly what rpmlint.txt expects and explains, each line as often as it is
# there and with its detail (file, text): a new line fails, one more of a known kind fails, and so
# does a missing one (the list must not outlive its reasons). Negative control: planted faults must
# be reported.
#
#   rpmlint.py KPB_BIN FIXTURES EXPECTED [--show]
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
CASES = {
    # what most people make
    "plain": ["--module", "livepatch-two.ko", "--replace", "-k", KERNEL],
    # with all that a distribution would give
    "full": ["--module", "livepatch-two.ko", "--replace", "-k", KERNEL, "--url", "https://example.org/fix",
             "--packager", "Example Kernel Team <kernel@example.org>", "--cve", "CVE-2026-12345"],
    # as in 2015
    "classic": ["-p", "classic", "--module", "livepatch-two.ko", "-k", KERNEL],
}


def findings(*directories):
    """{"rpm W unstripped-binary-or-object /path": 1, ...} of all packages and specs in directories."""
    files = sorted(os.path.join(directory, name) for directory in directories for name in os.listdir(directory)
                   if name.endswith((".rpm", ".spec")))
    out = subprocess.run(["rpmlint"] + files, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    if "checked;" not in out:
        sys.exit("rpmlint did not work:\n" + out)
    found = collections.Counter()
    for line in out.splitlines():
        match = re.match(r"(\S+?)(?::\d+)?: ([EW]): (.+)", line)
        if match:
            kind = "spec" if match[1].endswith(".spec") else "srpm" if match[1].endswith(".src") else "rpm"
            found["%s %s %s" % (kind, match[2], " ".join(match[3].split()))] += 1
    return found


def build(kpb, fixtures, options, directory):
    options = [os.path.join(fixtures, word) if word.endswith(".ko") else word for word in options]
    environment = dict(os.environ, SOURCE_DATE_EPOCH="1700000000")
    done = subprocess.run([kpb, "build", "-q", "-B", "rpm-spec", "-B", "srpm", "-B", "rpm-build", "-o", directory]
                          + options, env=environment, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.stderr)


def main():
    kpb, fixtures, expected_path = sys.argv[1:4]
    if not shutil.which("rpmlint"):
        print("skipped: rpmlint is not installed")
        sys.exit(77)
    expected = pinned.read(expected_path, CASES)
    failed = 0
    for name, options in CASES.items():
        directory = tempfile.mkdtemp(prefix="kpb-lint-")
        try:
            build(kpb, fixtures, options, directory)
            found = findings(directory)
            if "--show" in sys.argv:
                print("\n".join("%s %s" % (name, line) for line in sorted(found.elements())))
            failed += pinned.differences(name, found, expected[name])
            # The controls: the same package once more, which repeats known lines, and a spec with a
            # step that rpmlint knows to be wrong.
            package = [n for n in os.listdir(directory) if n.endswith(".x86_64.rpm")][0]
            again = os.path.join(directory, "again")
            os.mkdir(again)
            shutil.copy(os.path.join(directory, package), again)
            if not findings(directory, again) - expected[name]:
                print("not ok %s: a line more of a known kind was not noticed" % name)
                failed += 1
            spec = [n for n in os.listdir(directory) if n.endswith(".spec")][0]
            path = os.path.join(directory, spec)
            text = open(path).read().replace("\n%prep", "\n%prep\nrm -rf $RPM_BUILD_ROOT")
            open(path, "w").write(text)
            if not findings(directory) - expected[name]:
                print("not ok %s: a planted fault was not noticed" % name)
                failed += 1
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    print("%d passed, %d failed" % (len(CASES) if not failed else 0, failed))
    sys.exit(1 if failed else 0)


main()
