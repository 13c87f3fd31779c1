# SPDX-License-Identifier: GPL-2.0-only
"""Kills builds with SIGKILL at random moments. None of their processes may remain, and the next
build of another patch must make the same bytes as an undisturbed one: a killed build could only
damage a view."""
import hashlib
import os
import random
import shutil
import time


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def inside(directory):
    """Processes in a mount namespace that has something of `directory` mounted, as /mnt/kpb/output
    is."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/mountinfo") as mounts:
                if directory in mounts.read():
                    found.append(int(pid))
        except OSError:
            pass  # it has ended meanwhile
    return found


def kill_builds(test, kpb, victim, witness):
    seed = int(os.environ.get("KPB_SEED", random.randrange(1 << 32)))
    test.say(f"KPB_SEED={seed} repeats the moments")
    chance = random.Random(seed)
    seen = 0
    for number in range(test.rounds):
        out = os.path.join(kpb.work, "killed")
        scratch = os.path.join(kpb.work, f"scratch-of-{os.getpid()}-{number}")
        os.mkdir(scratch, 0o700)
        moment = chance.uniform(0.05, victim.seconds or 40)
        process = kpb.start(victim.patches, out, victim.options, env={**os.environ, "TMPDIR": scratch})
        time.sleep(moment)
        there = len(inside(scratch))
        seen += there > 0
        # Only kpb, not its group: what it started must notice by itself.
        process.kill()
        process.wait()
        begin = time.monotonic()
        while (left := inside(scratch)) and time.monotonic() < begin + 5:
            time.sleep(0.05)
        process.stdout.close()
        process.stderr.close()
        test.check(not left, f"killed {moment:.1f} s into the build: of {there} processes {len(left)} are left "
                   f"after {time.monotonic() - begin:.1f} s")
        shutil.rmtree(scratch)
        again = os.path.join(kpb.work, "after-kill")
        status, _, errors = kpb.build(witness.patches, again, witness.options)
        if status != 0:
            test.check(False, f"the build after the kill: {status}: {errors}")
            continue
        test.check(digest(kpb.module(again)) == digest(witness.module),
                   f"the next build, of another patch, has the bytes of an undisturbed one ({number + 1})")
    test.check(test.rounds == 0 or seen > 0, f"{seen} of {test.rounds} kills met a view at work")
