#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Inputs of a size that is asked for, of every kind that kpb reads: for cost.py, which measures what they cost, and for
# tests/cli/limits.sh, which wants those beyond the limits refused. Each makes one file.
#
#   inputs.py KIND FILE SIZE
import io
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
import zlib

RELEASE = "6.1.0-56-amd64"


def write(path, data):
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def packed_zeros(megabytes):
    """An .xz of so many MiB, of which only a piece is in memory."""
    packer, out, block = lzma.LZMACompressor(preset=0), [], bytes(1 << 20)
    for _ in range(megabytes):
        out.append(packer.compress(block))
    return b"".join(out) + packer.flush()


def tar_of(members, form=tarfile.GNU_FORMAT):
    """Of (name, content); a name that ends with '/' is a directory."""
    bytes_ = io.BytesIO()
    with tarfile.open(fileobj=bytes_, mode="w", format=form) as tar:
        for name, content in members:
            info = tarfile.TarInfo(name.rstrip("/"))
            info.mtime, info.mode, info.uname, info.gname = 1700000000, 0o644, "root", "root"
            info.size = len(content)
            if name.endswith("/"):
                info.type, info.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(info, io.BytesIO(content))
    return bytes_.getvalue()


def ar_of(members):
    out = b"!<arch>\n"
    for name, content in members:
        out += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name.encode(), 1700000000, 0, 0, b"100644", len(content))
        out += content + b"\n" * (len(content) % 2)
    return out


CONTROL = ("Package: fix\nVersion: 1-1\nArchitecture: amd64\nMaintainer: x <x@x.example>\nSection: kernel\n"
           "Priority: optional\n%sDescription: x\n")


def deb(path, control="", control_members=(), members=(), data=None, control_part=None):
    part = control_part or lzma.compress(tar_of(
        [("./", b""), ("./control", (CONTROL % control).encode()), *control_members]), preset=0)
    files = data or lzma.compress(tar_of([("./", b""), *members]), preset=0)
    write(path, ar_of([("debian-binary", b"2.0\n"), ("control.tar.xz", part), ("data.tar.xz", files)]))


def deb_fields(path, n):
    deb(path, "".join("X-F%d: x\n" % i for i in range(n - 7)))


def deb_relations(path, n):
    deb(path, "Provides: %s\n" % ", ".join("a%d" % i for i in range(n)))


def deb_files(path, n):
    deb(path, members=[("./f%06d" % i, b"") for i in range(n - 1)])


def deb_sums(path, n):
    """The same file of a MiB, so many times in md5sums."""
    import hashlib
    content = bytes(1 << 20)
    line = hashlib.md5(content).hexdigest() + "  f\n"
    deb(path, control_members=[("./md5sums", line.encode() * n)], members=[("./f", content)])


def deb_unpacked(path, megabytes):
    """A file of zeros. Its tar is not made: only its head and its end."""
    head = tar_of([("./f", b"")])[:512]
    info = tarfile.TarInfo("./f")
    info.size, info.mtime, info.uname, info.gname = (megabytes << 20), 1700000000, "root", "root"
    head = info.tobuf(tarfile.GNU_FORMAT)
    packer, out, block = lzma.LZMACompressor(preset=0), [], bytes(1 << 20)
    out.append(packer.compress(head))
    for _ in range(megabytes):
        out.append(packer.compress(block))
    out.append(packer.compress(bytes(1024)))
    deb(path, data=b"".join(out) + packer.flush())


def deb_control_unpacked(path, megabytes):
    deb(path, control_part=packed_zeros(megabytes))


def tar_depth(path, n):
    """A path of so many directories, in a source archive."""
    write(path, lzma.compress(tar_of([("linux/" + "a/" * (n - 1) + "x", b"")])))


def tar_members(path, n):
    """So many times the same directory."""
    block = tar_of([("linux/", b"")])[:512] * 1000
    packer, out = zlib.compressobj(1, wbits=31), []
    for _ in range(n // 1000):
        out.append(packer.compress(block))
    out.append(packer.compress(block[:n % 1000 * 512] + bytes(1024)))
    write(path, b"".join(out) + packer.flush())


def tar_stated(path, gigabytes):
    """A file that says that it has so many GiB, of which none is there."""
    info = tarfile.TarInfo("linux/a.o")
    info.size = gigabytes << 30
    write(path, lzma.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240)))


