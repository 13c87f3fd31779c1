# SPDX-License-Identifier: GPL-2.0-only
"""The inputs of the e2e tests and their expected results: each case is a patch whose effect can be
read in the booted kernel, or one that cannot become a live patch. Patches that differ between the
kernels are in patches/6.12 and patches/7."""
import os
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Kernel:
    builder: str
    dist: str  # directory below the cache, and of its own patches
    source: str  # glob pattern below the cache


KERNELS = {"kpatch-build": Kernel("kpatch-build", "dist-6.12", "src/linux-source-6.12.tar.xz"),
           "klp-build": Kernel("klp-build", "dist-7", "src/linux-source-7.*.tar.xz")}


def patch_path(kernel, name):
    own = os.path.join(HERE, "patches", kernel.dist[len("dist-"):], name + ".patch")
    return own if os.path.exists(own) else os.path.join(HERE, "patches", name + ".patch")


@dataclass
class Case:
    key: str
    patches: list
    functions: list  # OBJECT:NAME, which the package must list
    probes: list  # (command, marker in the changed text)
    unchanged: list = field(default_factory=list)  # commands whose text must stay the same
    target: str = ""  # the patched module, if it is loaded later
    replace: bool = True
    exact: bool = True  # no other functions
    options: list = field(default_factory=list)
    # Set by the build:
    broken: str = ""  # why there is no package
    module: str = ""
    rpm: str = ""
    seconds: float = 0

    @property
    def name(self):
        """The kernel's name for the module, according to policy standard."""
        return f"kpatch_{self.key}_1_1".replace("-", "_")

    @property
    def objects(self):
        return sorted({f.split(":")[0] for f in self.functions})


CMDLINE = ("cat /proc/cmdline", "kpb-cmdline")
VERSION = ("cat /proc/version", "kpb-version")
LOADAVG = ("cut -c 1-4 /proc/loadavg | tr -d 0-9.", "kpb-")
NVRAM = ("cat /proc/driver/nvram", "kpb-nvram")
SERIAL = ("cat /sys/class/tty/ttyS0/type", "kpb-type")
# The start times of the machine and of init: a header's functions, in two objects.
BTIME = ("grep btime /proc/stat | cut -c 1-7", "btime 8")
START = ("cut -d ' ' -f 22 /proc/1/stat | cut -c 1-3", "700")


def cases():
    return [
        Case("cmdline", ["cmdline"], ["vmlinux:cmdline_proc_show"], [CMDLINE], unchanged=[VERSION[0]]),
        Case("nvram", ["nvram"], ["nvram:nvram_proc_read"], [NVRAM], target="nvram"),
        # Eight functions have this name, and the kernel finds the right one.
        Case("serial-type", ["serial-type"], ["vmlinux:type_show"], [SERIAL],
             unchanged=["cat /sys/kernel/irq/4/type", "cat /sys/bus/event_source/devices/*/type"]),
        Case("two", ["cmdline", "loadavg"], ["vmlinux:cmdline_proc_show", "vmlinux:loadavg_proc_show"],
             [CMDLINE, LOADAVG], options=["--name", "two"]),
        Case("version", ["version"], ["vmlinux:version_proc_show"], [VERSION], replace=False,
             options=["--no-replace"]),
        Case("boottime-header", ["boottime-header"],
             ["vmlinux:show_stat", "vmlinux:do_task_stat"], [BTIME, START], exact=False),
    ]


@dataclass
class Failure:
    patch: str
    status: int
    code: str  # of the error


def failures(builder):
    """Patches from which no package may be made. The first ones are refused before anything is
    compiled."""
    out = [
        Failure("bad-lib", 2, "patch-nothing-patchable"),
        Failure("bad-init", 2, "patch-nothing-patchable"),
        Failure("bad-context", 2, "patch-needs-fuzz"),
        Failure("bad-target", 2, "patch-does-not-apply"),
        Failure("not-needed", 2, "patch-not-needed"),
        Failure("bad-data", 2, f"{builder}-data-changed"),
    ]
    if builder == "kpatch-build":
        # Debian 13's create-diff-object (0.9.9) crashes on the last one.
        return out + [Failure("bad-comment", 2, "kpatch-build-no-functional-change"),
                      Failure("bad-init-too", 2, "kpatch-build-data-changed"),
                      Failure("meminfo", 1, "kpatch-build-crash")]
    # klp-build makes modules from changed __init functions, which no running kernel loads.
    return out + [Failure("bad-comment", 2, "klp-build-no-changes"), Failure("bad-init-too", 2, "target-init")]
