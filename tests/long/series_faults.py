#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# kpb series build, killed. At random moments the run itself, a worker, or both get SIGKILL, and the
# same command is repeated until it is done. Then the result directory (without .kpb, which belongs to
# the run) must be the same as that of an undisturbed run, byte for byte, and no cell may have been
# built twice. Four runs at once with one store and one or several result directories: each must exit
# with 0, or with 75 and say who holds the lock. A result directory on a full disk: exit status 5 with
# the reason, and with more space the same command finishes. The same with a store that is read-only or
# disappears. Negative controls: a kpb that forgets what is finished and builds it twice, and a package
# that is truncated afterwards.
#
#   series_faults.py [--kills N] [--rounds N] [--seed S]                              needs rpmbuild
import json
import os
import shutil
import signal
import subprocess
import time

from stage import (FIXTURES, KPB, SYNTH, Scratch, Stage, contents, descendants, differences, skip_all, wrapper)

MANIFEST = """
kernels:
%s
packages:
  - name: packed
    replace: true
    backends: [rpm-build]
    patches: [{module: plain.ko, kernels: [k0, k1, k2]}]
  - name: recipe
    backends: [rpm-spec, srpm]
    kernels: ["k*"]
    patches: [{filename: livepatch-test.patch}]
"""
KERNELS = 6


def prepare(scratch):
    shutil.copy(os.path.join(SYNTH, "plain.ko"), scratch.cwd)
    shutil.copy(os.path.join(FIXTURES, "livepatch-test.patch"), scratch.cwd)
    kernels = "".join("  k%d: {release: 6.1.0-%s-amd64}\n" % (n, 56 if n == 0 else 100 + n) for n in range(KERNELS))
    # plain.ko is for 6.1.0-56 and would be refused for the other kernels, so it is packaged for one
    # only.
    with open(os.path.join(scratch.cwd, "m.yml"), "w") as file:
        file.write((MANIFEST % kernels).replace("[k0, k1, k2]", "[k0]"))


def command(scratch, out, *more, kpb=KPB):
    return [kpb, "series", "build", "-o", out, "--events", os.path.join(scratch.root, "events"), *more, "m.yml"]