def module_functions(path, n):
    """A module as kpatch-build leaves it, of so many functions."""
    text = ['.section .modinfo,"a"', '.asciz "livepatch=Y"', '.asciz "license=GPL"', '.asciz "depends="', '.asciz "name=fix"',
            '.asciz "vermagic=%s SMP preempt mod_unload modversions "' % RELEASE,
            '.section .gnu.linkonce.this_module,"aw"', '.skip 24', '.asciz "fix"', '.skip 100', '.text']
    text += ["f%d: ret" % i for i in range(n)]
    text += ['.section .kpatch.strings,"a"', '.Lobject: .asciz "vmlinux"']
    text += ['.Lname%d: .asciz "kpb_function_%d"' % (i, i) for i in range(n)]
    text += ['.section .kpatch.funcs,"aw"']
    text += [".quad f%d, 1, 0, 0, 0, .Lname%d, .Lobject" % (i, i) for i in range(n)]
    with tempfile.TemporaryDirectory() as work:
        write(work + "/m.s", "\n".join(text) + "\n")
        subprocess.run(["as", "-o", work + "/m.o", work + "/m.s"], check=True)
        subprocess.run(["ld", "-r", "--build-id=sha1", "-o", path, work + "/m.o"], check=True)


def module_size(path, megabytes):
    """A module with a section of so many MiB that nobody reads."""
    module_functions(path, 1)
    with tempfile.TemporaryDirectory() as work:
        with open(work + "/zeros", "wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["objcopy", "--add-section", ".debug_info=" + work + "/zeros", path], check=True)


def hunk(at):
    return "@@ -%d,3 +%d,3 @@\n a\n-b\n+c\n a\n" % (at, at)


def patch_hunks(path, n):
    write(path, "--- a/kernel/f.c\n+++ b/kernel/f.c\n" + "".join(hunk(10 * i + 10) for i in range(n)))


def patch_files(path, n):
    write(path, "".join("--- a/kernel/f%d.c\n+++ b/kernel/f%d.c\n%s" % (i, i, hunk(10)) for i in range(n)))


def patch_size(path, megabytes):
    line = "+" + "x" * 99 + "\n"
    n = (megabytes << 20) // len(line) - 2
    write(path, "--- a/kernel/f.c\n+++ b/kernel/f.c\n@@ -10,2 +10,%d @@\n a\n%s a\n" % (n + 2, line * n))


def patch_prose(path, megabytes):
    """Text in front of a patch."""
    write(path, ("x" * 79 + "\n") * ((megabytes << 20) // 80 - 1) + "--- a/kernel/f.c\n+++ b/kernel/f.c\n" + hunk(10))


def patch_line(path, kilobytes):
    """Lines as long as one may be."""
    write(path, "--- a/kernel/f.c\n+++ b/kernel/f.c\n@@ -10,2 +10,3 @@\n a\n+%s\n a\n" % ("__init " * (kilobytes * 1024 // 7)))


def manifest_cells(path, n):
    kernels = "".join("  k%d: {release: 6.1.%d-%d}\n" % (i, i % 1000, i // 1000) for i in range(n // 10))
    packages = "".join("  - {name: p%d, kernels: ['*'], patches: [{filename: a.patch}]}\n" % i for i in range(10))
    write(path, "date: 2026-11-25\ndefaults: {replace: true}\nkernels:\n%spackages:\n%s" % (kernels, packages))


def manifest_patterns(path, n):
    """Patterns and ten times as many kernels: n is how often one is compared with the other."""
    side = int((n / 10) ** 0.5)
    kernels = "".join("  k%d: {release: 6.1.%d-%d}\n" % (i, i % 1000, i // 1000) for i in range(10 * side))
    write(path, "date: 2026-11-25\ndefaults: {replace: true}\nkernels:\n%spackages:\n  - {name: p, kernels: ['k0'], only: [%s], "
                "patches: [{filename: a.patch}]}\n" % (kernels, ", ".join(["k0"] + ["'k*%d*'" % i for i in range(side)])))


def manifest_wrong(path, n):
    """Kernels that are not there, among so many."""
    kernels = "".join("  k%d: {release: 6.1.%d-%d}\n" % (i, i % 1000, i // 1000) for i in range(n))
    write(path, "date: 2026-11-25\ndefaults: {replace: true}\nkernels:\n%spackages:\n  - {name: p, kernels: [%s], "
                "patches: [{filename: a.patch}]}\n" % (kernels, ", ".join("x%d" % i for i in range(n))))


def manifest_values(path, n):
    """Kernels that no package names."""
    write(path, "date: 2026-11-25\ndefaults: {replace: true}\nkernels:\n  only: {release: 6.1.0-1}\n" + "".join(
        "  k%d: {release: 6.1.%d-%d}\n" % (i, i % 1000, i // 1000) for i in range(n // 4))
        + "packages:\n  - {name: p, kernels: [only], patches: [{filename: a.patch}]}\n")


def spec_lines(path, n):
    write(path, "Name: fix\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\n%s\n%%description\nx\n%%files\n" % "\n".join(
        "Provides: a%d" % i for i in range(n)))


KINDS = {name: value for name, value in list(globals().items())
         if callable(value) and name.split("_")[0] in ("deb", "tar", "module", "patch", "manifest", "spec")
         and "_" in name and name != "tar_of"}

if __name__ == "__main__":
    KINDS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
