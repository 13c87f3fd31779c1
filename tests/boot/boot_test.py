#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""boot_test.py CASE: kpb boot-test with a real machine, Debian's stock kernel and modules that are
compiled here against its headers. Runs one case; `boot_test.py --list` names them. Exit status: 0
passed, 1 failed, 77 not possible here, with the reason."""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

import sources

CACHE = os.environ.get("KPB_CACHE", "/var/cache/kpb-tests")
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


class Bench:
    """A directory to work in, with kpb."""

    def __init__(self, directory):
        os.chdir(directory)
        self.kpb = os.path.join(os.environ["KPB_PREFIX"], "bin/kpb")
        if not shutil.which("qemu-system-x86_64"):
            skip("qemu-system-x86_64 is not installed")
        headers = sorted(glob.glob("/usr/src/linux-headers-*-amd64/Module.symvers"))
        kernels = [os.path.basename(os.path.dirname(path))[len("linux-headers-"):] for path in headers]
        images = [(k, i) for k in kernels
                  for i in (f"/boot/vmlinuz-{k}", f"{CACHE}/kernel/{k}/vmlinuz") if os.path.exists(i)]
        if not images:
            skip("there is no stock kernel whose headers are here; sh tests/boot/fetch-kernel.sh fetches it")
        self.kernel, self.image = images[-1]

    def package(self, name, source, replace=True, functions=("vmlinux:version_proc_show",), backend="rpm-build"):
        with open(name + ".c", "w", encoding="utf-8") as file:
            file.write(source)
        command = [self.kpb, "build", "-B", backend, "-k", self.kernel, "--replace" if replace else "--no-replace"]
        for function in functions:
            command += ["--function", function]
        made = subprocess.run(command + [name + ".c"], stdout=subprocess.PIPE, text=True, check=True)
        return made.stdout.strip()

    def module(self, name, source):
        """An ordinary module, built by the kernel's build system."""
        os.makedirs(name)
        with open(f"{name}/{name}.c", "w", encoding="utf-8") as file:
            file.write(source)
        with open(f"{name}/Kbuild", "w", encoding="utf-8") as file:
            file.write(f"obj-m := {name}.o\n")
        subprocess.run(["make", "-s", "-C", f"/usr/src/linux-headers-{self.kernel}", f"M={os.path.abspath(name)}",
                        "modules"], check=True, stdout=subprocess.DEVNULL)
        return f"{name}/{name}.ko"

    def boot(self, *arguments, expect=None):
        """The exit status, the JSON result, and the standard error."""
        command = [self.kpb, "boot-test", "--json", "--kernel-image", self.image]
        if expect:
            with open("expect", "w", encoding="utf-8") as file:
                file.write(expect)
            command += ["--expect-file", "expect"]
        ran = subprocess.run(command + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             check=False)
        result = json.loads(ran.stdout)
        for check in result.get("checks", []):
            print(f"  {check['result']:12}{check['check']}: {check.get('seen', '')}")
        print(ran.stderr)
        assert result["status"] == ran.returncode
        return ran.returncode, result, ran.stderr


def results(result, word):
    """The results of the checks whose text contains this word."""
    return [check["result"] for check in result["checks"] if word in check["check"]]


def seen(result, word):
    return [check.get("seen", "") for check in result["checks"] if word in check["check"]]


@case
def works(bench):
    """A package that does what it should in every respect."""
    rpm = bench.package("mark", sources.patch("patched"))
    status, result, err = bench.boot(rpm, expect="patched: /proc/version contains patched\n"
                                                 "after-load: /proc/version is patched\n"
                                                 "before-load: /proc/version contains Linux version\n"
                                                 "after-unload: /proc/version contains Linux version\n")
    assert status == 0 and err == "", err
    assert result["kernel"]["release"] == bench.kernel
    assert {check["result"] for check in result["checks"]} == {"ok"}
    assert seen(result, "every object is patched") == ["vmlinux is patched"]
    assert seen(result, "after-load: /proc/version contains") == ["it says: patched"]


