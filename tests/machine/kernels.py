#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kernels.py: one disk, five boots. Debian's kernel, with packages for it and for a second one; the
second one, first with module signatures enforced, then without; Debian's again, with live patching
disabled on the command line in both ways. Exit status: 0 passed, 1 failed, 77 no machine is
available here."""
import os
import shutil
import subprocess
import sys
import tempfile

import machine
import parts
from parts import sources

# The kernel's command line, whether it is the second kernel, and the function of kernels.sh.
BOOTS = [
    ("", False, "at_home"),
    ("module.sig_enforce=1", True, "enforced"),
    ("", True, "not_enforced"),
    ("kpb.enable=0", False, "switched_off kpb.enable=0"),
    ("kpatch.enable=0", False, "switched_off kpatch.enable=0"),
]


def key(made, name):
    """A key that no kernel trusts."""
    path = os.path.join(made.directory, name)
    subprocess.run(["openssl", "req", "-new", "-nodes", "-batch", "-x509", "-newkey", "rsa:2048", "-days", "9999",
                    "-subj", "/CN=a stranger", "-keyout", path + ".pem", "-out", path + ".crt"], check=True,
                   stderr=subprocess.DEVNULL)
    return path


def package(made, name, function, sign=None, backend="deb"):
    """For the second kernel; signed with SIGN.pem."""
    headers = os.path.join(machine.SECOND, "build")
    more = ["--source", headers]
    if sign:
        more += ["--sign-file", headers + "/scripts/sign-file", "--sign-key", sign + ".pem", "--sign-cert",
                 sign + ".crt"]
    return made.package(name, "1-1", [backend], sources.patch(name, function, replace=False), replace=False,
                        function="vmlinux:" + function, more=more, kernel=machine.release(machine.SECOND))


def main():
    why = machine.missing(second=True)
    if why:
        print("skipped: " + why)
        return 77
    with tempfile.TemporaryDirectory(prefix="kpb-machine-") as directory:
        made = parts.Parts(os.path.join(directory, "parts"))
        files = made.mark("mark", "1-1", ["deb"])
        files += package(made, "right", "version_proc_show", os.path.join(machine.CACHE, "test-key"))
        files += package(made, "by-rpm", "execdomains_proc_show", os.path.join(machine.CACHE, "test-key"), backend="rpm")
        files += package(made, "wrong", "uptime_proc_show", key(made, "stranger"))
        files += package(made, "unsigned", "loadavg_proc_show")
        disk = os.path.join(directory, "disk.img")
        shutil.copy(os.path.join(machine.PARTS, "root.img"), disk)
        status = 0
        for append, second, word in BOOTS:
            guest = machine.Machine(os.path.join(directory, "machine"), append, second, disk)
            made.fill(guest, ["rpm"])
            guest.add(os.path.join(machine.HERE, "kernels.sh"))
            for path in files:
                guest.add(path)
            guest.script(f". /payload/kernels.sh\n{word}\noff")
            status = max(status, machine.judged(guest, 300))
    return status


if __name__ == "__main__":
    sys.exit(main())
