#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""matrix.py FORMAT with-kpatch|without-kpatch: 15 of the 60 cells, in one run of a machine that
starts six times: {install, upgrade 1-9 -> 1-10, downgrade, reinstall, erase} x {the running kernel,
another kernel, a chroot}. Checked inside: the text in /proc, the active patches, the installed
files, and all of that again after a reboot. Exit status: 0 passed, 1 failed, 77 no machine is
available here."""
import os
import sys
import tempfile

import machine
import parts

SCRIPT = """format={format} prefix='{prefix}' with_kpatch={kpatch}
. /payload/matrix.sh
actions_of install upgrade downgrade reinstall erase
"""


def main(format_, kpatch):
    why = machine.missing()
    if why:
        print("skipped: " + why)
        return 77
    with tempfile.TemporaryDirectory(prefix="kpb-machine-") as directory:
        made = parts.Parts(os.path.join(directory, "parts"))
        guest = machine.Machine(os.path.join(directory, "machine"))
        made.fill(guest, [format_], with_kpatch=kpatch)
        for version in ("1-9", "1-10"):
            for path in (made.mark("mark", version, [format_]) + made.mark("inner", version, [format_]) +
                         made.package("elsewhere", version, [format_])):
                guest.add(path)
        guest.script(SCRIPT.format(format=format_, kpatch="yes" if kpatch else "",
                                   prefix=f"{format_}/{'with' if kpatch else 'without'} kpatch"))
        return machine.judged(guest, 1500)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] == "with-kpatch"))