@case
def other_effect(bench):
    """Loads and unloads as it should, but has another effect than expected."""
    rpm = bench.package("mark", sources.patch("something else"))
    status, result, err = bench.boot(rpm, expect="patched: /proc/version contains fixed\n")
    assert status == 4, status
    assert results(result, "after-load") == ["failed"]
    assert results(result, "is enabled") == ["ok"] and results(result, "can be removed") == ["ok"]
    assert "failed: after-load: /proc/version contains fixed; it says: something else" in err, err


@case
def no_effect(bench):
    """The expected effect was there before: the patch proves nothing."""
    rpm = bench.package("mark", sources.patch("Linux version"))
    status, result, _ = bench.boot(rpm, expect="patched: /proc/version contains Linux version\n")
    assert status == 4, status
    assert results(result, "before-load") == ["failed"] and results(result, "after-unload") == ["failed"]


@case
def base_and_top(bench):
    """The replace-mode patch is loaded first, whatever the order of the arguments; both are
    active."""
    base = bench.package("base", sources.patch("the base"))
    top = bench.package("top", sources.patch("the top", "loadavg_proc_show", replace=False), replace=False,
                        functions=["vmlinux:loadavg_proc_show"])
    status, result, _ = bench.boot(top, base, expect="patched: /proc/version contains the base\n"
                                                     "patched: /proc/loadavg contains the top\n")
    assert status == 0, status
    loads = [check["check"] for check in result["checks"] if check["check"].endswith("loads")]
    assert loads == ["kpatch_base_1_1: loads", "kpatch_top_1_1: loads"], loads


@case
def two_that_replace(bench):
    """The second disables the first, which is reported, and the first can still be removed."""
    one = bench.package("one", sources.patch("one"))
    two = bench.package("two", sources.patch("two"))
    status, result, _ = bench.boot(one, two, expect="after-load: /proc/version is two\n")
    assert status == 0, status
    assert results(result, "kpatch_one_1_1: has been replaced") == ["ok"]
    assert results(result, "kpatch_one_1_1: can be removed") == ["ok"]


@case
def does_not_load(bench):
    """The kernel refuses it: its message is shown, and later steps are not tried."""
    rpm = bench.package("wrong", sources.patch("x", "no_such_function"), functions=["vmlinux:no_such_function"])
    status, result, err = bench.boot(rpm)
    assert status == 4, status
    assert results(result, "loads") == ["failed"]
    assert results(result, "is enabled") == ["not reached"]
    assert "no_such_function" in err and "the kernel's last messages" in err, err


@case
def panics(bench):
    """It crashes the kernel."""
    rpm = bench.package("boom", sources.patch("x", init='panic("kpb boom");'))
    status, result, err = bench.boot(rpm)
    assert status == 4, status
    assert results(result, "supports live patching") == ["ok"] and results(result, "loads") == ["not reached"]
    assert "the kernel crashed in step 2 (kpatch_boom_1_1: loads)" in err, err
    assert "kpb boom" in err, err


@case
def hangs(bench):
    """It never returns: the time limit ends the machine."""
    rpm = bench.package("hang", sources.patch("x", init="while (true) msleep(1000);"))
    status, _, err = bench.boot("--timeout", "45", rpm)
    assert status == 1, status
    assert "did not finish within 45 s; it had reached step 2 (kpatch_hang_1_1: loads)" in err, err


@case
def target_loaded_before(bench):
    """A patch of a module that is already loaded."""
    target = bench.module("kpbtarget", sources.TARGET)
    rpm = bench.package("t", sources.patch("target: new", "kpb_target_show", target="kpbtarget"),
                        functions=["kpbtarget:kpb_target_show"])
    status, result, _ = bench.boot("--target-module", target, rpm,
                                   expect="patched: /proc/kpb_target contains target: new\n")
    assert status == 0, status
    assert seen(result, "every object is patched") == ["kpbtarget is patched"]


