#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Hostile file names, through every place where a name reaches kpb: a patch, a .c file, a directory, a file
# in one, a module, the output directory, the current directory, TMPDIR, the kernel's tree, --name. kpb
# either refuses one (exit 2) and leaves nothing, or makes exactly what it makes for a plain name, checked
# with rpm itself. Programs named like what the names try to run are first in PATH, and tell when they are
# run. A front end that hands its argument to a shell is the negative control.
#
#   hostile_names.py [--count N] [--seed S]                                    needs rpmbuild
import os
import shutil
import subprocess

from stage import (FIXTURES, KPB, SYNTH, TOOLS_PATH, Run, Scratch, Stage, contents, rpm_problems, skip_all, wrapper)

CANARY = b"kpbcanary"
ATOMS = [b"%", b"%%", b"%{", b"}", b"%(", b"(", b")", b"%(kpbcanary)", b"%{lua:os.execute('kpbcanary')}",
         b"%{summary}", b"%{nil}", b"%post", b"%include", b"$(kpbcanary)", b"`kpbcanary`", b";kpbcanary;", b"|kpbcanary",
         b"&kpbcanary&", b"\nkpbcanary\n", b"$(shell kpbcanary)", b"${IFS}", b"$$", b"$@", b"$", b"'", b'"', b"\\", b"\\\n",
         b" ", b"  ", b"\t", b"\n", b"\r", b"\x1b[31m", b"\x7f", b"\x01", b"\xff", b"\xc3\x28", b"\xc3\xa9",
         b"\xe2\x80\xae", b"\xe6\x97\xa5", b"*", b"?", b"[a", b"]", b"{a,b}", b"~", b"!", b"#", b"&", b"<", b">", b"|",
         b"=", b":", b",", b"@", b"^", b"+", b"-", b"-o", b"--help", b"..", b".", b"a", b"fix", b"CVE-2024-1", b"1.0",
         b"{{x}}", b"<%name%>", b"<%&name%>", b".patch", b".ko", b".c", b".so", b"Kbuild", b"x" * 60, b"x" * 200,
         b"obj-m:=x.o", b"M=/", b"include", b"endef", b"$(eval x)", b"@INC@", b".mod", b".o", b".git"]
MILD = [b"a", b"fix", b"1.0", b"+", b"-", b".", b"_", b"~", b"CVE-2024-1", b"9", b"Z", b"x" * 60]  # some are taken
KERNEL = ["-k", "5.14.0-362.8.1.el9_3"]
PATCH = open(os.path.join(FIXTURES, "livepatch-test.patch"), "rb").read()
CODE = open(os.path.join(FIXTURES, "kbuild-dir", "main.c"), "rb").read()
MODULE = open(os.path.join(SYNTH, "plain.ko"), "rb").read()
# What kpb leaves out of a directory: what a build makes, what editors leave, what is hidden.
LEFT_OUT = (b".o", b".ko", b".mod", b".mod.c", b".cmd", b".symvers", b".order", b".a", b"~")
FUNCTION = ["--function", "vmlinux:cmdline_proc_show"]


def put(path, content):
    with open(path, "wb") as file:
        file.write(content)
    return path


