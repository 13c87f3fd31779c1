# SPDX-License-Identifier: GPL-2.0-only
"""A machine with a disk, systemd and package managers, for what only such a machine can show:
prepare.sh's root and Debian's stock kernel in QEMU (TCG). The disk is never written to: the changes
of a run are discarded with it, but survive the run's reboots. Results are returned as TAP on a
second serial line, which the kernel and systemd do not use; the first one is the console, for
humans."""
import os
import re
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.environ.get("KPB_CACHE", "/var/cache/kpb-tests")
PARTS = os.path.join(CACHE, "machine")
SECOND = os.path.join(CACHE, "machine-kernel")


def release(directory=os.path.join(PARTS, "kernel")):
    with open(os.path.join(directory, "release"), encoding="utf-8") as file:
        return file.read().strip()


def missing(second=False):
    """Why there is no machine, or no second kernel for it; "" if there is."""
    for tool in ("qemu-system-x86_64", "busybox", "cpio"):
        if not shutil.which(tool):
            return f"{tool} is not installed"
    if not os.path.isdir(PARTS):
        return f"{PARTS} is not there; sh tests/machine/prepare.sh makes it (5 minutes, 2 GB)"
    if second and not os.path.isdir(SECOND):
        return f"{SECOND} is not there; sh tests/machine/prepare-kernel.sh makes it (10 minutes)"
    return ""


class Machine:
    """One run: the files of a payload, and the results from the guest's script. With a disk (a copy
    of the root's, which the caller keeps), the next machine continues where this one ended."""

    def __init__(self, work, append="", second=False, disk=None):
        self.work, self.append, self.second, self.disk = work, append, second, disk
        self.payload = os.path.join(work, "initramfs/payload")
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(self.payload)
        os.makedirs(os.path.join(work, "initramfs/bin"))
        root = os.path.join(work, "initramfs")
        shutil.copy(shutil.which("busybox"), os.path.join(root, "bin/busybox"))
        if second:
            os.mkdir(os.path.join(root, "modules"))
        else:
            shutil.copytree(os.path.join(PARTS, "kernel/modules"), os.path.join(root, "modules"))
        shutil.copy(os.path.join(HERE, "init.sh"), os.path.join(root, "init"))
        os.chmod(os.path.join(root, "init"), 0o755)
        self.add(os.path.join(HERE, "guest.sh"))

    def add(self, path, name=None):
        shutil.copy(path, os.path.join(self.payload, name or os.path.basename(path)))

    def script(self, text):
        """The script that runs at each boot. $stage counts the boots from 1; its functions are in
        guest.sh."""
        path = os.path.join(self.payload, "run")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n. /payload/guest.sh\n" + text + "\nfinish\n")
        os.chmod(path, 0o755)

    def _initramfs(self):
        root = os.path.join(self.work, "initramfs")
        out = os.path.join(self.work, "initramfs.cpio")
        names = subprocess.run(["find", "."], cwd=root, check=True, capture_output=True)
        with open(out, "wb") as archive:
            subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "--owner=0:0"], cwd=root, check=True,
                           input=names.stdout, stdout=archive)
        return out

    def run(self, say, limit):
        """What passed and what did not, as lines of TAP."""
        console = os.path.join(self.work, "console.log")
        results = os.path.join(self.work, "results.tap")
        disk = f"file={self.disk}" if self.disk else f"file={PARTS}/root.img,snapshot=on"
        kernel = os.path.join(SECOND, "bzImage") if self.second else os.path.join(PARTS, "kernel/vmlinuz")
        command = ["qemu-system-x86_64", "-accel", "tcg", "-m", "1024", "-nodefaults", "-no-user-config",
                   "-display", "none", "-serial", "file:" + console, "-serial", "file:" + results,
                   "-drive", disk + ",format=raw,if=virtio,cache=unsafe",
                   "-kernel", kernel, "-initrd", self._initramfs(),
                   "-append", "console=ttyS0 panic=1 quiet no_timer_check nowatchdog systemd.show_status=0 net.ifnames=0 " + self.append]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            say(f"    the machine did not end within {limit} s")
        finally:
            process.kill()
            process.wait()
        with open(results, encoding="utf-8", errors="replace") as file:
            lines = file.read().replace("\r", "").split("\n")
        return self._judge(lines, console)

    def _judge(self, lines, console):
        passed = [line for line in lines if line.startswith("ok ")]
        failed = [line for line in lines if line.startswith("not ok ")]
        numbers = [int(re.match(r"(?:not )?ok (\d+) - ", line)[1]) for line in lines
                   if re.match(r"(?:not )?ok \d+ - ", line)]
        plan = [line for line in lines if re.fullmatch(r"1\.\.\d+", line)]
        if len(plan) != 1 or numbers != list(range(1, int(plan[0][3:]) + 1)) or not passed:
            with open(console, encoding="utf-8", errors="replace") as file:
                tail = file.read().replace("\r", "").splitlines()[-25:]
            failed.append("the guest did not finish; the console's last words:\n" + "\n".join(tail))
        return lines, passed, failed


def judged(guest, limit):
    """Runs it, prints its output, and returns the exit status."""
    lines, passed, failed = guest.run(print, limit)
    print("\n".join(lines))
    if os.environ.get("KPB_MACHINE_KEEP"):
        shutil.copy(os.path.join(guest.work, "console.log"), os.environ["KPB_MACHINE_KEEP"])
    for line in failed:
        print("FAILED: " + line)
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed else 0
