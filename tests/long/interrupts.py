#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Ctrl-C at any moment. kpb gets INT, TERM and HUP in turn after a random part of the time that an
# undisturbed run takes; in every third round a second signal right after it; in every fourth as a
# background job (INT and QUIT ignored at the start; INT is sent first and must do nothing). Meanwhile
# rpmbuild packs a module, or one command makes a source package, a package and a spec, or a kernel's
# own build compiles a module. Then: the exit status of that signal and no file with a final name, or 0
# and exactly what an undisturbed run makes; in both cases soon, with no process left and an empty
# TMPDIR. kpb may only die of the signal itself while it does not catch it yet, before main(), which
# /proc shows, and in at most a sixth of the rounds. Also: signals that were ignored at the start stay
# ignored, and a standard output that is closed or whose reader is gone is an error, not the end.
#
#   interrupts.py [--rounds N] [--seed S]            needs rpmbuild; headers for the compiled module
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time

from stage import (FIXTURES, KPB, SIGNALS, Reference, Scratch, Stage, all_formats, compiled, contents, control_cut,
                   differences, ended_by, headers, rpm, skip_all, small_rpm, spec, wrapper)

GRACE = 2.0  # the time that kpb gives its children after TERM
LIMIT = 2.0 + GRACE
PR_SET_CHILD_SUBREAPER = 36
MODULE = open(os.path.join(FIXTURES, "livepatch-two.ko"), "rb").read()


def adopt_orphans():
    """Descendants that lose their parent become our children, so that none can be overlooked."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("prctl: " + os.strerror(ctypes.get_errno()))


def living_children():
    """Our own children that are running; the dead ones are reaped."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open("/proc/%s/stat" % entry) as file:
                name, _, rest = file.read().partition("(")[2].rpartition(")")
        except (OSError, ValueError):
            continue
        state, parent = rest.split()[:2]
        if int(parent) != os.getpid():
            continue
        if state == "Z":
            os.waitpid(int(entry), 0)
        else:
            found.append("%s (%s)" % (entry, name))
    return found


def end_children():
    for child in living_children():
        pid = int(child.split()[0])
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def disposition(pid, number):
    """What the process does with the signal, according to the kernel: "caught", "ignored" or
    "default"."""
    try:
        with open("/proc/%d/status" % pid) as file:
            masks = dict(line.split(":", 1) for line in file)
    except OSError:
        return "default"
    return next((word for word, mask in (("caught", "SigCgt"), ("ignored", "SigIgn"))
                 if int(masks[mask], 16) >> (number - 1) & 1), "default")