class Places:
    """Each method puts a name into one place: what to run, where, and the name that the package must get."""

    def __init__(self, random):
        self.random = random

    def named(self, arguments, stem):
        """In half of the cases --name takes the place of what the file is called."""
        if self.random.random() < 0.5:
            return arguments + ["--name", "fix"], b"fix"
        return arguments, stem

    def format(self):
        return ["-B", self.random.choice(["rpm-spec"] * 6 + ["srpm"])]

    def patch(self, root, name):
        path = put(os.path.join(root, name + b".patch"), PATCH)
        return self.named(["build", *self.format(), *KERNEL, path], name)

    def plain_patch(self, root, name):
        path = put(os.path.join(root, name), PATCH)
        stem = name
        for suffix in (b".patch", b".diff", b".c", b".ko"):
            if name.endswith(suffix):
                stem = name[:-len(suffix)]
                break
        return self.named(["build", *self.format(), *KERNEL, "--replace", path], stem)

    def c_file(self, root, name):
        path = put(os.path.join(root, name + b".c"), CODE)
        return self.named(["build", *self.format(), *KERNEL, "--replace", *FUNCTION, path], name)

    def directory(self, root, name):
        path = os.path.join(root, name)
        shutil.copytree(os.fsencode(os.path.join(FIXTURES, "kbuild-dir")), path)
        return self.named(["build", *self.format(), *KERNEL, "--replace", *FUNCTION, path], name)

    def file_in_directory(self, root, name):
        path = os.path.join(root, b"tree")
        shutil.copytree(os.fsencode(os.path.join(FIXTURES, "kbuild-dir")), path)
        put(os.path.join(path, self.random.choice([b".", b"src"]), name), b"/* */\n")
        return ["build", *self.format(), *KERNEL, "--replace", *FUNCTION, path], b"tree"

    def module(self, root, name):
        path = put(os.path.join(root, name + b".ko"), MODULE)
        kind = self.random.choice(["rpm-spec"] * 8 + ["srpm", "rpm-build"])
        return self.named(["build", "-B", kind, "-k", "6.1.0-56-amd64", "--replace", *FUNCTION, "--module", path], name)

    def name(self, root, name):
        path = put(os.path.join(root, b"fix.patch"), PATCH)
        return ["build", *self.format(), *KERNEL, b"--name=" + name, path], name

    def setting(self, root, name):
        """What becomes part of paths and names inside the package."""
        path = put(os.path.join(root, b"fix.patch"), PATCH)
        option = self.random.choice([b"--set=package-prefix=", b"--set=module-prefix=", b"--set=install-dir=/usr/lib/",
                                     b"--set-version=", b"--set-release=", b"--kernel=5.14."])
        kernel = [] if option.startswith(b"--kernel") else KERNEL
        return ["build", *self.format(), *kernel, option + name, path], None

    def around(self, root, name):
        """Where kpb runs and works; nothing of it may get into the package."""
        path = put(os.path.join(root, b"fix.patch"), PATCH)
        return ["build", *self.format(), *KERNEL, path], b"fix"


ALL = ("patch", "plain_patch", "c_file", "directory", "file_in_directory", "module", "name", "setting", "around",
       "output", "kernel_tree")


def hostile_name(random):
    atoms = MILD if random.random() < 0.3 else ATOMS
    while True:
        name = b"".join(random.choice(atoms) for _ in range(random.randint(1, 6))).replace(b"/", b"")[:240]
        if name not in (b"", b".", b".."):
            return name


def spec_facts(path, scratch):
    """What rpm reads out of a spec; reading it runs what is in it."""
    return Run(["rpmspec", "-q", "--srpm", "--qf", "%{NAME}\n", path], scratch, environment_of(scratch))


def environment_of(scratch, **more):
    return scratch.environment(PATH=os.path.join(scratch.root, "bin") + ":" + TOOLS_PATH, **more)


def random_base(random, out):
    return out if random.random() < 0.5 else b"../out"


