#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""repositories.py apt|dnf|hook: `apt install ./x.deb` and `dnf install x.rpm` patch the running
kernel without any other command: a local repository has kpb-runtime (and, for dnf, what the
machine's empty rpm database lacks). hook: apt would remove one live patch to install another, and
is stopped. Exit status: 0 passed, 1 failed, 77 no machine is available here."""
import os
import shutil
import subprocess
import sys
import tempfile

import machine
import parts
from parts import sources


def packages(made, what):
    backend = "rpm" if what == "dnf" else "deb"
    out = made.mark("mark", "1-9", [backend]) + made.mark("mark", "1-10", [backend])
    if what == "hook":
        out += made.mark("rival", "1-1", ["deb"])
        out += made.package("near", "1-1", ["deb"], sources.patch("near", "loadavg_proc_show", replace=False),
                            replace=False, function="vmlinux:loadavg_proc_show")
        out += made.package("same", "1-1", ["deb"], sources.patch("same", "loadavg_proc_show", replace=False),
                            replace=False, function="vmlinux:loadavg_proc_show")
    return out


def repository(made, what):
    """The repository of the guest's package manager, indexed here."""
    directory = os.path.join(made.directory, "repository")
    os.makedirs(directory)
    rpm, deb = made.runtime()
    if what == "dnf":
        for path in (rpm, made.base()):
            shutil.copy(path, directory)
        subprocess.run(["createrepo_c", "-q", directory], check=True)
    else:
        shutil.copy(deb, directory)
        index = subprocess.run(["dpkg-scanpackages", "-m", "."], cwd=directory, check=True, capture_output=True)
        with open(os.path.join(directory, "Packages"), "wb") as file:
            file.write(index.stdout)
    return directory


def main(what):
    why = machine.missing()
    if why:
        print("skipped: " + why)
        return 77
    with tempfile.TemporaryDirectory(prefix="kpb-machine-") as directory:
        made = parts.Parts(os.path.join(directory, "parts"))
        guest = machine.Machine(os.path.join(directory, "machine"))
        guest.add(os.path.join(machine.HERE, "repositories.sh"))
        guest.add(os.path.join(machine.PARTS, "kpatch.deb"))
        for path in packages(made, what):
            guest.add(path)
        shutil.copytree(repository(made, what), os.path.join(guest.payload, "repository"))
        guest.script(". /payload/repositories.sh\nwith_" + what)
        return machine.judged(guest, 400)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
