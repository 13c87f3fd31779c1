#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Hostile file names in every place where a name reaches kpb: a patch, a .c file, a directory, a file in
# one, a module, the target of a link, the output directory and file, the current directory, TMPDIR, the
# kernel's tree, directories of templates and plugins, a plugin, --name and settings, --json, the
# operands of inspect, verify and the old command line. kpb either refuses a name (exit status 2) and
# leaves nothing, or makes what it makes for a plain name, and reports it in UTF-8 without control bytes:
#   - where the name is not part of the result: the same bytes (a spec, a package, JSON, messages);
#   - where it is, but --name replaces it: the same spec, except for the name of the source in it;
#   - otherwise: a package whose name follows from the file's, checked with rpm, with intact digests.
# Every place must accept some names, otherwise a kpb that refuses everything would pass. Programs named
# like those that the names try to run are first in PATH, and report when they are run. Negative
# controls: front ends that pass their argument to a shell, write their directory into the spec, leave a
# file, refuse everything, or truncate the package.
#
#   hostile_names.py [--count N] [--seed S]                                    needs rpmbuild
import json
import os
import shutil
import subprocess
import sys

from hostile_places import (ALL, CANARY, CLASSIC, FUNCTION, INDEPENDENT, LEFT_OUT, MODULE, ODD, PLAIN, Places, TILDE,
                             hostile_name, put)
from stage import (KPB, SOURCE, TOOLS_PATH, Run, Scratch, Stage, contents, control_cut, rpm_problems,
                   skip_all, small_rpm, wrapper)


def spec_facts(path, scratch):
    """What rpm reads from a spec; reading it executes what is in it."""
    return Run(["rpmspec", "-q", "--srpm", "--qf", "%{NAME}\n", path], scratch, environment_of(scratch))


def environment_of(scratch, **more):
    return scratch.environment(PATH=os.path.join(scratch.root, "bin") + ":" + TOOLS_PATH, **more)


def random_base(random, out):
    return out if random.random() < 0.5 else b"../out"


