#!/usr/bin/env python3
# Golden transcripts: what a user types and what kpb answers, word for word.
#
# A transcript (*.txt) is a list of cases. A case begins with "### NAME". Lines that begin with "$ " are
# run by sh in an empty directory of the case; all other lines are the expected output (standard output
# and error together, in order), and "? N" is the exit status of the last command if it is not 0. After
# every case the private TMPDIR must be empty, and a case whose last status is not 0 must not have left
# any file that was not there before its last command. A case whose name ends with "(root)" is skipped,
# and counted, if another user runs it.
#
#   run.py KPB_BIN_DIR SHARED_DIR SYNTH_DIR TRANSCRIPT...            compare
#   run.py --approve KPB_BIN_DIR SHARED_DIR SYNTH_DIR TRANSCRIPT...  rewrite the answers; read the diff
#   run.py --count AT_LEAST TRANSCRIPT...       count the bad inputs; fail if there are fewer
#
# In a transcript $FIXTURES is SHARED_DIR (modules and patches), $SYNTH is SYNTH_DIR (the output of
# fixtures/synth/build.sh), $ZOO has the sources of the bad plugins, and $PREFIX is where kpb is
# installed; the functions of PRELUDE are also available. The environment is created here: no dates,
# hosts or absolute paths get into a transcript (paths of the run are shown as $DIR, $TMP, $FIXTURES,
# $SYNTH, $ZOO, $PREFIX, $STORE), and no SHA-256, build-id of a vmlinux or name of a compiler, because
# those depend on the compiler of this machine.
#
# A bad input of the areas text, plugins, module files and environment is a case whose name begins with
# its area's letter and a number, "O1: ...", and whose status is not 0. --count counts those, equal sets
# of commands only once, and reports cases without a status or without a message.
# SPDX-License-Identifier: GPL-2.0-only
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile


# poke FILE OFFSET BYTES: writes into a file (BYTES in printf's form); plugin SOURCE... -o FILE:
# compiles one; image RELEASE: makes bzImage, only the header of a kernel of that release; signed FILE:
# prints it with a signature in sign-file's form; tool NAME SCRIPT: makes a program bin/NAME from that
# script, which reports the version of rpm; site SED_SCRIPT: puts a changed copy of the installed spec
# template into templates/.
PRELUDE = """umask 022
poke() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
plugin() { "${CC:-cc}" -std=c11 -fPIC -shared -fvisibility=hidden -I"$PREFIX/include" "$@"; }
signed() { cat "$1" && printf '0123456789abcdef\\0\\0\\2\\0\\0\\0\\0\\0\\0\\0\\0\\20~Module signature appended~\\n'; }
tool() {
  mkdir -p bin && chmod 0755 bin &&
    printf '#!/bin/sh\\n[ "$*" != --version ] || exec echo "RPM version 4.18.0"\\n%s\\n' "$2" >"bin/$1" && chmod 0755 "bin/$1"
}
image() {
  head -c 4096 /dev/zero >bzImage
  poke bzImage 510 '\\125\\252'; poke bzImage 514 HdrS; poke bzImage 526 '\\0\\10'; poke bzImage 2560 "$1 (built)"
}
site() { mkdir -p templates/rpm && sed "$1" "$PREFIX/share/kpb/templates/rpm/package.spec" >templates/rpm/package.spec; }
"""


def files_in(directory):
    return {os.path.join(base, name) for base, dirs, names in os.walk(directory) for name in names + dirs}


def zoo_of(fixtures):
    return os.path.join(os.path.dirname(fixtures), "plugin_abi", "zoo")


def read_cases(path):
    cases, head = [], []
    for line in open(path, encoding="utf-8").read().splitlines():
        if line.startswith("### "):
            cases.append((line[4:], []))
        elif cases:
            cases[-1][1].append(line)
        else:
            head.append(line)
    return head, cases


