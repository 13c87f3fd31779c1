# SPDX-License-Identifier: GPL-2.0-only
"""What packages are made from in these tests: live patches by kpb, and stubs by rpmbuild for what
kpb does not make (kernels, runtimes, a vendor's packages). A recipe is a value: equal recipes are
one package."""
from dataclasses import dataclass, replace as changed

# Kernels of one family; the third is of a later minor release, the fourth has its own pair of
# stubs.
K1 = "5.14.0-362.8.1.el9_3.x86_64"
K2 = "5.14.0-362.13.1.el9_3.x86_64"
K3 = "5.14.0-427.el9.x86_64"
SUSE = "5.14.21-150400.24.100-default"
SUSE_PACKAGE = "5.14.21-150400.24.100.2"
DEBIAN = "6.1.0-56-amd64"


@dataclass(frozen=True)
class Patch:
    """A live patch that kpb packages. Functions are OBJECT:NAME[:POSITION]."""
    stem: str
    functions: tuple = ("vmlinux:cmdline_proc_show",)
    kernel: str = K1
    replace: bool = True
    version: str = "1"
    release: str = "1"
    epoch: str = ""
    policy: str = "standard"
    on_top_of: object = None  # a Patch
    supersedes: tuple = ()  # Patches
    options: tuple = ()  # further arguments for kpb

    def but(self, **fields):
        return changed(self, **fields)


@dataclass(frozen=True)
class Subscription:
    """`kpb build --subscription`: the empty package for a kernel, which the first patch takes over
    from."""
    kernel: str = K1
    options: tuple = ()


@dataclass(frozen=True)
class Metapackage:
    """`kpb build --metapackage`: requires each kernel's patch if that kernel is installed."""
    stem: str
    members: tuple  # Patches
    version: str = "1"
    options: tuple = ()


@dataclass(frozen=True)
class Stub:
    """A package without files; each relation is a line of its spec's preamble."""
    name: str
    version: str = "1"
    release: str = "1"
    relations: tuple = ()
    arch: str = "x86_64"


def stacked(stem, *functions, **fields):
    return Patch(stem, functions or ("vmlinux:cmdline_proc_show",), replace=False, **fields)


def kernel(release):
    """Like Fedora's and Red Hat's kernels: named kernel-core, and several can be installed at
    once."""
    version, rest = release.rsplit(".", 1)[0].split("-")
    return Stub("kernel-core", version, rest, (
        "Provides: kernel-uname-r = " + release, "Provides: installonlypkg(kernel)"))


RUNTIME = Stub("kpb-runtime")
KPATCH = Stub("kpatch", "0.9.9", "1.el9")
KERNEL1, KERNEL2, KERNEL3 = kernel(K1), kernel(K2), kernel(K3)
KERNEL_SUSE = Stub("kernel-default", "5.14.21", "150400.24.100.2", ("Provides: multiversion(kernel)",))


def vendor(release=K1, version="1", number="1.el9", *relations):
    """A vendor's cumulative patch: it has no capability but `kpatch-patch = K`. Version 0-0 is the
    empty one that vendors call a subscription."""
    name = "kpatch-patch-" + release.split(".el")[0].replace(".", "_")
    return Stub(name, version, number, ("Provides: kpatch-patch = " + release,
                                        "Requires: kernel-uname-r = " + release) + relations)
