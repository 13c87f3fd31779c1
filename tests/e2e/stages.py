# SPDX-License-Identifier: GPL-2.0-only
"""The stages of an e2e run of one builder, in their order. Each prints what it observes; after a
failed check the others continue."""
import glob
import hashlib
import json
import os
import shutil
import subprocess
import time

import interruptions
from builds import Broken, functions_of
from cases import CMDLINE, HERE, cases, failures, patch_path
from guest import Guest

STAGES = ["packages", "boot", "signing", "identity", "refusals", "kills"]
# Only run if requested by name: they compile a whole kernel.
LONG_STAGES = ["rebuild"]


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def probe(guest, case, word):
    for number, (command, marker) in enumerate(case.probes):
        key = f"{case.key}-{number}"
        guest.add(word, key, *([marker] if word == "new" else []), command)
    for number, command in enumerate(case.unchanged):
        guest.add("before" if word == "before" else "old", f"{case.key}-other-{number}", command)


class Test:
    def __init__(self, kpb, say, kills):
        self.kpb, self.say, self.rounds = kpb, say, kills
        self.passed, self.failed = 0, []
        self.cases = {case.key: case for case in cases()}

    def check(self, good, words):
        self.say(("ok: " if good else "NOT OK: ") + words)
        if good:
            self.passed += 1
        else:
            self.failed.append(words)

    def case(self, key):
        """A case with its package, which is built if no stage has done it."""
        case = self.cases[key]
        if case.broken:
            raise Broken(case.broken)
        if not case.module:
            try:
                # One of them is signed, for the stage that needs it.
                functions = self.kpb.make(case, self.signer() if key == "cmdline" else [])
            except Broken as broken:
                case.broken = f"{key}: {broken}"
                raise
            self.check(True, f"{key}: built in {case.seconds:.0f} s; {', '.join(functions)}")
            if self.kpb.kernel.builder == "kpatch-build" and case.seconds:
                again = self.kpb.compiled_again(case)
                self.check(not again, f"{key}: {len(again)} steps of the original were done again: {again[:3]}")
        return case

    def signer(self):
        dist, cache = self.kpb.dist, self.kpb.cache
        return ["--sign-file", dist + "/sign-file", "--sign-key", cache + "/test-key.pem", "--sign-cert",
                cache + "/test-key.crt"]

    # The packages of all cases; what cannot be made is reported and left out of the boot.
    def packages(self):
        for key in self.cases:
            try:
                self.case(key)
            except Broken as broken:
                self.check(False, str(broken))

    def boot_guest(self, guest, words):
        passed, failed = guest.boot(self.say)
        self.passed += passed
        self.failed += failed
        self.say(f"{words}: {passed} checks passed in the guest, {len(failed)} failed")

    def guest(self, name, arguments=""):
        return Guest(self.kpb.dist, os.path.join(self.kpb.work, name), arguments)

    def boot(self):
        guest = self.guest("boot")
        for key in self.cases:
            try:
                self.alone(guest, self.case(key))
            except Broken as broken:
                self.say(f"not in this boot: {broken}")
        self.stacked(guest, self.case("cmdline"), self.case("version"), self.case("two"))
        self.unfit(guest, self.case("nvram"))
        self.boot_guest(guest, "boot")

    def alone(self, guest, case):
        """From the old text to the new one and back, with nothing else loaded."""
        guest.add("section", case.key)
        if case.target:
            guest.add("target", case.target)
            probe(guest, case, "before")
            guest.add("gone", case.target)
        else:
            probe(guest, case, "before")
        guest.load(case, int(case.replace))
        if case.target:  # it is patched when it is loaded
            guest.add("patched", case.name, case.target, 0)
            guest.add("target", case.target)
        for name in case.objects:
            guest.add("patched", case.name, name, 1)
        probe(guest, case, "new")
        guest.add("off", case.name)
        probe(guest, case, "old")
        if case.target:
            guest.add("gone", case.target)

    @staticmethod
    def stacked(guest, base, stacked, next_base):
        """A replace-mode patch, a stacked one on top of it, and the next one, which replaces
        both."""
        guest.add("section", "stacked")
        for case in (base, stacked, next_base):
            for number, (command, _) in enumerate(case.probes):
                guest.add("before", f"{case.key}-{number}", command)
        guest.load(base)
        guest.load(stacked, 0)
        for case in (base, stacked):
            guest.add("patched", case.name, "vmlinux", 1)
            guest.add("new", case.key, case.probes[0][1], case.probes[0][0])
        guest.add("off", stacked.name)
        guest.add("old", f"{stacked.key}-0", stacked.probes[0][0])
        guest.add("new", base.key, base.probes[0][1], base.probes[0][0])
        guest.load(stacked, 0)
        guest.load(next_base)
        for case in (base, stacked):
            guest.add("switched_off", case.name)
            guest.add("gone", case.name)
        guest.add("old", f"{stacked.key}-0", stacked.probes[0][0])
        for command, marker in next_base.probes:
            guest.add("new", next_base.key, marker, command)
        guest.add("off", next_base.name)
        for number, (command, _) in enumerate(next_base.probes):
            guest.add("old", f"{next_base.key}-{number}", command)

    def unfit(self, guest, case):
        """A module for a function that nvram does not have: the gates refuse it, and its effect on
        a kernel when the gate is open shows why."""
        wrong = os.path.join(self.kpb.work, "unfit.ko")
        with open(case.module, "rb") as file:
            content = file.read()
        right, other = b"\0nvram_proc_read\0", b"\0nvram_proc_rear\0"
        if right not in content:
            raise Broken("the module does not hold the function's name as a string")
        with open(wrong, "wb") as file:
            file.write(content.replace(right, other))
        dist = self.kpb.dist
        shown = subprocess.run([self.kpb.program, "verify", "-k", self.kpb.release, "--vmlinux",
                                dist + "/vmlinux", "--modules", dist + "/modules", "--symvers",
                                dist + "/Module.symvers", wrong], text=True, capture_output=True)
        self.check(shown.returncode == 2 and "nvram_proc_rear" in shown.stderr,
                   f"the gates refuse a wrong function ({shown.returncode}): {shown.stderr.strip()}")
        guest.add("section", "wrong function")
        guest.files["unfit.ko"] = wrong
        guest.add("load", "unfit.ko", case.name, int(case.replace))
        guest.add("patched", case.name, "nvram", 0)
        guest.add("target_refused", "nvram")
        guest.add("log_has", "refusing to load module 'nvram'")
        guest.add("off", case.name)
        guest.add("target", "nvram")
        guest.add("gone", "nvram")

    def signing(self):
        """A kernel that requires signatures accepts the signed module, but not with a single bit
        changed."""
        signed, unsigned = self.case("cmdline"), self.case("nvram")
        tampered = os.path.join(self.kpb.work, "tampered.ko")
        with open(signed.module, "rb") as file:
            content = bytearray(file.read())
        self.check(content.endswith(b"~Module signature appended~\n"), "the packed module is signed")
        at = content.index(b"kpb-cmdline ")
        content[at] ^= 1
        with open(tampered, "wb") as file:
            file.write(content)
        guest = self.guest("signing", "module.sig_enforce=1")
        guest.add("section", "sig_enforce")
        guest.add("before", "cmdline", CMDLINE[0])
        guest.refused(tampered)
        guest.refused(unsigned.module)
        guest.add("old", "cmdline", CMDLINE[0])
        guest.load(signed)
        guest.add("new", "cmdline", CMDLINE[1], CMDLINE[0])
        guest.add("off", signed.name)
        guest.add("old", "cmdline", CMDLINE[0])
        self.boot_guest(guest, "signing")

    def identity(self):
        """Two builds at once, in views of one template, give the same bytes as separate builds."""
        wanted = [self.case("nvram"), self.case("version")]
        outs = [os.path.join(self.kpb.work, "again-" + case.key) for case in wanted]
        running = [self.kpb.start(c.patches, out, c.options) for c, out in zip(wanted, outs)]
        for process in running:
            process.stdout_text, process.stderr_text = process.communicate()
        for case, out, process in zip(wanted, outs, running):
            if process.returncode != 0:
                self.check(False, f"two at once: {process.stderr_text}{process.stdout_text}")
                continue
            self.check(digest(self.kpb.module(out)) == digest(case.module),
                       f"{case.key}: the module of two builds at once is that of a single one")
            self.check(digest(self.kpb.rpm(out)) == digest(case.rpm), f"{case.key}: and so is the package")

    def rebuild(self):
        """Builds the source package with rpmbuild alone, without network, in the root; its
        functions must be those of the packed one."""
        packed = self.case("cmdline")
        out = os.path.join(self.kpb.work, "source-package")
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        made = self.kpb.run("build", "-B", "srpm", "-k", self.kpb.release, "--store", self.kpb.store, "-o", out,
                            *[patch_path(self.kpb.kernel, p) for p in packed.patches])
        if made.returncode != 0:
            raise Broken(f"kpb build -B srpm ended with {made.returncode}: {made.stderr}")
        srpm = self.kpb.rpm(out)
        self.say(f"{os.path.basename(srpm)}: {os.path.getsize(srpm) >> 20} MiB; rebuilding it")
        log = os.path.join(out, "rebuild.log")
        begin = time.monotonic()
        with open(log, "wb") as file:
            status = subprocess.run(["nice", "-n", "5", "sh", os.path.join(HERE, "rebuild.sh"),
                                     os.path.join(self.kpb.cache, "root-trixie"), srpm, out],
                                    stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT).returncode
        with open(log, errors="replace") as file:
            end = "".join(file.readlines()[-15:])
        if status != 0:
            raise Broken(f"rpmbuild --rebuild ended with {status}: {end}")
        rebuilt = glob.glob(out + "/top/RPMS/*/*.rpm")
        self.check(len(rebuilt) == 1, f"rebuilt in {time.monotonic() - begin:.0f} s: {rebuilt}")
        wanted, found = [functions_of(json.loads(self.kpb.run("inspect", "--json", rpm).stdout))
                         for rpm in (packed.rpm, rebuilt[0])]
        self.check(found == wanted and found, f"its module patches {found}, the packed one {wanted}")
        verified = self.kpb.run("verify", "--vmlinux", self.kpb.dist + "/vmlinux", "--modules",
                                self.kpb.dist + "/modules", "--symvers", self.kpb.dist + "/Module.symvers", rebuilt[0])
        self.check(verified.returncode == 0, f"and the target's own files allow it: {verified.stderr}")

    def refusals(self):
        for failure in failures(self.kpb.kernel.builder):
            out = os.path.join(self.kpb.work, failure.patch)
            status, document, errors = self.kpb.build([failure.patch], out)
            found = [d for d in document["diagnostics"] if d["severity"] == "error"]
            codes = [d["code"] for d in found]
            said = found[0]["message"] if found else errors
            self.check(status == failure.status and failure.code in codes,
                       f"{failure.patch}: status {status} (wanted {failure.status}), {codes} "
                       f"(wanted {failure.code}): {said}")
            self.check(not os.listdir(out), f"{failure.patch}: no package and nothing else is left")
            shutil.rmtree(out)

    def kills(self):
        interruptions.kill_builds(self, self.kpb, self.case("version"), self.case("nvram"))
