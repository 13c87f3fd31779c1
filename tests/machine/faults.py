#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""faults.py GROUP...: failures on machines (faults.sh); the steps of the groups in one run.
`--list` names the groups. Exit status: 0 passed, 1 failed, 77 no machine is available here."""
import os
import sys
import tempfile

import machine
import parts
from parts import sources

# Group: its boots.
GROUPS = {
    "failing": ["failing_among_good"],
    "on-top-of": ["on_top_of", "on_top_of_after_boot"],
    "back-and-forth": ["back_and_forth"],
    "foreign": ["foreign"],
    "guard": ["panic", "panic_after_boot"],
    "settled": ["settles", "settled_crash", "single_crash", "loop_begins", "loop_first", "loop_second", "loop_ended"],
    "power-cut": ["power_cut_before_load", "power_cut_after_boot"],
    "at-once": ["two_at_once"],
    "full-disk": ["full_disk"],
    "read-only": ["read_only_var"],
    "stalled": ["stalled"],
    "runtime-later": ["runtime_later", "runtime_gone"],
}
DEB = ["deb"]


def stacked(made, name, function, formats=None, more=(), version="1-1", text=None, init="", target=None):
    where = target or "vmlinux"
    return made.package(name, version, formats or DEB,
                        sources.patch(text or name, function, replace=False, init=init, target=target),
                        replace=False, function=f"{where}:{function}", more=more)


def packages(made):
    kernel = made.kernel
    out = stacked(made, "good-a", "loadavg_proc_show")
    out += stacked(made, "good-c", "uptime_proc_show", formats=["rpm", "deb"])
    out += stacked(made, "failing", "version_proc_show", init="return -EINVAL;")
    out += stacked(made, "boom", "uptime_proc_show", init='panic("kpb boom");')
    out += stacked(made, "waits", "kpb_wait_show", target="kpbtarget")
    for version in ("1-9", "1-10"):
        out += made.mark("base", version, DEB)
        out += stacked(made, "top", "loadavg_proc_show", version=version, text=f"top {version}",
                       more=["--on-top-of", f"kpatch-module-base-{kernel}={version}"])
    return out


def main(groups):
    if groups == ["--list"]:
        print("\n".join(GROUPS))
        return 0
    why = machine.missing()
    if why:
        print("skipped: " + why)
        return 77
    with tempfile.TemporaryDirectory(prefix="kpb-machine-") as directory:
        made = parts.Parts(os.path.join(directory, "parts"))
        guest = machine.Machine(os.path.join(directory, "machine"))
        made.fill(guest, ["rpm", "deb"])
        guest.add(os.path.join(machine.HERE, "faults.sh"))
        for path in packages(made):
            guest.add(path)
        guest.add(made.kmodule("kpbtarget", sources.TARGET))
        guest.add(made.kmodule("foreign", sources.patch("foreign")))
        boots = ["setup"] + [boot for group in groups for boot in GROUPS[group]]
        guest.script(". /payload/faults.sh\nboots " + " ".join(boots))
        return machine.judged(guest, 200 * len(boots))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(GROUPS)))
