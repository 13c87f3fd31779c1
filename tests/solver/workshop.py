# SPDX-License-Identifier: GPL-2.0-only
"""Makes packages from recipes, each only once: modules with the C compiler, live patches with the
installed kpb, stubs with rpmbuild."""
import concurrent.futures
import glob
import hashlib
import os
import shutil
import threading

import parts
from parts import Failed, must, run
from recipes import Metapackage, Patch, Stub, Subscription

SYNTH = os.path.join(parts.SOURCE, "tests", "fixtures", "synth")


class Package:
    """A finished package: `nvr` is its name for rpm and dnf, without the architecture."""

    def __init__(self, recipe, path):
        self.recipe, self.path = recipe, path
        self.name, epoch, self.vr = must(
            ["rpm", "-qp", "--nosignature", "--qf", "%{NAME}\n%|EPOCH?{%{EPOCH}:}:{}|\n%{VERSION}-%{RELEASE}", path]
        ).splitlines()[-3:]
        self.evr = epoch + self.vr
        self.nvr = self.name + "-" + self.evr


def module_source(functions, name, kernel):
    """A module like those of kpatch-build that patches `functions`; it is read by kpb, but never
    loaded."""
    lines = ['#define NAME "%s"' % name, '#define VERMAGIC "%s SMP mod_unload modversions "' % kernel,
             '#include "module.h"', "typedef unsigned long word;",
             "struct entry { word new_addr, new_size, old_addr, old_size, sympos; const char *name, *objname; };"]
    objects = sorted({f.split(":")[0] for f in functions})
    for number, text in enumerate(objects):
        lines.append('static const char object_%d[] PACKED_IN(".kpatch.strings") = "%s";' % (number, text))
    entries = []
    for number, function in enumerate(functions):
        obj, function, position = (function.split(":") + ["0"])[:3]
        lines.append('static const char name_%d[] PACKED_IN(".kpatch.strings") = "%s";' % (number, function))
        lines.append("void new_%d(void) {}" % number)
        entries.append("\t{ (word)new_%d, 1, 0, 0, %s, name_%d, object_%d }," % (
            number, position, number, objects.index(obj)))
    lines += ['static struct entry functions[] IN_SECTION(".kpatch.funcs") = {', *entries, "};"]
    return "\n".join(lines) + "\n"


def module_name(recipe):
    """The name in the kernel that follows from policy standard's file name: no warning about a
    different name, and no two are equal."""
    epoch = recipe.epoch + "_" if recipe.epoch else ""
    text = "kpatch_%s_%s%s_%s" % (recipe.stem, epoch, recipe.version, recipe.release)
    return "".join(c if c.isalnum() or c == "_" else "_" for c in text)


class Workshop:
    """`more` are arguments for every call of `kpb build`: the negative controls break the scheme
    with them."""

    def __init__(self, root, more=()):
        self.root, self.more, self.made = root, list(more), {}
        self.lock = threading.Lock()
        os.makedirs(root)

    def make_all(self, recipes):
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self.make, recipes))

    def make(self, recipe):
        with self.lock:
            future = self.made.get(recipe)
            mine = future is None
            if mine:
                future = self.made[recipe] = concurrent.futures.Future()
        if mine:
            try:
                future.set_result(Package(recipe, self._make(recipe)))
            except BaseException as error:
                future.set_exception(error)
        return future.result()

    def directory(self, recipe):
        words = repr(recipe) + repr(self.more)
        path = os.path.join(self.root, hashlib.sha256(words.encode()).hexdigest()[:16])
        os.makedirs(path, exist_ok=True)
        return path

    def _make(self, recipe):
        directory = self.directory(recipe)
        if isinstance(recipe, Stub):
            self._stub(recipe, directory)
        else:
            status, said = self.kpb(recipe, directory)
            if status != 0:
                raise Failed("kpb build of %r ended with %d:\n%s" % (recipe, status, said))
        found = glob.glob(directory + "/**/*.rpm", recursive=True)
        if len(found) != 1:
            raise Failed("%d packages of %r" % (len(found), recipe))
        return found[0]

    @staticmethod
    def _stub(recipe, directory):
        spec = os.path.join(directory, "stub.spec")
        with open(spec, "w") as file:
            file.write("Name: %s\nVersion: %s\nRelease: %s\nSummary: Stub of the tests\nLicense: GPL-2.0-only\n"
                       % (recipe.name, recipe.version, recipe.release))
            file.write(("BuildArch: noarch\n" if recipe.arch == "noarch" else "") + "\n".join(recipe.relations))
            file.write("\n%description\nOf the tests.\n%files\n")
        must(["rpmbuild", "-bb", "--quiet", "--define", "_topdir " + directory, "--define", "_rpmdir " + directory, spec])

    def module(self, recipe, directory):
        source, path = os.path.join(directory, "module.c"), os.path.join(directory, recipe.stem + ".ko")
        with open(source, "w") as file:
            file.write(module_source(recipe.functions, module_name(recipe), recipe.kernel))
        must(["cc", "-std=gnu11", "-O1", "-ffreestanding", "-fno-pic", "-fno-pie", "-fno-asynchronous-unwind-tables",
              "-fno-stack-protector", "-I", SYNTH, "-c", source, "-o", path + ".o"])
        must(["ld", "-r", "--build-id=sha1", "-o", path, path + ".o"])
        return path

    def kpb(self, recipe, directory, *more):
        """(status, output) of the command that makes it."""
        command = [parts.KPB, "build", "-B", "rpm-build", "-o", directory]
        if isinstance(recipe, Metapackage):
            return run([*command, "--metapackage", "--name", recipe.stem, "--set-version", recipe.version, *recipe.options,
                        *self.more, *[self.make(m).path for m in recipe.members]])
        command += ["-k", recipe.kernel]
        if isinstance(recipe, Subscription):
            return run([*command, "-p", "rhel", "--subscription", *recipe.options, *self.more, *more])
        command += ["--module", self.module(recipe, directory), "--name", recipe.stem,
                    "--replace" if recipe.replace else "--no-replace", "--set-version", recipe.version,
                    "--set-release", recipe.release, "-p", recipe.policy]
        if recipe.epoch:
            command += ["--epoch", recipe.epoch]
        if recipe.on_top_of:
            base = self.make(recipe.on_top_of)
            command += ["--on-top-of", "%s=%s" % (base.name, base.evr)]
        for old in recipe.supersedes:
            made = self.make(old)
            command += ["--supersedes", "%s=%s" % (made.name, made.evr)]
        return run([*command, *recipe.options, *self.more, *more])

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


__all__ = ["Package", "Patch", "Workshop"]
