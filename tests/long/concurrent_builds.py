#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Several kpb at once with one TMPDIR and one output directory, all making the same package, or each
# its own. Every one must exit with 0; the output directory must be as after one build after the
# other, without other files; and whoever looks while they run must see each final name with the
# whole file or without a file, never with a part.
#
#   concurrent_builds.py [--rounds N] [--seed S]                              needs rpmbuild
import hashlib
import os
import shutil
import subprocess
import threading

from stage import (KPB, Reference, Scratch, Stage, contents, control_cut, differences, rpm, skip_all, small_rpm,
                   spec, srpm, wrapper)

AT_ONCE = 4


class Watcher(threading.Thread):
    """Reads all final names again and again, and remembers files that were not complete."""

    def __init__(self, directory, wanted):
        super().__init__()
        self.directory, self.wanted = directory, wanted
        self.done, self.looks, self.seen = threading.Event(), 0, set()

    def run(self):
        while not self.done.is_set():
            for name, digest in self.wanted.items():
                try:
                    with open(os.path.join(self.directory, name), "rb") as file:
                        found = hashlib.sha256(file.read()).hexdigest()
                except FileNotFoundError:
                    continue
                self.looks += 1
                if found != digest:
                    self.seen.add("seen while it was not whole: " + name)


def round_of(references, kpb=KPB):
    """(problems, looks) of one round: a build of each reference, all at once."""
    wanted = {}
    for reference in references:
        wanted.update(reference.files)
    with Scratch() as scratch:
        watcher = Watcher(scratch.out, wanted)
        watcher.start()
        running = [subprocess.Popen([kpb, *reference.arguments, "-o", scratch.out], env=scratch.environment(),
                                    cwd=scratch.cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE) for reference in references]
        problems = []
        for process in running:
            _, words = process.communicate(timeout=120)
            if process.returncode != 0:
                problems.append("exit status %d: %s" % (process.returncode, words.decode("utf8", "replace")[-300:]))
        watcher.done.set()
        watcher.join()
        problems += sorted(watcher.seen) + scratch.left_in_tmp() + differences(contents(scratch.out), wanted)
        return problems, watcher.looks


def controls(stage, references):
    """Programs that share what must not be shared, or that write in place."""
    broken = {
        "one work directory for all": 'for out; do :; done\nmkdir "$TMPDIR/work" || exit 1\n"%s" "$@"; s=$?\n'
                                      'rmdir "$TMPDIR/work"\nexit $s\n' % KPB,
        "one hidden name for all": 'for out; do :; done\nn=$(($# - 2)) i=0\n'
                                   'for a; do [ $i -lt $n ] && set -- "$@" "$a"; shift; i=$((i + 1)); done\n'
                                   't=$(mktemp -d) && mkdir "$t/o"\nTMPDIR=$t "%s" "$@" -o "$t/o" >/dev/null 2>&1\n'
                                   'cp "$t"/o/* "$out/.hidden" && sleep 0.1\n'
                                   'mv "$out/.hidden" "$out/$(ls "$t/o")"; s=$?; rm -rf "$t"; exit $s\n' % KPB,
        "a file that grows in place": 't=$(mktemp -d)\nfor out; do :; done\n"%s" "$@" >/dev/null; s=$?\n'
                                      'for f in "$out"/*.rpm; do cp "$f" "$t/f"; head -c 100 "$t/f" >"$f"; sleep 0.1; '
                                      'cat "$t/f" >"$f"; done\nrm -rf "$t"\nexit $s\n' % KPB,
    }
    with Scratch() as scratch:
        for number, (title, text) in enumerate(broken.items()):
            program = wrapper(os.path.join(scratch.root, "bin", "kpb%d" % number), text)
            problems, _ = round_of(references, program)
            stage.control(title, problems[0].splitlines()[0] if problems else "")


def main():
    stage = Stage("concurrent builds", ("rounds", 50, "how many rounds of %d builds at once" % AT_ONCE))
    if shutil.which("rpmbuild") is None:
        skip_all("rpmbuild is not installed")
    same = [Reference(arguments) for arguments in (rpm(), small_rpm(), srpm(), spec())]
    different = [Reference(small_rpm("--name", "fix-%d" % number)) for number in range(AT_ONCE)]
    looks = 0
    for number in range(stage.options.rounds):
        if number % 2 == 0:
            title, references = "the same package", [stage.random.choice(same)] * AT_ONCE
        else:
            title, references = "different packages", stage.random.sample(different + same, AT_ONCE)
        problems, seen = round_of(references)
        looks += seen
        stage.check("round %d, %s" % (number, title), problems)
        stage.note(title)
    stage.notes["looks at final names meanwhile, all at whole files"] = looks
    controls(stage, [different[0]] * AT_ONCE)
    # One at a time, because four would cut the same file again and again.
    control_cut(stage, lambda kpb: round_of(different[:1], kpb)[0])
    stage.end()


if __name__ == "__main__":
    main()
