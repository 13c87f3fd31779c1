# SPDX-License-Identifier: GPL-2.0-only
"""Runs the installed kpb with the prepared kernels and takes modules from the packages that it
makes: the tests examine what an administrator would install."""
import glob
import json
import os
import re
import shutil
import subprocess
import time

from cases import patch_path


class Broken(Exception):
    """Something is wrong; the text says what."""


def nice():
    os.nice(5)


class Kpb:
    def __init__(self, program, cache, kernel, work, reuse=False):
        self.program, self.cache, self.kernel, self.work = program, cache, kernel, work
        self.reuse = reuse  # packages that exist already
        self.dist = os.path.join(cache, kernel.dist)
        self.store = os.path.join(cache, "store")
        with open(os.path.join(self.dist, "release")) as file:
            self.release = file.read().strip()

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], text=True, capture_output=True)

    def command(self, patches, out, options=()):
        return [self.program, "build", "-b", "--json", "-k", self.release, "--store", self.store, "-o", out,
                *options, *[patch_path(self.kernel, p) for p in patches]]

    def start(self, patches, out, options=(), env=None):
        """A build in a process group of its own."""
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        return subprocess.Popen(self.command(patches, out, options), text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=env, start_new_session=True, preexec_fn=nice)

    def build(self, patches, out, options=()):
        """(status, document of --json, standard error)"""
        process = self.start(patches, out, options)
        text, errors = process.communicate()
        try:
            document = json.loads(text)
        except ValueError:
            raise Broken(f"kpb build of {patches} printed no document: {text}{errors}") from None
        return process.returncode, document, errors

    def rpm(self, out):
        found = glob.glob(out + "/*.rpm")
        if len(found) != 1:
            raise Broken(f"{len(found)} packages in {out}")
        return found[0]

    def module(self, out, words=""):
        """The module in the package in `out`."""
        rpm, files = self.rpm(out), os.path.join(out, "files")
        shutil.rmtree(files, ignore_errors=True)
        os.makedirs(files)
        archive = subprocess.run(["rpm2cpio", rpm], check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(["cpio", "-id", "--quiet", "--no-absolute-filenames"], cwd=files, check=True,
                       input=archive)
        found = glob.glob(f"{files}/var/lib/kpatch/{self.release}/*.ko")
        if len(found) != 1:
            raise Broken(f"{len(found)} modules in {rpm}{words}")
        return found[0]

    def make(self, case, options=()):
        """The package of a case, examined from outside."""
        out = os.path.join(self.work, case.key)
        if not (self.reuse and glob.glob(out + "/*.rpm")):
            begin = time.monotonic()
            status, document, errors = self.build(case.patches, out, [*case.options, *options])
            case.seconds = time.monotonic() - begin
            if status != 0:
                raise Broken(f"kpb build ended with {status}: {errors}")
            used = document["packages"][0]["request"]["builder"]
            if used != self.kernel.builder:
                raise Broken(f"{used} built this, not {self.kernel.builder}")
        case.module, case.rpm = self.module(out), self.rpm(out)
        shown = self.run("inspect", "--json", case.rpm)
        if shown.returncode != 0:
            raise Broken(f"kpb inspect ended with {shown.returncode}: {shown.stderr}")
        listed = functions_of(json.loads(shown.stdout))
        missing = set(case.functions) - set(listed)
        if missing or (case.exact and set(listed) != set(case.functions)):
            raise Broken(f"kpb inspect lists {sorted(listed)} and should list {sorted(case.functions)}")
        case.functions = sorted(listed)
        return sorted(f"{f}:{position}" for f, position in listed.items())


    def compiled_again(self, case):
        """What a build with kpatch-build compiled or linked of the original, all of which was
        there."""
        with open(f"{self.store}/logs/{case.name}-{self.release}.log", errors="replace") as file:
            log = file.read()
        begin, end = log.find("Building original source"), log.find("Building patched source")
        if not 0 <= begin < end:
            raise Broken(f"the log of {case.key} does not say when the original was built")
        return re.findall(r"^  (?:CC|LD|AR)\b.*$", log[begin:end], re.MULTILINE)


def functions_of(document):
    """{OBJECT:NAME: position} of every module in a document of kpb inspect."""
    out = {}

    def visit(value):
        if isinstance(value, dict):
            for function in value.get("functions") or []:
                out[f"{function['object']}:{function['name']}"] = function.get("position", 0)
            value = value.values()
        elif not isinstance(value, list):
            return
        for item in value:
            visit(item)

    visit(document)
    return out