def run(place, name, places, scratch, kpb=KPB):
    """(the finished run, the name that its package must get, the path of its result, its inputs'
    contents)"""
    root, out, cwd, more = os.fsencode(scratch.cwd), os.fsencode(scratch.out), scratch.cwd, {}
    inputs = os.path.join(root, b"in")
    os.mkdir(inputs)
    program, to = kpb, None
    if place == "output":
        arguments, stem = places.around(inputs, b"")
        out = os.path.join(random_base(places.random, out), name)
        os.mkdir(os.path.join(root, out))
    elif place in ("output_file", "old_output"):
        arguments, stem = getattr(places, "around" if place == "output_file" else "old_command_line")(inputs, b"fix")
        arguments = [word for word in arguments if word not in ("-B", "srpm", "rpm-spec")]
        to = os.path.join(random_base(places.random, out), name)
    elif place == "around":
        arguments, stem = places.around(inputs, b"")
        cwd, tmp = os.path.join(root, name + b"c"), os.path.join(os.fsencode(scratch.tmp), name + b"t")
        os.mkdir(cwd)
        os.mkdir(tmp)
        more["TMPDIR"] = tmp
    elif place == "kernel_tree":
        arguments, stem = kernel_tree(os.path.join(root, name), inputs), b"fix"
    else:
        arguments, stem = getattr(places, place)(inputs, name)
    if place.startswith("old"):
        program, to = (CLASSIC if kpb == KPB else kpb), to or os.path.join(out, b"fix.spec")
    if place == "inspect":
        command = [program, *arguments]
    else:
        command = [program, *arguments, "-o", to or out]
    before = contents(scratch.cwd)
    done = subprocess.run(command, env=environment_of(scratch, **more), cwd=cwd, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    changed = contents(scratch.cwd) != before
    return done, stem, os.path.join(root, out), changed


def kernel_tree(tree, inputs):
    """A build tree that answers every make with the same module."""
    for part in (b"include/config", b"include/generated"):
        os.makedirs(os.path.join(tree, part))
    put(os.path.join(tree, b"include/config/auto.conf"), b"CONFIG_X86_64=y\nCONFIG_LIVEPATCH=y\n")
    put(os.path.join(tree, b"include/generated/utsrelease.h"), b'#define UTS_RELEASE "6.1.0-56-amd64"\n')
    put(os.path.join(tree, b"Module.symvers"), b"")
    put(os.path.join(tree, b"module"), MODULE)
    put(os.path.join(tree, b"Makefile"), b"modules:\n\t@cp module $(M)/kpatch_fix_1_1.ko\n")
    return ["build", "-B", "rpm-build", "-k", "6.1.0-56-amd64", "--replace", *FUNCTION, "--source", tree,
            put(os.path.join(inputs, b"fix.c"), b"int x;\n")]


def result(place, done, out):
    """The result without names that only say where it was put, so that results for different names
    can be compared."""
    if place == "inspect":
        if "--json" in done.args:
            document = json.loads(done.stdout)
            for file in document["files"]:
                del file["file"]
            return document
        text = done.stdout.decode("utf8")
        return text.splitlines()[1:] if "inspect" in done.args else (text.count("\n"), text.endswith(": ok\n"))
    made = sorted(os.listdir(out))
    if len(made) != 1:
        return made
    with open(os.path.join(out, made[0]), "rb") as file:
        content = file.read()
    if place == "json":
        document = json.loads(done.stdout)
        return [(artifact["format"], artifact["name"], len(document["artifacts"]), document["status"])
                for artifact in document["artifacts"]]
    return content


class Expected:
    """The results for a plain name and for one that a package cannot contain; determined once for
    each kind of call."""

    def __init__(self, places, scratch):
        self.places, self.scratch, self.known = places, scratch, {}

    def of(self, place, name, state):
        """`state` is that of the random numbers, so that the same variant is chosen."""
        after = self.places.random.getstate()
        self.places.random.setstate(state)
        self.scratch.clear()
        done, _, out, _ = run(place, name, self.places, self.scratch)
        self.places.random.setstate(after)
        kind = [os.path.getsize(done.args[-1])] if place == "inspect" else []
        key = (place, name, *kind, *(word for word in done.args[1:] if isinstance(word, str)))
        if key not in self.known:
            if done.returncode != 0:
                sys.exit("%s: the plain name %r gets exit status %d: %r" % (place, name, done.returncode, done.stderr))
            self.known[key] = result(place, done, out)
        return self.known[key]


def attempt(place, name, places, scratch, expected, kpb=KPB):
    """(exit status, problems) of one name in one place."""
    state = places.random.getstate()
    done, stem, out, changed = run(place, name, places, scratch, kpb)
    problems = judge(place, done, stem, scratch, out)
    if changed:
        problems.append("its inputs or its directory changed")
    if done.returncode == 0 and not problems:
        problems += compared(place, name, done, out, state, expected)
    return done.returncode, problems


def compared(place, name, done, out, state, expected):
    if place in INDEPENDENT:
        same = result(place, done, out) == expected.of(place, PLAIN, state)
        return [] if same else ["another result than for a plain name"]
    if "--name" not in done.args or "rpm-spec" not in done.args or place not in ("patch", "module"):
        return []
    found = result(place, done, out)
    wanted = [expected.of(place, other, state).replace(other, name) for other in (PLAIN, TILDE, ODD)]
    return [] if found in wanted else ["another spec than for a plain name"]


def judge(place, done, stem, scratch, out):
    problems, words = [], done.stderr
    if place == "inspect" and "--json" not in done.args:
        words += done.stdout
    if os.path.exists(os.path.join(scratch.root, "canary")):
        problems.append("SOMETHING IN THE NAME WAS RUN")
    made = sorted(os.listdir(out))
    left = [name for base, _, files in os.walk(os.fsencode(scratch.tmp)) for name in files]
    left += [name for name in os.listdir(scratch.tmp) if name.startswith("kpb-")]
    problems += ["left in TMPDIR: %r" % name for name in left]
    if done.returncode == 2:
        problems += ["left behind: %r" % name for name in made]
    elif done.returncode != 0:
        problems.append("exit status %d" % done.returncode)
    elif len(made) != (0 if place == "inspect" else 1):
        problems.append("made %r" % made)
    elif made:
        problems += right(os.path.join(out, made[0]), stem, scratch)
    if any(byte < 32 and byte not in b"\t\n" or byte == 127 for byte in words):
        problems.append("control bytes reach the terminal")
    try:
        words.decode("utf8")
        if "--json" in done.args and json.loads(done.stdout)["status"] != done.returncode:
            problems.append("the JSON document has another status")
    except UnicodeDecodeError:
        problems.append("the message is no UTF-8")
    except ValueError:
        problems.append("it is no JSON document: %r" % done.stdout[:300])
    if place == "file_in_directory" and made and made[0].endswith(b".src.rpm"):
        problems += missing_in_tarball(os.path.join(out, made[0]), done.args)
    if problems:
        problems.append("it said: %r" % words[-300:])
    return problems


def missing_in_tarball(package, arguments):
    """All files of the directory must be in the source package, except those that are left out on
    purpose."""
    tree = os.fsencode(arguments[-3])
    wanted = {os.path.relpath(os.path.join(base, name), tree) for base, _, names in os.walk(tree) for name in names
              if not name.endswith(LEFT_OUT) and not name.startswith(b".")}
    script = 'rpm2cpio "$1" | cpio -i --to-stdout --quiet "*.tar.gz" | tar tz --quoting-style=literal'
    listed = subprocess.run(["sh", "-c", script, "sh", package], stdout=subprocess.PIPE).stdout.split(b"\n")
    found = {line.partition(b"/")[2] for line in listed}
    return ["the source package lacks %r" % name for name in sorted(wanted - found)]


def right(path, stem, scratch):
    """Whether the package is the right one for this name, checked with rpm instead of kpb."""
    checked = os.path.join(scratch.root, "checked")
    with open(path, "rb") as file:
        packed = file.read(4) == b"\xed\xab\xee\xdb"
    if not packed:
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
    # The old command line does not add the kernel.
    if stem is not None and not (name + b"-").startswith(b"kpatch-module-" + stem + b"-"):
        problems.append("the package is called %r" % name)
    if os.path.exists(os.path.join(scratch.root, "canary")):
        problems.append("SOMETHING IN THE PACKAGE WAS RUN")
    return problems


def prepare(scratch):
    wrapper(os.path.join(scratch.root, "bin", CANARY.decode()), 'touch "%s/canary"\n' % scratch.root)


def without_success(statuses):
    """Places that accepted no name at all."""
    return ["%s: no name was taken" % place for place in ALL if place in statuses and 0 not in statuses[place]]


def controls(stage, places, expected):
    """Front ends as they are written in a hurry, and other programs with one mistake each."""
    run_it = 'exec "%s" "$@"\n' % KPB
    broken = (
        ("a front end that uses eval", "patch", "WAS RUN",
         'for a; do case $a in *.patch) eval "test -f $a"; esac; done 2>/dev/null\n' + run_it),
        ("one that writes where it runs into the spec", "around", "another result",
         '"%s" "$@" || exit\nfor o; do :; done\nfor f in "$o"/*.spec; do pwd | sed "s/^/# /" >>"$f"; done\n' % KPB),
        ("one that writes the plugin's name into the spec", "plugin_dir", "another result",
         'for o; do :; done\n"%s" "$@" || exit\nfor f in "$o"/*.spec; do echo "# $6" | tr -cd "# a-z" >>"$f"; done\n' % KPB),
        ("one that writes the file's name into the spec", "link", "another result",
         '"%s" "$@" || exit\nfor a; do [ -L "$a" ] && t=$(readlink "$a"); o=$a; done\n'
         'for f in "$o"/*.spec; do echo "# $t" | tr -cd "# a-z" >>"$f"; done\n' % KPB),
        ("one that leaves a file", "around", "left in TMPDIR", ': >"$TMPDIR/left"\n' + run_it),
        ("one that leaves a file where it runs", "output", "directory changed", ': >left\n' + run_it),
        ("one that shows the name as it is", "inspect", "control bytes", 'for a; do :; done\nprintf "%s\\033\\n" "$a" >&2\n' + run_it),
        ("one that fails", "output_file", "exit status 1", "exit 1\n"),
    )
    hostile = (b"$(kpbcanary)", b"`kpbcanary`", b";kpbcanary;")
    with Scratch() as scratch:
        prepare(scratch)
        for number, (title, place, problem, text) in enumerate(broken):
            program = wrapper(os.path.join(scratch.root, "bin", "kpb%d" % number), text)
            caught = 0
            for name in hostile:
                # Only a spec, because the broken programs know where it is.
                places.format = lambda: ["-B", "rpm-spec"]
                fresh(scratch)
                caught += any(problem in found for found in attempt(place, name, places, scratch, expected, program)[1])
                del places.format
            stage.control(title, "%d of 3 names" % caught if caught == 3 else "")
        refusing, statuses = wrapper(os.path.join(scratch.root, "bin", "refuse"), "exit 2\n"), {}
        for place in ALL:
            fresh(scratch)
            statuses.setdefault(place, set()).add(attempt(place, b"fix", places, scratch, expected, refusing)[0])
        refused = without_success(statuses)
        stage.control("one that refuses every name", "%d places" % len(refused) if len(refused) == len(ALL) else "")

        def cut(kpb):
            fresh(scratch)
            done = subprocess.run([kpb, *small_rpm("-o", scratch.out)], env=environment_of(scratch), cwd=scratch.cwd,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            return judge("module", done, b"plain", scratch, os.fsencode(scratch.out))

        control_cut(stage, cut)


def fresh(scratch):
    scratch.clear()
    if os.path.exists(scratch.root + "/canary"):
        os.unlink(scratch.root + "/canary")


def make_plugin(directory):
    """A site's policy "zoo", or None if there is no compiler."""
    path = os.path.join(directory, "zoo.so")
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    source = os.path.join(SOURCE, "tests", "plugin_abi", "zoo", "good.c")
    command = [compiler, "-std=c11", "-fPIC", "-shared", "-fvisibility=hidden", "-I",
               os.path.join(SOURCE, "sdk", "include"), source, "-o", path]
    return path if compiler and subprocess.run(command).returncode == 0 else None


def main():
    stage = Stage("hostile names", ("count", 5000, "how many names"))
    if shutil.which("rpmbuild") is None or shutil.which("rpmspec") is None:
        skip_all("rpmbuild is not installed")
    with Scratch() as scratch, Scratch() as beside:
        plugin = make_plugin(beside.root)
        if plugin is None:
            skip_all("no compiler makes a plugin")
        with Scratch() as first:
            Run([KPB, *small_rpm("-o", first.out)], first)
            with open(os.path.join(first.out, os.listdir(first.out)[0]), "rb") as file:
                places = Places(stage.random, plugin, file.read())
        prepare(scratch)
        expected, statuses = Expected(places, beside), {}
        prepare(beside)
        for number in range(stage.options.count):
            # The first name in each place is one that must be accepted.
            place = ALL[number % len(ALL)]
            name = b"fix1" if number < len(ALL) else hostile_name(stage.random)
            scratch.clear()
            try:
                status, problems = attempt(place, name, places, scratch, expected)
            except OSError as error:  # this file system refuses the name itself
                stage.note("not possible here: %s" % error.strerror)
                continue
            stage.check("%s: %r" % (place, name), problems)
            stage.note("%s: exit %d" % (place, status))
            statuses.setdefault(place, set()).add(status)
        stage.check("every place takes some names", without_success(statuses))
        controls(stage, places, expected)
    stage.end()


if __name__ == "__main__":
    main()