class Interrupted:
    """A run that gets `signals`, the first after `delay` seconds, the others `gap` apart. `met`:
    what it did with each of them when it was sent."""

    def __init__(self, command, scratch, signals, delay, gap=0.0):
        started = time.monotonic()
        process = subprocess.Popen(command, env=scratch.environment(), cwd=scratch.cwd, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(max(0.0, delay - (time.monotonic() - started)))
        sent, self.met = time.monotonic(), {}
        for number in signals:
            if process.poll() is None:
                self.met.setdefault(number, disposition(process.pid, number))
                process.send_signal(number)
            time.sleep(gap)
        try:
            self.stdout, self.stderr = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            self.stdout, self.stderr = process.communicate()
        self.seconds = time.monotonic() - sent
        self.status, self.signals = process.returncode, signals
        self.orphans = living_children()

    def problems(self, scratch, reference):
        found = ["still alive: " + child for child in self.orphans] + scratch.left_in_tmp()
        if self.orphans:
            end_children()
        if self.status == 0:
            found += reference.differences(scratch.out)
        else:
            found += differences(contents(scratch.out), {})
            if ended_by(self.status) not in [128 + number for number in self.signals]:
                found.append("exit status %d" % self.status)
            if self.met.get(-self.status) == "caught":
                found.append("ended by the signal %d itself, for which it had a handler" % -self.status)
        if self.seconds > LIMIT:
            found.append("it took %.1f s to end" % self.seconds)
        if found:
            found.append("it said: " + " | ".join(self.stderr.decode("utf8", "replace").splitlines()[-3:]))
        return found


IN_TURN = sorted(SIGNALS)
BACKGROUND = ["sh", "-c", 'trap "" INT QUIT; exec "$@"', "sh"]


def rounds(stage, title, reference, count, kpb=KPB):
    """The number of rounds with problems; the figures go into the notes."""
    slowest, bad, raw = 0.0, 0, 0
    for number in range(count):
        with Scratch() as scratch:
            delay = stage.random.uniform(0, reference.seconds * 1.1)
            names, gap, before = [IN_TURN[number % len(IN_TURN)]], 0.0, []
            if number // 3 % 3 == 0:
                names.append(stage.random.choice(IN_TURN))
                gap = stage.random.choice((0.0, 0.0005, 0.01, 0.1))
            # Not for the programs of the controls, which are scripts.
            if number % 4 == 3 and kpb == KPB:
                before, names, gap = BACKGROUND, ["INT"] + [n for n in names if n != "INT"], 0.001
            run = Interrupted([*before, kpb, *reference.arguments, "-o", scratch.out], scratch,
                              [SIGNALS[name] for name in names], delay, gap)
            problems = run.problems(scratch, reference)
            # INT may end the shell before it has reached its trap.
            if before and run.met.get(signal.SIGINT) == "caught":
                problems.append("it listens to INT, which came ignored")
            if run.met.get(signal.SIGINT) == "ignored" and ended_by(run.status) == 128 + signal.SIGINT:
                problems.append("a background job ended by INT")
        slowest = max(slowest, run.seconds if run.status else 0.0)
        bad += 1 if problems else 0
        raw += run.status < 0
        if kpb == KPB:
            stage.check("%s%s: %s after %.4f s" % (title, " in the background" if before else "", "+".join(names), delay),
                        problems)
            stage.note("%s: ended by the signal itself, before main()" % title if run.status < 0
                       else "%s: exit %d" % (title, run.status))
            stage.note("rounds with %s%s%s" % (names[0], " and a second signal" if len(names) > 1 else "",
                                               ", in the background" if before else ""))
    if kpb == KPB:
        stage.notes["%s: longest time from signal to end, ms" % title] = round(slowest * 1000)
        stage.check("%s: the share of rounds before main()" % title,
                    ["%d of %d rounds were ended by the signal itself" % (raw, count)] if raw > 2 + count // 6 else [])
    return bad


def ignored_signals(stage, reference):
    """A background job of a shell without job control has INT and QUIT ignored; nohup ignores
    HUP."""
    for names in (("INT", "QUIT"), ("HUP",)):
        with Scratch() as scratch:
            command = ["sh", "-c", 'trap "" %s; exec "$@"' % " ".join(names), "sh", KPB, *reference.arguments,
                       "-o", scratch.out]
            signals = [getattr(signal, "SIG" + name) for name in names]
            run = Interrupted(command, scratch, signals, reference.seconds / 2)
            problems = run.problems(scratch, reference)
            stage.check("%s ignored from the start" % " and ".join(names),
                        problems + ([] if run.status == 0 else ["exit status %d" % run.status]))


def standard_output(stage, to_stdout, packed):
    """Closed, full, or a pipe that nobody reads: exit status 5, and a message about what could not
    be written."""
    reader, writer = os.pipe()
    os.close(reader)
    for title, script, stdout in (("closed", ">&-", None), ("full", ">/dev/full", None), ("no reader", "", writer),
                                  ("all three closed", "<&- >&- 2>&-", None)):
        for reference in (to_stdout, packed):
            with Scratch() as scratch:
                output = "-" if reference is to_stdout else scratch.out
                done = subprocess.run(["sh", "-c", '"$@" ' + script, "sh", KPB, *reference.arguments, "-o", output],
                                      env=scratch.environment(), cwd=scratch.cwd, stdin=subprocess.DEVNULL,
                                      stdout=stdout, stderr=subprocess.PIPE, timeout=60)
                problems = scratch.left_in_tmp() + ["still alive: " + child for child in living_children()]
                problems += reference.differences(scratch.out)
                if done.returncode != 5:
                    problems.append("exit status %d" % done.returncode)
                if title != "all three closed" and b"standard output" not in done.stderr:
                    problems.append("it said: " + done.stderr.decode("utf8", "replace"))
                stage.check("standard output: %s, %s" % (title, reference.arguments[1:3]), problems)
    os.close(writer)


def cut(reference):
    """The problems of an undisturbed run of that kpb."""
    def problems(kpb):
        with Scratch() as scratch:
            return Interrupted([kpb, *reference.arguments, "-o", scratch.out], scratch, [], 0).problems(scratch, reference)
    return problems


def raw_death(stage, reference):
    """The control for telling the time before main() from the time after: a program that catches a
    signal and then dies of it."""
    program = ("import os, signal, sys\n"
               "def end(number, _):\n    signal.signal(number, signal.SIG_DFL)\n    os.kill(os.getpid(), number)\n"
               "signal.signal(signal.SIGTERM, end)\nsys.stdin.close()\nwhile True: signal.pause()\n")
    with Scratch() as scratch:
        problems = Interrupted([sys.executable, "-c", program], scratch, [signal.SIGTERM], 1.0).problems(scratch, reference)
    seen = [problem for problem in problems if "itself" in problem]
    stage.control("a handler that lets the signal end the program", "; ".join(seen))


def controls(stage, reference):
    """Programs with one mistake each."""
    with Scratch() as scratch:
        place = os.path.join(scratch.root, "bin")
        broken = {
            "a temporary file is left": 'touch "$TMPDIR/left"\nexec "%s" "$@"\n' % KPB,
            "a child is left": 'sleep 30 <&- >&- 2>&- &\nexec "%s" "$@"\n' % KPB,
            "the status is lost": '"%s" "$@" &\ntrap "kill $!; wait; exit 0" INT TERM HUP\nwait\n' % KPB,
            "a file is written in place": 'for o; do :; done\necho half >"$o/kpb.rpm"\nexec "%s" "$@"\n' % KPB,
            "the signal is not heard": 'trap "" INT TERM HUP\n"%s" "$@"\nsleep 4.2\n' % KPB,
        }
        for title, text in broken.items():
            # In one round the signal may come before the program's first line.
            count, tried, caught = 6 if "lost" in title else 1, 0, 0
            while not caught and tried < 6:
                caught = rounds(stage, title, reference, count, wrapper(os.path.join(place, "kpb"), text))
                tried += count
            stage.control(title, "%d of %d rounds" % (caught, tried) if caught else "")


def main():
    stage = Stage("interrupts", ("rounds", 200, "how many interrupts"))
    if shutil.which("rpmbuild") is None:
        skip_all("rpmbuild is not installed")
    adopt_orphans()
    count, release = stage.options.rounds, headers()
    packed = Reference(rpm(), MODULE)
    compiling = count * 2 // 5 if count >= 50 else 0  # compiling takes a while
    if compiling and release is None:
        stage.skip("compiled module", "no kernel headers are installed", compiling)
        compiling = 0
    elif compiling:
        rounds(stage, "compile and pack", Reference(compiled(release)), compiling)
    several = count // 4
    rounds(stage, "three formats", Reference(all_formats()), several)
    rounds(stage, "pack", packed, count - compiling - several)
    ignored_signals(stage, packed)
    standard_output(stage, Reference(spec(), into="-"), packed)
    controls(stage, packed)
    raw_death(stage, packed)
    control_cut(stage, cut(Reference(small_rpm())))
    stage.end()


if __name__ == "__main__":
    main()