@case
def target_loaded_after(bench):
    """The module is loaded after its patch, and is patched while it is loaded."""
    target = bench.module("kpbtarget", sources.TARGET)
    rpm = bench.package("t", sources.patch("target: new", "kpb_target_show", target="kpbtarget"),
                        functions=["kpbtarget:kpb_target_show"])
    status, result, _ = bench.boot("--late-target-module", target, rpm,
                                   expect="after-load: /proc/kpb_target is target: new\n"
                                          "after-unload: /proc/kpb_target is target: old\n")
    assert status == 0, status
    assert seen(result, "every object that is loaded is patched") == ["kpbtarget is not loaded"]
    assert seen(result, "every object is patched") == ["kpbtarget is patched"]


@case
def target_refused_after(bench):
    """The patch loads, but then the kernel refuses to load the module (a wrong function in it)."""
    target = bench.module("kpbtarget", sources.TARGET)
    rpm = bench.package("t", sources.patch("x", "no_such_function", target="kpbtarget"),
                        functions=["kpbtarget:no_such_function"])
    status, result, err = bench.boot("--late-target-module", target, rpm)
    assert status == 4, status
    assert results(result, "loads after the patches") == ["failed"]
    assert "refusing to load module 'kpbtarget'" in err, err


@case
def target_not_given(bench):
    """An object that is not loaded is not patched: the patch is enabled but nothing is fixed, which
    is a failure unless allowed."""
    rpm = bench.package("t", sources.patch("target: new", "kpb_target_show", target="kpbtarget"),
                        functions=["kpbtarget:kpb_target_show"])
    status, result, err = bench.boot(rpm)
    assert status == 4 and "hint: --target-module" in err, err
    assert results(result, "is enabled") == ["ok"]
    status, _, _ = bench.boot("--allow-unloaded", rpm)
    assert status == 0, status


@case
def programs(bench):
    """Programs in an overlay check what files cannot show."""
    busybox = shutil.which("busybox")
    if not busybox or subprocess.run(["ldd", busybox], check=False, capture_output=True).returncode == 0:
        skip("busybox-static is not installed")
    os.makedirs("overlay/bin")
    shutil.copy(busybox, "overlay/bin/busybox")
    rpm = bench.package("mark", sources.patch("patched"))
    status, result, _ = bench.boot("--overlay", "overlay", rpm,
                                   expect="patched: run /bin/busybox grep patched /proc/version\n"
                                          "after-load: run-fails /bin/busybox false\n"
                                          "after-load: run /bin/missing\n")
    assert status == 4, status
    assert seen(result, "after-load: run /bin/busybox") == ["exit status 0: patched"]
    failed = [check["check"] for check in result["checks"] if check["result"] == "failed"]
    assert failed == ["after-load: run /bin/missing"], failed


@case
def command_line(bench):
    """--append reaches the kernel: if signatures are enforced, an unsigned patch is refused."""
    rpm = bench.package("mark", sources.patch("patched"))
    status, result, err = bench.boot("--append", "module.sig_enforce=1", rpm)
    assert status == 4, status
    assert seen(result, "loads")[0].endswith("Key was rejected by service"), seen(result, "loads")
    assert "Loading of unsigned module is rejected" in err, err


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(CASES))
        return 0
    with tempfile.TemporaryDirectory(prefix="kpb-boot-") as directory:
        os.environ["TMPDIR"] = os.path.join(directory, "tmp")
        os.mkdir(os.environ["TMPDIR"])
        work = os.path.join(directory, "work")
        os.mkdir(work)
        CASES[sys.argv[1]](Bench(work))
        left = os.listdir(os.environ["TMPDIR"])
        assert not left, left
    return 0


if __name__ == "__main__":
    sys.exit(main())
