# SPDX-License-Identifier: GPL-2.0-only
"""The content of the machine: packages of live patches made by the installed kpb, the packages of
kpb-runtime, and an RPM for what the machine's empty rpm database lacks."""
import glob
import os
import shutil
import subprocess
import sys

import machine

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(SOURCE, "tests/boot"))
import sources  # noqa: E402  pylint: disable=wrong-import-position

BASE_SPEC = """Name: machine-base
Version: 1
Release: 1
Summary: Stands for what Debian's packages give this machine
License: GPL-2.0-only
BuildArch: noarch
Provides: /bin/sh
%description
An rpm database on Debian is empty; packages require a shell all the same.
%files
"""


class Parts:
    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.kpb = os.path.join(os.environ["KPB_PREFIX"], "bin/kpb")
        self.kernel = machine.release()
        self.environment = dict(os.environ, SOURCE_DATE_EPOCH="1790000000")

    def _run(self, command, **more):
        ran = subprocess.run(command, cwd=self.directory, env=self.environment, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, check=False, **more)
        if ran.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {ran.returncode}\n{ran.stdout}")
        return ran.stdout

    def package(self, name, version, formats, source=None, replace=True, function="vmlinux:version_proc_show",
                more=(), kernel=None):
        """Paths of NAME-VERSION in these formats. Without a source, a module for another kernel."""
        v, r = version.split("-")
        command = [self.kpb, "build", "-q", "--name", name, "--set-version", v, "--set-release", r,
                   "--replace" if replace else "--no-replace", *more]
        for backend in formats:
            command += ["-B", {"rpm": "rpm-build", "deb": "deb"}[backend]]
        kernel = kernel or self.kernel
        out = os.path.join(self.directory, f"{name}-{version}-{kernel}")
        os.makedirs(out)
        if source:
            path = os.path.join(out, f"{name}.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write(source)
            command += ["-k", kernel, "--function", function, path]
        else:
            fixture = os.path.join(SOURCE, "tests/fixtures/klp-livepatch-test.ko")
            command += ["-k", self.other_kernel(), "--module", fixture]
        self._run(command + ["-o", out])
        return [path for path in glob.glob(out + "/*") if path.endswith((".rpm", ".deb"))]

    @staticmethod
    def other_kernel():
        return "7.2.13-kpbtest"

    def mark(self, name, version, formats, text=None, **more):
        return self.package(name, version, formats, sources.patch(text or f"{name} {version}"), **more)

    def runtime(self):
        """kpb-runtime's RPM and deb."""
        out = os.path.join(self.directory, "runtime")
        os.makedirs(out, exist_ok=True)
        if not os.listdir(out):
            self._run(["sh", os.path.join(SOURCE, "core/programs/reconcile/packaging/make-packages.sh"),
                       os.environ["KPB_BUILD"], out])
        return glob.glob(out + "/*.rpm")[0], glob.glob(out + "/*.deb")[0]

    def base(self):
        return self.rpm("machine-base", BASE_SPEC)

    def rpm(self, name, spec):
        """The only RPM that a spec makes."""
        top = os.path.join(self.directory, "rpmbuild-" + name)
        path = os.path.join(self.directory, name + ".spec")
        with open(path, "w", encoding="utf-8") as file:
            file.write(spec)
        self._run(["rpmbuild", "-bb", "--quiet", "--define", f"_topdir {top}", path])
        return glob.glob(top + "/RPMS/*/*.rpm")[0]

    def kmodule(self, name, source, directory=None):
        """A module that is in no package, built by the kernel's build system."""
        directory = directory or os.path.join(self.directory, name)
        os.makedirs(directory)
        for file, text in ((f"{name}.c", source), ("Kbuild", f"obj-m := {name}.o\n")):
            with open(os.path.join(directory, file), "w", encoding="utf-8") as out:
                out.write(text)
        self._run(["make", "-s", "-C", f"/usr/src/linux-headers-{self.kernel}", f"M={directory}", "modules"])
        return os.path.join(directory, name + ".ko")

    def fill(self, guest, formats, with_kpatch=False, with_runtime=True):
        """Everything that matrix.sh needs."""
        guest.add(os.path.join(HERE, "matrix.sh"))
        other = os.path.join(self.directory, "other-release")
        with open(other, "w", encoding="utf-8") as file:
            file.write(self.other_kernel() + "\n")
        guest.add(other)
        if "rpm" in formats:
            guest.add(self.base(), "machine-base.rpm")
        if with_runtime:
            rpm, deb = self.runtime()
            guest.add(rpm, "kpb-runtime.rpm")
            guest.add(deb, "kpb-runtime.deb")
        if with_kpatch:
            guest.add(os.path.join(machine.PARTS, "kpatch.deb"))

    def clean(self):
        shutil.rmtree(self.directory, ignore_errors=True)
