#!/usr/bin/env python3
# Golden transcripts: what a user types and what kpb answers, word for word.
#
# A transcript (*.txt) is a list of cases. A case begins with "### NAME"; lines that begin with "$ " are
# run by sh in an empty directory of their own, all other lines are what must come out (standard output
# and error together, in order), and "? N" is the exit status of the last command where it is not 0.
# After every case: nothing may be left in the private TMPDIR, and a case whose last status is not 0 may
# have left no file that was not there before its last command.
#
#   run.py KPB_BIN_DIR SHARED_DIR SYNTH_DIR TRANSCRIPT...            compare
#   run.py --approve KPB_BIN_DIR SHARED_DIR SYNTH_DIR TRANSCRIPT...  rewrite the answers; read the diff
#
# In a transcript $FIXTURES is SHARED_DIR (modules and patches), $SYNTH is SYNTH_DIR (what
# fixtures/synth/build.sh made) and $PREFIX where kpb is installed. The environment is built here: no dates, hosts or absolute paths reach a
# transcript (paths of the run are shown as $DIR, $TMP, $FIXTURES, $SYNTH, $PREFIX, $STORE), and no SHA-256,
# build-id of a vmlinux or name of a compiler, since those of what is made here differ from one compiler to the next.
# SPDX-License-Identifier: GPL-2.0-only
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile


def files_in(directory):
    return {os.path.join(base, name) for base, dirs, names in os.walk(directory) for name in names + dirs}


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
        "SOURCE_DATE_EPOCH": "1700000000", "TERM": "dumb", "KPB_STORE": os.path.join(top, "store"),
    }
    for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    out, status, before = [], 0, set()
    try:
        for command in [line[2:] for line in lines if line.startswith("$ ")]:
            before = files_in(work)
            done = subprocess.run(["sh", "-c", "umask 022\n" + command], cwd=work, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            status = done.returncode
            text = done.stdout.decode("utf-8", "backslashreplace")
            for value, name in ((work, "$DIR"), (tmp, "$TMP"), (fixtures, "$FIXTURES"), (synth, "$SYNTH"),
                                (prefix, "$PREFIX"), (os.path.join(top, "store"), "$STORE")):
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


def main():
    arguments = sys.argv[1:]
    approve = arguments[:1] == ["--approve"]
    bin_dir, fixtures, synth, *transcripts = arguments[1:] if approve else arguments
    bin_dir, fixtures, synth = os.path.abspath(bin_dir), os.path.realpath(fixtures), os.path.realpath(synth)
    passed = failed = 0
    for path in transcripts:
        head, cases = read_cases(path)
        if not cases:
            sys.exit("%s: no case in it" % path)
        text = list(head)
        for name, lines in cases:
            while lines and not lines[-1]:
                lines.pop()
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
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(1 if failed else 0)


main()
