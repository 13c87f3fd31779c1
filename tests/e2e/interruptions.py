# SPDX-License-Identifier: GPL-2.0-only
"""Kills builds at random moments, the hard way. No process of theirs is left, and the next build of
another patch makes the bytes of one that nobody has disturbed: a view is all that they could spoil."""
import hashlib
import os
import random
import signal
import time


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def inside(store):
    """Processes that see a view of the store: those that have /mnt/kpb/tree of it mounted."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/mounts") as mounts:
                if f"{store}/views/" in mounts.read():
                    found.append(int(pid))
        except OSError:
            pass  # gone meanwhile
    return found


def kill_builds(test, kpb, victim, witness):
    seed = int(os.environ.get("KPB_SEED", random.randrange(1 << 32)))
    test.say(f"KPB_SEED={seed} repeats the moments")
    chance = random.Random(seed)
    if inside(kpb.store):
        test.say("somebody else builds in this store: whose processes are left cannot be told")
    others = set(inside(kpb.store))
    for number in range(test.kills):
        out = os.path.join(kpb.work, "killed")
        moment = chance.uniform(0.05, victim.seconds or 60)
        process = kpb.start(victim.patches, out, victim.options)
        time.sleep(moment)
        ended = process.poll()
        # kpb alone, not its group: what it started has to notice by itself.
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        begin = time.monotonic()
        while (left := set(inside(kpb.store)) - others) and time.monotonic() < begin + 5:
            time.sleep(0.05)
        process.stdout.close()
        process.stderr.close()
        test.check(not left, f"killed {moment:.1f} s into the build{' (it had ended)' if ended is not None else ''}: "
                   f"{len(left)} processes are left after {time.monotonic() - begin:.1f} s")
        again = os.path.join(kpb.work, "after-kill")
        status, document, errors = kpb.build(witness.patches, again, witness.options)
        if status != 0:
            test.check(False, f"the build after the kill: {status}: {errors}{document}")
            continue
        test.check(digest(kpb.module(again)) == digest(witness.module),
                   f"the next build, of another patch, has the bytes of an undisturbed one ({number + 1})")
    views = os.path.join(kpb.store, "views")
    left = os.listdir(views) if os.path.isdir(views) else []
    test.check(len(left) <= 1, f"{len(left)} layers of killed builds are left in the store")
