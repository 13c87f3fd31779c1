# SPDX-License-Identifier: GPL-2.0-only
"""Boots a kernel in a virtual machine with a list of steps, because only a kernel can show what a
live patch does. Uses TCG, which works everywhere, and an initramfs with busybox, modules and
guest.sh."""
import os
import re
import shlex
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


class Guest:
    """The steps for one boot. They name module files, which are copied into the guest."""

    def __init__(self, dist, work, arguments=""):
        self.dist, self.work, self.arguments = dist, work, arguments
        self.steps, self.files = [], {}

    def add(self, word, *arguments):
        self.steps.append(" ".join([word] + [shlex.quote(str(a)) for a in arguments]))

    def load(self, case, replace=1):
        name = os.path.basename(case.module)
        self.files[name] = case.module
        self.add("load", name, case.name, replace)

    def refused(self, path):
        name = os.path.basename(path)
        self.files[name] = path
        self.add("refused", name)

    def _initramfs(self):
        root = os.path.join(self.work, "root")
        shutil.rmtree(root, ignore_errors=True)
        for directory in ("bin", "dev", "proc", "sys", "tmp", "modules", "targets"):
            os.makedirs(os.path.join(root, directory))
        shutil.copy(shutil.which("busybox"), os.path.join(root, "bin/busybox"))
        for name, path in self.files.items():
            shutil.copy(path, os.path.join(root, "modules", name))
        for name in os.listdir(os.path.join(self.dist, "modules")):
            shutil.copy(os.path.join(self.dist, "modules", name),
                        os.path.join(root, "targets", name.replace("-", "_")))
        shutil.copy(os.path.join(HERE, "guest.sh"), os.path.join(root, "init"))
        os.chmod(os.path.join(root, "init"), 0o755)
        with open(os.path.join(root, "steps.sh"), "w") as steps:
            steps.write("\n".join(self.steps) + "\n")
        out = os.path.join(self.work, "initramfs")
        with open(out, "wb") as archive:
            names = subprocess.run(["find", "."], cwd=root, check=True, capture_output=True)
            subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "--owner=0:0"], cwd=root, check=True,
                           input=names.stdout, stdout=archive)
        return out

    def boot(self, say, limit=300):
        """The number of checks that passed, and the lines of those that did not."""
        os.makedirs(self.work, exist_ok=True)
        # oops=panic panic=-1 and -no-reboot: any fault in the guest's kernel ends qemu at once.
        command = ["qemu-system-x86_64", "-accel", "tcg", "-m", "512", "-nodefaults", "-no-user-config",
                   "-display", "none", "-serial", "stdio", "-no-reboot",
                   "-kernel", os.path.join(self.dist, "bzImage"), "-initrd", self._initramfs(),
                   "-append", "console=ttyS0 oops=panic panic=-1 no_timer_check quiet " + self.arguments]
        serial = os.path.join(self.work, "serial.log")
        with open(serial, "wb") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
            try:
                process.wait(limit)
            except subprocess.TimeoutExpired:
                pass  # the log tells
            finally:
                process.kill()
                process.wait()
        with open(serial, errors="replace") as file:
            log = file.read().replace("\r", "")
        lines = [line[4:] for line in log.splitlines() if line.startswith("TAP ")]
        for line in lines:
            say("    guest| " + line)
        passed = [line for line in lines if line.startswith("ok ")]
        failed = [line for line in lines if line.startswith("not ok ")]
        plan = [line for line in lines if re.fullmatch(r"1\.\.\d+", line)]
        if not plan or int(plan[0][3:]) != len(passed) + len(failed) or not passed:
            failed.append("the guest did not finish:\n" + "\n".join(log.splitlines()[-25:]))
        return len(passed), failed