def attempt(place, name, places, scratch, kpb=KPB):
    """(exit status, problems) of one name in one place."""
    root, out, cwd, more = os.fsencode(scratch.cwd), os.fsencode(scratch.out), scratch.cwd, {}
    inputs = os.path.join(root, b"in")
    os.mkdir(inputs)
    if place == "output":
        arguments, stem = places.around(inputs, b"")
        out = os.path.join(random_base(places.random, out), name)
        os.mkdir(os.path.join(root, out))
    elif place == "around":
        arguments, stem = places.around(inputs, b"")
        cwd, tmp = os.path.join(root, name + b"c"), os.path.join(os.fsencode(scratch.tmp), name + b"t")
        os.mkdir(cwd)
        os.mkdir(tmp)
        more["TMPDIR"] = tmp
    elif place == "kernel_tree":
        tree = os.path.join(root, name)
        shutil.copytree(os.fsencode(os.path.join(FIXTURES, "kernel-tree")), tree)
        arguments, stem = ["build", "-B", "rpm-build", *KERNEL, "--replace", *FUNCTION, "--source", tree,
                           put(os.path.join(inputs, b"fix.c"), b"int x;\n")], b"fix"
    else:
        arguments, stem = getattr(places, place)(inputs, name)
    before = contents(scratch.cwd)
    done = subprocess.run([kpb, *arguments, "-o", out], env=environment_of(scratch, **more), cwd=cwd,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    problems = judge(place, done, stem, scratch, os.path.join(root, out))
    if contents(scratch.cwd) != before:
        problems.append("its inputs or its directory changed")
    return done.returncode, problems


def judge(place, done, stem, scratch, out):
    problems, words = [], done.stderr
    if os.path.exists(os.path.join(scratch.root, "canary")):
        problems.append("SOMETHING IN THE NAME WAS RUN")
    made = sorted(os.listdir(out))
    left = [name for base, _, files in os.walk(os.fsencode(scratch.tmp)) for name in files]
    left += [name for name in os.listdir(scratch.tmp) if name.startswith("kpb-")]
    problems += ["left in TMPDIR: %r" % name for name in left]
    # The kernel's tree of the fixtures makes no module, so at best make "succeeds" and that is an error.
    if done.returncode == 2 or (place == "kernel_tree" and done.returncode == 1):
        problems += ["left behind: %r" % name for name in made]
    elif done.returncode != 0:
        problems.append("exit status %d" % done.returncode)
    elif len(made) != 1:
        problems.append("made %r" % made)
    else:
        problems += right(os.path.join(out, made[0]), stem, scratch)
    if any(byte < 32 and byte not in b"\t\n" or byte == 127 for byte in words):
        problems.append("control bytes reach the terminal")
    try:
        words.decode("utf8")
    except UnicodeDecodeError:
        problems.append("the message is no UTF-8")
    if place == "file_in_directory" and made and made[0].endswith(b".src.rpm"):
        problems += missing_in_tarball(os.path.join(out, made[0]), done.args)
    if problems:
        problems.append("it said: %r" % words[-300:])
    return problems


def missing_in_tarball(package, arguments):
    """Every file of the directory must be in the source package, but for what is left out on purpose."""
    tree = os.fsencode(arguments[-3])
    wanted = {os.path.relpath(os.path.join(base, name), tree) for base, _, names in os.walk(tree) for name in names
              if not name.endswith(LEFT_OUT) and not name.startswith(b".")}
    script = 'rpm2cpio "$1" | cpio -i --to-stdout --quiet "*.tar.gz" | tar tz --quoting-style=literal'
    listed = subprocess.run(["sh", "-c", script, "sh", package], stdout=subprocess.PIPE).stdout.split(b"\n")
    found = {line.partition(b"/")[2] for line in listed}
    return ["the source package lacks %r" % name for name in sorted(wanted - found)]


def right(path, stem, scratch):
    """Is the package the one for this name? Asked of rpm, not of kpb."""
    checked = os.path.join(scratch.root, "checked")
    if path.endswith(b".spec"):
        shutil.copy(path, checked + ".spec")
        run = spec_facts(checked + ".spec", scratch)
        name = run.stdout.strip()
        problems = ["rpmspec refuses the spec: " + run.words()] if run.status else []
        os.unlink(checked + ".spec")
    else:
        shutil.copy(path, checked + ".rpm")
        run = Run(["rpm", "-qp", "--nosignature", "--qf", "%{NAME}", checked + ".rpm"], scratch, environment_of(scratch))
        problems = rpm_problems(checked + ".rpm")
        name = run.stdout
        os.unlink(checked + ".rpm")
    if stem is not None and not name.startswith(b"kpatch-module-" + stem + b"-"):
        problems.append("the package is called %r" % name)
    if os.path.exists(os.path.join(scratch.root, "canary")):
        problems.append("SOMETHING IN THE PACKAGE WAS RUN")
    return problems


def prepare(scratch):
    wrapper(os.path.join(scratch.root, "bin", CANARY.decode()), 'touch "%s/canary"\n' % scratch.root)


def control(stage, places):
    """A front end as one writes it in a hurry."""
    with Scratch() as scratch:
        prepare(scratch)
        careless = wrapper(os.path.join(scratch.root, "bin", "kpb"),
                           'for a; do case $a in *.patch) eval "test -f $a"; esac; done 2>/dev/null\nexec "%s" "$@"\n' % KPB)
        caught = 0
        for name in (b"$(kpbcanary)", b"`kpbcanary`", b";kpbcanary;"):
            scratch.clear()
            if os.path.exists(scratch.root + "/canary"):
                os.unlink(scratch.root + "/canary")
            caught += any("WAS RUN" in problem for problem in attempt("patch", name, places, scratch, careless)[1])
        stage.control("a front end that uses eval", "%d of 3 names" % caught if caught == 3 else "")


def main():
    stage = Stage("hostile names", ("count", 5000, "how many names"))
    if shutil.which("rpmbuild") is None or shutil.which("rpmspec") is None:
        skip_all("rpmbuild is not installed")
    places = Places(stage.random)
    with Scratch() as scratch:
        prepare(scratch)
        for number in range(stage.options.count):
            place, name = ALL[number % len(ALL)], hostile_name(stage.random)
            scratch.clear()
            try:
                status, problems = attempt(place, name, places, scratch)
            except OSError as error:  # this file system refuses the name itself
                stage.note("not possible here: %s" % error.strerror)
                continue
            stage.check("%s: %r" % (place, name), problems)
            stage.note("%s: exit %d" % (place, status))
    control(stage, places)
    stage.end()


if __name__ == "__main__":
    main()