def start(scratch, out, *more, kpb=KPB):
    return subprocess.Popen(command(scratch, out, *more, kpb=kpb), env=scratch.environment(), cwd=scratch.cwd,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def results(out):
    return {name: digest for name, digest in contents(out).items() if not name.startswith(".kpb")}


def built(scratch):
    """How often each cell was built."""
    count, path = {}, os.path.join(scratch.root, "events")
    if not os.path.exists(path):
        return count
    with open(path) as file:
        for line in file:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # it was killed in the middle of the line
            if event["event"] == "ended" and event["state"] == "built":
                count[event["job"]] = count.get(event["job"], 0) + 1
    return count


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def killed_until_done(stage, scratch, seconds, kills):
    """(problems, kills that hit) of a run that is killed and started again."""
    hits = 0
    for attempt in range(100):
        process = start(scratch, scratch.out)
        if hits < kills:
            time.sleep(stage.random.uniform(0, seconds))
            workers = descendants(process.pid)
            whom = stage.random.choice(("run", "worker", "both"))
            if process.poll() is None:
                hits += 1
                stage.note("killed: " + whom)
                if whom != "run" and workers:
                    kill(stage.random.choice(workers))
                if whom != "worker":
                    kill(process.pid)
        _, words = process.communicate(timeout=120)
        if process.returncode == 0 and hits >= kills:
            return [], hits
        if process.returncode == 0:  # it was faster: start again, but keep the hits
            shutil.rmtree(scratch.out)
            os.mkdir(scratch.out)
            os.unlink(os.path.join(scratch.root, "events"))
    return ["not done after 100 runs: " + words.decode("utf8", "replace")[-300:]], hits


def judge(scratch, wanted):
    twice = ["built %d times: %s" % (n, cell) for cell, n in sorted(built(scratch).items()) if n > 1]
    left = ["left in the result directory: " + name for name in contents(scratch.out)
            if "/out-" in name or name.endswith(".tmp")]
    return differences(results(scratch.out), wanted) + twice + left


def undisturbed():
    with Scratch() as scratch:
        prepare(scratch)
        begun = time.monotonic()
        process = start(scratch, scratch.out)
        _, words = process.communicate(timeout=120)
        if process.returncode != 0:
            raise SystemExit("the undisturbed run is no good: " + words.decode("utf8", "replace"))
        return results(scratch.out), time.monotonic() - begun


def kills(stage, wanted, seconds):
    per_round = 5
    for number in range(max(1, stage.options.kills // per_round)):
        with Scratch() as scratch:
            prepare(scratch)
            problems, hits = killed_until_done(stage, scratch, seconds, per_round)
            stage.note("moments of killing", hits)
            stage.check("killed, round %d" % number, problems or judge(scratch, wanted))


def four_at_once(stage, wanted):
    for number in range(stage.options.rounds):
        with Scratch() as scratch:
            prepare(scratch)
            one = number % 2 == 0
            store = os.path.join(scratch.root, "store")
            outs = [scratch.out if one else os.path.join(scratch.root, "out%d" % n) for n in range(4)]
            running = [start(scratch, out, "--store", store) for out in outs]
            problems, good = [], 0
            for process in running:
                _, words = process.communicate(timeout=120)
                words = words.decode("utf8", "replace")
                if process.returncode == 0:
                    good += 1
                elif process.returncode != 75 or "pid " not in words:
                    problems.append("exit status %d: %s" % (process.returncode, words[-300:]))
            if good == 0 or (not one and good != 4):
                problems.append("%d of 4 succeeded" % good)
            stage.note("four at once, %s: exit 0" % ("one result directory" if one else "four"), good)
            for out in set(outs):
                problems += differences(results(out), wanted)
            stage.check("four at once, round %d" % number, problems)


def full_disk(stage, wanted):
    if os.geteuid() != 0:
        stage.skip("full disk", "only root can mount a tmpfs")
        return
    for size in (4, 40, 80, 120, 160, 200, 240, 300):
        with Scratch() as scratch:
            prepare(scratch)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755,size=%dk" % size, "none", scratch.out], check=True)
            try:
                process = start(scratch, scratch.out)
                _, words = process.communicate(timeout=120)
                words, problems = words.decode("utf8", "replace"), []
                if process.returncode == 0:
                    problems += differences(results(scratch.out), wanted)
                elif process.returncode != 5 or "no space left" not in words.lower():
                    problems.append("exit status %d: %s" % (process.returncode, words[-300:]))
                stage.note("full disk: exit %d" % process.returncode)
                subprocess.run(["mount", "-o", "remount,size=64m", scratch.out], check=True)
                process = start(scratch, scratch.out)
                _, words = process.communicate(timeout=120)
                if process.returncode != 0:
                    problems.append("with room: exit status %d: %s" % (process.returncode, words[-300:]))
                stage.check("full disk, %d KiB" % size, problems + judge(scratch, wanted))
            finally:
                subprocess.run(["umount", scratch.out], check=True)


def store_fails(stage, wanted):
    """A store that is read-only from the beginning, and one whose file system disappears while jobs
    run: when it is back, the same command finishes."""
    if os.geteuid() != 0:
        stage.skip("store that fails", "only root can mount a tmpfs")
        return
    for how in ("read-only", "vanished"):
        with Scratch() as scratch:
            prepare(scratch)
            mounted = os.path.join(scratch.root, "mounted")
            store = os.path.join(mounted, "store")
            os.mkdir(mounted)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", mounted], check=True)
            os.mkdir(store, 0o700)
            if how == "read-only":
                subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
            process = start(scratch, scratch.out, "--store", store)
            if how == "vanished":
                while not built(scratch) and process.poll() is None:
                    time.sleep(0.01)
                subprocess.run(["umount", "-l", mounted], check=True)
            _, words = process.communicate(timeout=120)
            words, problems = words.decode("utf8", "replace"), []
            if process.returncode == 0:
                problems += differences(results(scratch.out), wanted)
            elif process.returncode != 5 or store not in words:
                problems.append("exit status %d: %s" % (process.returncode, words[-300:]))
            if how == "read-only" and "read-only" not in words.lower():
                problems.append("nobody says that it is read-only: " + words[-300:])
            stage.note("store, %s: exit %d" % (how, process.returncode))
            subprocess.run(["umount", mounted], check=how == "read-only", stderr=subprocess.DEVNULL)
            process = start(scratch, scratch.out, "--store", store)
            _, words = process.communicate(timeout=120)
            if process.returncode != 0:
                problems.append("with a store: exit status %d: %s" % (process.returncode, words[-300:]))
            stage.check("store, " + how, problems + judge(scratch, wanted))


def controls(stage, wanted):
    with Scratch() as scratch:
        prepare(scratch)
        forgetful = wrapper(os.path.join(scratch.root, "bin", "kpb"),
                            'rm -rf "%s/.kpb"\nexec "%s" "$@"\n' % (scratch.out, KPB))
        for _ in range(2):
            start(scratch, scratch.out, kpb=forgetful).communicate(timeout=120)
        found = [p for p in judge(scratch, wanted) if "times" in p]
        stage.control("a kpb that forgets what is finished", found[0] if found else "")
    with Scratch() as scratch:
        prepare(scratch)
        start(scratch, scratch.out).communicate(timeout=120)
        name = next(name for name in wanted if name.endswith(".rpm"))
        os.truncate(os.path.join(scratch.out, name), 1000)
        found = judge(scratch, wanted)
        stage.control("a package that is cut", found[0] if found else "")


def main():
    stage = Stage("series faults", ("kills", 200, "how many moments of killing"),
                  ("rounds", 50, "how many rounds of four runs at once"))
    if shutil.which("rpmbuild") is None:
        skip_all("rpmbuild is not installed")
    wanted, seconds = undisturbed()
    kills(stage, wanted, seconds)
    four_at_once(stage, wanted)
    full_disk(stage, wanted)
    store_fails(stage, wanted)
    controls(stage, wanted)
    stage.end()


if __name__ == "__main__":
    main()
