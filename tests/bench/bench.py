#!/usr/bin/env python3
# The cost of kpb compared with other programs, measured in one run: both sides alternate, so that
# whatever else the machine does affects both. Prints medians and ratios; asserts nothing.
# docs/performance.md has the latest figures and explains them.
#
#   bench.py KPB_PREFIX FIXTURES HAND_WRITTEN_MODULE [--rounds N]
# SPDX-License-Identifier: GPL-2.0-only
import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1700000000"}


def run(command, directory):
    """Seconds and KiB of one run; a failure ends the benchmark."""
    start = time.monotonic()
    pid = os.posix_spawn("/usr/bin/env", ["env", "-i", "-C", directory]
                         + ["%s=%s" % item for item in ENVIRONMENT.items()] + command, {},
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                       (os.POSIX_SPAWN_OPEN, 2, directory + "/stderr",
                                        os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit("failed: %s\n%s" % (" ".join(command), open(directory + "/stderr").read()))
    return time.monotonic() - start, usage.ru_maxrss, usage.ru_utime + usage.ru_stime


def compare(title, ours, theirs, directory, rounds):
    """Alternates the two commands; each is (name, command, preparation)."""
    samples = {}
    for i in range(rounds + 1):
        for name, command, prepare in (ours, theirs):
            prepare()
            sample = run(command, directory)
            if i:  # the first round fills caches
                samples.setdefault(name, []).append(sample)
    print(title)
    medians = []
    for name, _, _ in (ours, theirs):
        wall = statistics.median(s[0] for s in samples[name]) * 1000
        cpu = statistics.median(s[2] for s in samples[name]) * 1000
        rss = max(s[1] for s in samples[name]) / 1024
        medians.append(wall)
        print("  %-28s %8.1f ms   (cpu %6.1f ms, at most %5.1f MiB)" % (name, wall, cpu, rss))
    print("  ratio                        %8.2f\n" % (medians[0] / medians[1]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("prefix")
    parser.add_argument("fixtures")
    parser.add_argument("plain", help="plain.ko of tests/fixtures/synth")
    parser.add_argument("--rounds", type=int, default=30)
    arguments = parser.parse_args()
    kpb = os.path.abspath(arguments.prefix) + "/bin/kpb"
    module = os.path.abspath(arguments.fixtures) + "/livepatch-two.ko"
    kernel = "6.12.107-kpbtest"
    top = tempfile.mkdtemp(prefix="kpb-bench-")
    build = [kpb, "build", "--quiet", "--module", module, "--replace", "-k", kernel]
    nothing = lambda: None
    print("kpb on %s, %d processors, Linux %s\n" % (platform.machine(), os.cpu_count(), platform.release()))
    try:
        run(build + ["-o", "p.spec"], top)
        compare("a spec of a 459 kB module, against parsing that spec once",
                ("kpb build (to a spec)", build + ["-o", "p.spec"], nothing),
                ("rpmspec -q", ["rpmspec", "-q", "p.spec"], nothing), top, arguments.rounds)

        # The same spec, sources and settings with bare rpmbuild: the source package contains all of
        # them.
        run(build + ["-B", "srpm"], top)
        source = [name for name in os.listdir(top) if name.endswith(".src.rpm")][0]
        bare = top + "/bare"
        os.makedirs(bare + "/SOURCES")
        archive = subprocess.run(["rpm2cpio", source], cwd=top, stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["cpio", "-id", "--quiet"], cwd=bare + "/SOURCES", input=archive, check=True)
        spec = [name for name in os.listdir(bare + "/SOURCES") if name.endswith(".spec")][0]
        clean = lambda: shutil.rmtree(bare + "/BUILDROOT", ignore_errors=True)
        compare("module to RPM, verification included, against bare rpmbuild on the same spec",
                ("kpb build -b", build + ["-b"], nothing),
                ("rpmbuild -bb", ["rpmbuild", "-bb", "--quiet", "--nodeps", "--target", "x86_64", "--define",
                                  "_topdir " + bare, bare + "/SOURCES/" + spec], clean),
                top, max(arguments.rounds // 3, 3))

        # The deb, made from the same tree and control files and with the same compression.
        run(build + ["-B", "deb"], top)
        package = [name for name in os.listdir(top) if name.endswith(".deb")][0]
        subprocess.run(["dpkg-deb", "-R", package, "tree"], cwd=top, check=True)
        compare("module to deb, verification included, against dpkg-deb on the same content, both xz -6",
                ("kpb build -B deb", build + ["-B", "deb"], nothing),
                ("dpkg-deb --build", ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", "tree", "bare.deb"],
                 nothing), top, max(arguments.rounds // 3, 3))

        # A package with N functions, every step of it, compared with a package with one.
        stacked = [kpb, "build", "--quiet", "-o", "many.spec", "--module", os.path.abspath(arguments.plain),
                   "--no-replace", "-k", "6.1.0-56-amd64"]
        for count in (500, 1000, 2000):
            names = ["--function=vmlinux:function_number_%d" % i for i in range(count)]
            samples = []
            for _ in range(max(arguments.rounds // 3, 3)):
                samples.append((run(stacked + names[:1], top)[0], run(stacked + names, top)[0]))
            one, many = (statistics.median(s[i] for s in samples) * 1000 for i in (0, 1))
            print("a spec with %4d functions in its relations: %.0f ms, with one %.0f ms: %.0f us a function"
                  % (count, many, one, (many - one) * 1000 / (count - 1)))
        print()

        for name in ("klp-livepatch-test.ko", "livepatch-two.ko"):
            path = os.path.abspath(arguments.fixtures) + "/" + name
            many = 1000
            seconds, rss, _ = run([kpb, "inspect", "--json"] + [path] * many, top)
            print("kpb inspect, %d times %s (%d kB): %.0f modules per second, at most %.1f MiB"
                  % (many, name, os.path.getsize(path) / 1000, many / seconds, rss / 1024))
    finally:
        shutil.rmtree(top, ignore_errors=True)


main()
