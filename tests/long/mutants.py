#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Damaged on purpose: a live-patch module, an RPM and a deb are changed at random places, and each mutant is
# given to `kpb inspect` and `kpb verify`. For every mutant:
#   - kpb ends with one of its own exit statuses within two seconds, is not killed by a signal, and says no
#     "INTERNAL ERROR" or another program's word for one;
#   - a package that is not byte for byte the one that kpb made never passes `kpb verify`;
#   - a module may be a good module after the change (its code is code); so the SHA-256 that `kpb inspect`
#     reports must be that of the mutant.
# Negative controls: a kpb that ignores what is in a package and says "ok", one that dies, one that is slow.
#
#   mutants.py [--count N] [--seed S]      N of each kind                              needs rpmbuild
import concurrent.futures
import glob
import hashlib
import json
import os
import shutil
import sys
import time

from stage import FIXTURES, KPB, Run, Scratch, Stage, wrapper

LIMIT = 2.0  # seconds, for one command
OWN = (0, 1, 2, 3, 4, 5)
MODULE = os.path.join(FIXTURES, "livepatch-two.ko")
BUILD = ["build", "-q", "-k", "6.12.107-kpbtest", "--replace", "--module", MODULE]
NEVER = (b"INTERNAL ERROR", b"terminate called", b"Assertion", b"runtime error:", b"AddressSanitizer")
EXTREMES = (0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff)


def place(random, size):
    """A place in the file; each third one near its start or its end, where the formats keep their structure."""
    where = random.randrange(3)
    if where == 0:
        return random.randrange(min(size, 512))
    if where == 1:
        return size - 1 - random.randrange(min(size, 2048))
    return random.randrange(size)


def mutant(random, good):
    """(bytes that are not `good`, what was done)"""
    while True:
        data, what = bytearray(good), []
        for _ in range(random.choice((1, 1, 1, 2, 8))):
            at = place(random, len(data))
            kind = random.choice(("bit", "bit", "byte", "word", "long", "cut", "insert", "delete", "repeat", "zeros"))
            length = random.choice((1, 2, 4, 16, 60, 512))
            if kind == "bit":
                data[at] ^= 1 << random.randrange(8)
            elif kind == "byte":
                data[at] = random.choice((0, 0x0a, 0x20, 0x2f, 0x7f, 0x80, 0xff, random.randrange(256)))
            elif kind in ("word", "long"):
                width = 4 if kind == "word" else 8
                at &= ~(width - 1)
                order = random.choice(("little", "big"))
                data[at:at + width] = random.choice(EXTREMES).to_bytes(width, order)
            elif kind == "cut":
                del data[max(at, 1):]
            elif kind == "insert":
                data[at:at] = random.randbytes(length)
            elif kind == "delete":
                del data[at:at + length]
            elif kind == "repeat":
                data[at:at] = data[at:at + length]
            else:
                data[at:at + length] = bytes(min(length, len(data) - at))
            what.append("%s at %d" % (kind, at))
            if not data:
                break
        if data != good:
            return bytes(data), ", ".join(what)


def problems(kpb, path, data, module):
    """What is wrong with how this kpb answers for the mutant at `path`."""
    found = []
    with Scratch() as scratch:
        for command in ("inspect", "verify"):
            started = time.monotonic()
            run = Run([kpb, command, "--json", path], scratch, timeout=20)
            if run.status not in OWN:
                found.append("%s ends with %d" % (command, run.status))
            if time.monotonic() - started > LIMIT:
                found.append("%s takes %.1f s" % (command, time.monotonic() - started))
            for word in NEVER:
                if word in run.stdout + run.stderr:
                    found.append("%s says %s" % (command, word.decode()))
            if command == "verify" and run.status == 0 and not module:
                found.append("verify accepts it")
            if command == "inspect" and run.status == 0 and module:
                if hashlib.sha256(data).hexdigest() not in json.dumps(json.loads(run.stdout)):
                    found.append("inspect reports another SHA-256")
            found += scratch.left_in_tmp()
    return found


def judge(kpb, directory, name, data, module):
    path = os.path.join(directory, name)
    with open(path, "wb") as file:
        file.write(data)
    try:
        return problems(kpb, path, data, module)
    finally:
        os.unlink(path)


def originals(scratch):
    """{kind: (file name's end, bytes)}"""
    made = {"module": (".ko", open(MODULE, "rb").read())}
    for kind, backend in (("rpm", "rpm-build"), ("deb", "deb")):
        out = os.path.join(scratch.out, kind)
        os.mkdir(out)
        run = Run([KPB, *BUILD, "-B", backend, "-o", out], scratch)
        files = glob.glob(os.path.join(out, "*." + kind))
        if run.status or len(files) != 1:
            sys.exit("%s: the package to be damaged was not made: %s" % (kind, run.words()))
        made[kind] = ("." + kind, open(files[0], "rb").read())
    return made


def main():
    if not shutil.which("rpmbuild"):
        from stage import skip_all
        skip_all("rpmbuild is not installed")
    stage = Stage("mutants", ("count", 2000, "mutants of each kind"))
    with Scratch() as scratch:
        kinds = originals(scratch)
        for kind, (suffix, good) in kinds.items():
            stage.check("the undamaged " + kind, [] if Run(
                [KPB, "verify", os.path.join(scratch.cwd, put(scratch, "good" + suffix, good))], scratch).status == 0
                else ["it does not pass"])
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                waiting = []
                for number in range(stage.options.count):
                    data, what = mutant(stage.random, good)
                    waiting.append((what, pool.submit(judge, KPB, scratch.cwd, "mutant%d%s" % (number, suffix), data,
                                                      kind == "module")))
                for what, answer in waiting:
                    stage.check("%s: %s" % (kind, what), answer.result())
                    stage.note(kind)
        controls(stage, scratch, kinds["rpm"][1])
    stage.end()


def put(scratch, name, data):
    with open(os.path.join(scratch.cwd, name), "wb") as file:
        file.write(data)
    return name


def controls(stage, scratch, good):
    bad = bytearray(good)
    bad[-1] ^= 1
    for name, text in (("one that says ok", "echo '{}'\nexit 0\n"), ("one that dies", "kill -SEGV $$\n"),
                       ("one that is slow", "sleep 3\nexit 4\n")):
        kpb = wrapper(os.path.join(scratch.root, name.replace(" ", "-"), "kpb"), text)
        found = judge(kpb, scratch.cwd, "control.rpm", bytes(bad), False)
        stage.control(name, "; ".join(found))


main()
