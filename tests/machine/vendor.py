#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""vendor.py: the negative control of matrix.py. Live-patch RPMs whose scriptlets install and load,
like those of vendors, are put through some of its cells. With them, ordinary transactions leave
machines unpatched, and the matrix must notice each such cell, and only these. Exit status: 0
passed, 1 failed, 77 no machine is available here."""
import os
import sys
import tempfile

import machine
import parts
from parts import sources

# %post installs into kpatch's directory and loads; %postun uninstalls; nothing unloads.
POST_POSTUN = """%post
kpatch install -k {kernel} {file}
[ {kernel} != "$(uname -r)" ] || kpatch load {file}
exit 0
%postun
kpatch uninstall -k {kernel} {name}
exit 0
"""
# %preun uninstalls and unloads, whatever the reason why it is run.
LOAD_INSTALL = """%post
[ {kernel} != "$(uname -r)" ] || kpatch load {file}
kpatch install -k {kernel} {file}
exit 0
%preun
kpatch uninstall -k {kernel} {name}
kpatch unload {module}
exit 0
"""
# Vendor: its scriptlets, and whether the module's name contains the version.
VENDORS = {
    "post-postun": (POST_POSTUN, True),
    "load-install": (LOAD_INSTALL, True),
    "same-name": (LOAD_INSTALL, False),
}
# The known failures of these packages: the beginning of each check that must fail.
FAILS = [
    # The old package's %preun runs last and undoes what the new one's %post did.
    "load-install/reinstall_newer/running: /proc/version",
    "load-install/reinstall_newer/running: active",
    "load-install/reinstall_newer/running: file",
    "load-install/reinstall_newer/running: kpatch list",
    # %post finds that a module of this name is loaded already; then %preun unloads it.
    "same-name/upgrade/running: /proc/version",
    "same-name/upgrade/running: active",
    "same-name/upgrade/running: file",
    "same-name/upgrade/running: kpatch list",
    # %postun removes the file that %post found in place; this shows after the next boot.
    "post-postun/reinstall_newer/running: file",
    "post-postun/reinstall_newer/running: after a reboot: /proc/version",
    "post-postun/reinstall_newer/running: after a reboot: active",
    "post-postun/reinstall_newer/running: after a reboot: file",
]
SPEC = """Name: vendor-{vendor}
Version: {version}
Release: {release}
Summary: A live patch with scriptlets
License: GPL-2.0-only
%global debug_package %{{nil}}
%global __os_install_post %{{nil}}
%description
It installs and loads by scriptlets.
%install
install -D -m 0644 {ko} %{{buildroot}}{file}
{scriptlets}
%files
{file}
"""


def package(made, vendor, version):
    scriptlets, versioned = VENDORS[vendor]
    name = f"vendor-{vendor}" + (f"-{version}" if versioned else "")
    ko = made.kmodule(name, sources.patch(f"mark {version}"), os.path.join(made.directory, vendor + version))
    file = f"/usr/lib/vendor/{made.kernel}/{name}.ko"
    v, r = version.split("-")
    words = scriptlets.format(kernel=made.kernel, file=file, name=name + ".ko", module=name.replace("-", "_"))
    return made.rpm(f"vendor-{vendor}-{version}", SPEC.format(vendor=vendor, version=v, release=r, ko=ko, file=file,
                                                              scriptlets=words))


def check_name(line):
    return line.split(" - ", 1)[1]


def main():
    why = machine.missing()
    if why:
        print("skipped: " + why)
        return 77
    with tempfile.TemporaryDirectory(prefix="kpb-machine-") as directory:
        made = parts.Parts(os.path.join(directory, "parts"))
        guest = machine.Machine(os.path.join(directory, "machine"))
        made.fill(guest, ["rpm"], with_kpatch=True, with_runtime=False)
        guest.add(os.path.join(machine.HERE, "vendor.sh"))
        for vendor in VENDORS:
            for version in ("1-9", "1-10"):
                guest.add(package(made, vendor, version))
        guest.script(". /payload/vendor.sh\nboots first second")
        lines, passed, failed = guest.run(print, 600)
        print("\n".join(lines))
    wrong = [line for line in failed if not line.startswith("not ok ")]
    failed = [check_name(line) for line in failed if line.startswith("not ok ")]
    wrong += [f"this had to fail and did not: {name}" for name in FAILS
              if not any(line.startswith(name) for line in failed)]
    wrong += [f"this failed and had not to: {line}" for line in failed
              if not any(line.startswith(name) for name in FAILS)]
    for line in wrong:
        print("FAILED: " + line)
    print(f"{len(passed)} passed, {len(failed)} failed, {len(wrong)} of it not as they have to")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
