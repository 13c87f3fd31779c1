#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The cost of a series compared with other programs. Prints; asserts nothing. docs/performance.md has the
# latest figures and explains them.
#
#   series.py KPB_PREFIX FIXTURES [--cells N] [--many N] [--packages N] [--largest N]
#
#   cells     of the run whose scheduling is compared with xargs and the same command lines; default 300
#   many      cells of a run that finds all of them finished; default 10000, which takes minutes to make
#   packages  finished modules that are packaged, compared with loops of rpmbuild and dpkg-deb; default
#             1000
#   largest   plan; default 100000 cells
import argparse
import os
import platform
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1700000000"}
MODULE_KERNEL = "6.12.107-kpbtest"


def run(command, directory, data=None):
    """(seconds, cpu seconds with all children, KiB of the process itself)"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    log = os.path.join(directory, "stderr")
    with open(log, "wb") as errors:
        process = subprocess.Popen(command, cwd=directory, env={**ENVIRONMENT, "HOME": directory},
                                   stdin=subprocess.DEVNULL if data is None else subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=errors)
        if data is not None:
            process.stdin.write(data)
            process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = status
    if status:
        sys.exit("failed: %s\n%s" % (" ".join(command), open(log).read()[-2000:]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, usage.ru_maxrss


def manifest(path, packages, kernels, patch, extra=""):
    with open(path, "w") as file:
        file.write("defaults: {%s}\nkernels:\n" % extra)
        file.writelines("  k%d: {release: 6.1.0-%d-amd64}\n" % (k, k) for k in range(kernels))
        file.write("packages:\n")
        file.writelines("  - {name: fix-%d, kernels: ['k*'], patches: [{filename: %s}]}\n" % (p, patch)
                        for p in range(packages))


def plans(kpb, top, largest):
    print("kpb series plan: cells, seconds, us a cell, MiB of the process (its worker for names is another one)")
    cells = 1000
    while cells <= largest:
        kernels = min(1000, cells // 10)
        manifest(top + "/plan.yml", cells // kernels, kernels, "fix.patch", "backends: [rpm-build]")
        seconds, _, rss = min(run([kpb, "series", "plan", "plan.yml"], top) for _ in range(3))
        print("  %7d  %6.2f s  %5.1f us  %6.1f MiB" % (cells, seconds, seconds * 1e6 / cells, rss / 1024))
        cells *= 10
    print()


def scheduling(kpb, top, cells):
    """The same command lines with xargs, into existing directories."""
    manifest(top + "/run.yml", cells // 6, 6, "fix.patch")
    cells = cells // 6 * 6
    ours = run([kpb, "series", "build", "-q", "-j", "2", "-o", "out", "run.yml"], top)
    lines = []
    for name in sorted(os.listdir(top + "/out/.kpb/cells")):
        with open("%s/out/.kpb/cells/%s/log" % (top, name)) as file:
            line = shlex.split(file.readline()[2:])
        line[line.index("--output") + 1] = "%s/xargs/%s" % (top, name)
        line[line.index("--report") + 1] = "%s/xargs/%s/report" % (top, name)
        os.makedirs("%s/xargs/%s" % (top, name))
        lines.append(line)
    stdin = "\0".join(" ".join(map(shlex.quote, line)) for line in lines).encode()
    theirs = run(["xargs", "-0", "-P", "2", "-n", "1", "sh", "-c", "exec $0"], top, stdin)
    print("%d cells (specs of a patch for 6 kernels), two at a time" % cells)
    print("  kpb series build             %6.2f s, %.1f %% of two processors" % (ours[0], 50 * ours[1] / ours[0]))
    print("  xargs, the same commands     %6.2f s, %.1f %% of two processors" % (theirs[0], 50 * theirs[1] / theirs[0]))
    print("  scheduling                   %6.2f ms a cell, of it %.2f ms of processor\n"
          % ((ours[0] - theirs[0]) * 1000 / cells, (ours[1] - theirs[1]) * 1000 / cells))
    seconds, _, rss = min(run([kpb, "series", "build", "-q", "-o", "out", "run.yml"], top) for _ in range(5))
    print("the same again, without work:  %.0f ms, %.1f MiB" % (seconds * 1000, rss / 1024))


def without_work(kpb, top, cells):
    """Only finished cells. Making them takes minutes; --many=0 leaves it out."""
    kernels = 100
    manifest(top + "/many.yml", cells // kernels, kernels, "fix.patch")
    begin = time.monotonic()
    run([kpb, "series", "build", "-q", "-j", "2", "-o", "many", "many.yml"], top)
    print("\n%d cells in %.0f s" % (cells, time.monotonic() - begin))
    samples = [run([kpb, "series", "build", "-q", "-o", "many", "many.yml"], top) for _ in range(5)]
    print("the same again, without work:  %.0f to %.0f ms, at most %.1f MiB\n"
          % (min(samples)[0] * 1000, max(samples)[0] * 1000, max(s[2] for s in samples) / 1024))


def module_of_300_kb(top, fixtures):
    """A real module of 459 kB without its largest relocations, padded with a piece of itself."""
    whole, module, pad = os.path.join(fixtures, "livepatch-two.ko"), top + "/two.ko", top + "/pad"
    shorten = ["objcopy", "--remove-relocations=.debug_info"]
    subprocess.run(shorten + [whole, module], check=True)
    with open(whole, "rb") as file:
        content = file.read(300000 - os.path.getsize(module))
    with open(pad, "wb") as file:
        file.write(content)
    subprocess.run(shorten + ["--add-section", ".note.pad=" + pad, whole, module], check=True)
    return module


def same_bytes(kpb, top, module, backend, out):
    """Whether a package of the series is the same as that of a single build."""
    name = "fix-0"
    place = "%s/%s/%s/%s" % (top, out, backend, MODULE_KERNEL)
    run([kpb, "build", "-q", "--replace", "--name", name, "-k", MODULE_KERNEL, "-B", backend, "-o", top + "/single",
         "--module", module], top)
    (single,) = os.listdir(top + "/single")
    with open("%s/single/%s" % (top, single), "rb") as one, open("%s/%s" % (place, single), "rb") as other:
        same = one.read() == other.read()
    shutil.rmtree(top + "/single")
    return same


def packing(kpb, top, fixtures, packages):
    module = module_of_300_kb(top, fixtures)
    for backend in ("rpm-build", "deb"):
        path = "%s/%s.yml" % (top, backend)
        with open(path, "w") as file:
            file.write("defaults: {replace: true, backends: [%s]}\npackages:\n" % backend)
            file.writelines("  - {name: fix-%d, patches: [{module: %s, kernels: [%s]}]}\n" % (p, module, MODULE_KERNEL)
                            for p in range(packages))
        ours = run([kpb, "series", "build", "-q", "-j", "2", "-o", "out-" + backend, path], top)
        theirs = bare_rpm(kpb, top, module, packages) if backend == "rpm-build" else bare_deb(top, packages)
        print("%d packages (%s) of a %d kB module, verified" % (packages, backend, round(os.path.getsize(module) / 1000)))
        print("  kpb series build, 2 at a time  %6.2f s, %5.1f ms each, %5.1f ms of processor, %.0f %% of two processors"
              % (ours[0], ours[0] * 1000 / packages, ours[1] * 1000 / packages, 50 * ours[1] / ours[0]))
        print("  a loop of %-12s         %6.2f s, %5.1f ms each, %5.1f ms of processor" % (
            "rpmbuild" if backend == "rpm-build" else "dpkg-deb", theirs[0], theirs[0] * 1000 / packages,
            theirs[1] * 1000 / packages))
        os.makedirs(top + "/single")
        print("  faster by                      %6.2f" % (theirs[0] / ours[0]))
        print("  the bytes of a single build    %s\n"
              % ("yes" if same_bytes(kpb, top, module, backend, "out-" + backend) else "NO"))


def bare_rpm(kpb, top, module, packages):
    run([kpb, "build", "-q", "--replace", "-k", MODULE_KERNEL, "-B", "srpm", "--module", module], top)
    source = [name for name in os.listdir(top) if name.endswith(".src.rpm")][0]
    bare = top + "/bare"
    os.makedirs(bare + "/SOURCES")
    archive = subprocess.run(["rpm2cpio", source], cwd=top, stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["cpio", "-id", "--quiet"], cwd=bare + "/SOURCES", input=archive, check=True)
    spec = [name for name in os.listdir(bare + "/SOURCES") if name.endswith(".spec")][0]
    total = [0.0, 0.0]
    for _ in range(packages):
        sample = run(["rpmbuild", "-bb", "--quiet", "--nodeps", "--target", "x86_64", "--define", "_topdir " + bare,
                      bare + "/SOURCES/" + spec], top)
        total = [total[0] + sample[0], total[1] + sample[1]]
        shutil.rmtree(bare + "/BUILDROOT", ignore_errors=True)
    return total


def bare_deb(top, packages):
    place = "%s/out-deb/deb/%s" % (top, MODULE_KERNEL)
    run(["dpkg-deb", "-R", os.path.join(place, sorted(os.listdir(place))[0]), "tree"], top)
    total = [0.0, 0.0]
    for _ in range(packages):
        sample = run(["dpkg-deb", "--root-owner-group", "-Zxz", "-b", "tree", "bare.deb"], top)
        total = [total[0] + sample[0], total[1] + sample[1]]
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("prefix")
    parser.add_argument("fixtures")
    parser.add_argument("--cells", type=int, default=300)
    parser.add_argument("--many", type=int, default=10000)
    parser.add_argument("--packages", type=int, default=1000)
    parser.add_argument("--largest", type=int, default=100000)
    arguments = parser.parse_args()
    kpb, fixtures = os.path.abspath(arguments.prefix) + "/bin/kpb", os.path.abspath(arguments.fixtures)
    top = tempfile.mkdtemp(prefix="kpb-bench-")
    print("kpb series on %s, %d processors, Linux %s, load %.1f\n"
          % (platform.machine(), os.cpu_count(), platform.release(), os.getloadavg()[0]))
    try:
        shutil.copy(fixtures + "/livepatch-test.patch", top + "/fix.patch")
        plans(kpb, top, arguments.largest)
        scheduling(kpb, top, arguments.cells)
        if arguments.many:
            without_work(kpb, top, arguments.many)
        packing(kpb, top, fixtures, arguments.packages)
    finally:
        shutil.rmtree(top, ignore_errors=True)


main()