def run_case(lines, bin_dir, fixtures, synth):
    """The case's lines with the answers of this run."""
    top = os.path.realpath(tempfile.mkdtemp(prefix="kpb-golden-"))
    work, tmp = os.path.join(top, "work"), os.path.join(top, "tmp")
    os.mkdir(work), os.mkdir(tmp)
    prefix = os.path.dirname(os.path.realpath(bin_dir))
    environment = {
        "PATH": bin_dir + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": top,
        "LC_ALL": "C.UTF-8", "TMPDIR": tmp, "FIXTURES": fixtures, "SYNTH": synth, "PREFIX": prefix,
        "ZOO": zoo_of(fixtures), "KPB_STORE": os.path.join(top, "store"),
        "SOURCE_DATE_EPOCH": "1700000000", "TERM": "dumb",
    }
    for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    out, status, before = [], 0, set()
    try:
        for command in [line[2:] for line in lines if line.startswith("$ ")]:
            before = files_in(work)
            done = subprocess.run(["sh", "-c", PRELUDE + command], cwd=work, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            status = done.returncode
            text = done.stdout.decode("utf-8", "backslashreplace")
            for value, name in ((work, "$DIR"), (tmp, "$TMP"), (fixtures, "$FIXTURES"), (synth, "$SYNTH"),
                                (zoo_of(fixtures), "$ZOO"), (prefix, "$PREFIX"),
                                (os.path.join(top, "store"), "$STORE")):
                text = text.replace(value, name)
            text = re.sub(r"(\$TMP/(?:kpb-|kpatch_))[a-z0-9]{6}\b", r"\1XXXXXX", text)
            text = re.sub(r"\b[0-9a-f]{64}\b", "$SHA256", text)
            text = re.sub(r"(build-id +)[0-9a-f]{40}\b", r"\1$BUILD_ID", text)
            text = re.sub(r"\b(\d[\w.]*)-[0-9a-f]{8}\b", r"\1-XXXXXXXX", text)
            text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "$TIME", text)
            text = re.sub(r"GCC: \((?!Other)[^)]*\) [\d.]+", "$COMPILER", text)
            out += ["$ " + command] + text.splitlines()
        if status:
            out.append("? %d" % status)
        left = sorted(files_in(tmp))
        if left:
            out.append("!! left in TMPDIR: " + " ".join(os.path.relpath(name, tmp) for name in left))
        new = sorted(files_in(work) - before)
        if status and new:
            out.append("!! failed, but left: " + " ".join(os.path.relpath(name, work) for name in new))
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return out


def sanitized(bin_dir):
    with open(os.path.join(bin_dir, "kpb"), "rb") as program:
        return b"libasan.so" in program.read()


AREAS = {"T": "text", "G": "plugins", "O": "module files", "V": "environment"}


def bad_inputs(cases):
    """({area: how many}, problems) of the cases that are bad inputs; equal sets of commands count
    once."""
    found, problems, seen = dict.fromkeys(AREAS, 0), [], set()
    for name, lines in cases:
        if not re.match("[%s][0-9]+: " % "".join(AREAS), name):
            continue
        commands = tuple(line for line in lines if line.startswith("$ "))
        if not any(line.startswith("? ") for line in lines):
            problems.append("%s: it is taken" % name)
        elif not any(re.match(r"(kpb|kpatch-package-builder): error: .*\S", line) for line in lines):
            problems.append("%s: nothing is said" % name)
        elif commands in seen:
            problems.append("%s: it is there twice" % name)
        else:
            seen.add(commands)
            found[name[0]] += 1
    return found, problems


def count(at_least, transcripts):
    # The negative control: none of these adds to the count.
    good = ("O1: a", ["$ kpb a", "kpb: error: b", "? 2"])
    for bad in (good, ("O1: taken", ["$ kpb c", "made"]), ("O1: silent", ["$ kpb d", "hint: e", "? 2"])):
        if sum(bad_inputs([good, bad])[0].values()) != 1 or not bad_inputs([good, bad])[1]:
            sys.exit("not caught: " + bad[0])
    found, problems = bad_inputs([case for path in transcripts for case in read_cases(path)[1]])
    print("\n".join(problems + ["%s: %d" % (AREAS[area], number) for area, number in found.items()]))
    print("%d bad inputs, %d wanted; %d cases that are none" % (sum(found.values()), at_least, len(problems)))
    sys.exit(1 if problems or sum(found.values()) < at_least else 0)


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--count"]:
        count(int(arguments[1]), arguments[2:])
    approve = arguments[:1] == ["--approve"]
    bin_dir, fixtures, synth, *transcripts = arguments[1:] if approve else arguments
    bin_dir, fixtures, synth = os.path.abspath(bin_dir), os.path.realpath(fixtures), os.path.realpath(synth)
    passed = failed = skipped = 0
    for path in transcripts:
        head, cases = read_cases(path)
        if not cases:
            sys.exit("%s: no case in it" % path)
        text = list(head)
        for name, lines in cases:
            while lines and not lines[-1]:
                lines.pop()
            if name.endswith("(root)") and os.geteuid() != 0:
                skipped += 1
                print("skip %s: %s: only root can make it" % (os.path.basename(path), name))
                text += ["### " + name] + lines + [""]
                continue
            if "no descriptors are left" in name and sanitized(bin_dir):
                skipped += 1
                print("skip %s: %s: the sanitizers need descriptors" % (os.path.basename(path), name))
                text += ["### " + name] + lines + [""]
                continue
            now = run_case(lines, bin_dir, fixtures, synth)
            text += ["### " + name] + now + [""]
            broken = any(line.startswith("!! ") for line in now)
            if (now == lines and not broken) or (approve and not broken):
                passed += 1
                continue
            failed += 1
            print("not ok %s: %s" % (os.path.basename(path), name))
            print("\n".join(difflib.unified_diff(lines, now, "expected", "found", lineterm="")) or "\n".join(now))
        if approve:
            open(path, "w", encoding="utf-8").write("\n".join(text).rstrip("\n") + "\n")
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    sys.exit(1 if failed else 0)


main()
