#!/usr/bin/env python3
"""tidy.py SOURCE_DIR BUILD_DIR [--all] [--approve] [--only=FOLDER] [--jobs=N] [--pretend=FILE:CODE]

clang-tidy with .clang-tidy finds nothing in core, plugins and sdk.

Nine tenths of clang-tidy's time are the standard library's headers, again for each source. So the sources of a folder
are joined to one, and a full sweep takes minutes instead of hours. Two sources of a folder may have the same name in
their unnamed namespaces; then the second is read in another round. What a single source forgets to include is not
noticed here: builds without precompiled headers notice it.

A folder that was swept without findings is not swept again. tidy.txt has a hash for each, BUILD_DIR/tidy.txt those of
this machine. The hash is of all that can change the answer: the folder's sources, every header of the project that
they include, directly or through others, the macros and the standard they are compiled with, .clang-tidy, this file,
and clang-tidy's version. So the record says "the same was clean", and cannot hide anything.

--all sweeps all folders, --approve writes tidy.txt if nothing is found, --only takes one folder, --jobs is the number
of folders at a time. --pretend puts a line of code at the end of FILE, for the test of this test. Exit status: 0 clean,
1 findings, 77 not the clang-tidy that .clang-tidy was written for.
"""
# SPDX-License-Identifier: GPL-2.0-only
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

words = [word for word in sys.argv[1:] if not word.startswith("--")]
options = [word for word in sys.argv[1:] if word.startswith("--")]
values = {option.split("=", 1)[0]: option.split("=", 1)[1] for option in options if "=" in option}
if len(words) != 2 or not {option.split("=")[0] for option in options} <= {"--all", "--approve", "--only", "--jobs", "--pretend"}:
    sys.exit(__doc__)
top, build = (os.path.realpath(word) for word in words)
pretended = dict([values["--pretend"].split(":", 1)]) if "--pretend" in values else {}

try:
    version = subprocess.run(["clang-tidy", "--version"], stdout=subprocess.PIPE, check=True, text=True).stdout
except OSError:
    version = ""
if "version 14." not in version:
    print("tidy.py: needs clang-tidy 14 (Debian 12), as .clang-tidy says")
    sys.exit(77)


def text(path):
    with open(os.path.join(top, path), encoding="utf-8") as file:
        return file.read() + pretended.get(path, "")


def sources():
    """folder -> {source: its arguments that mean something to clang}"""
    folders = collections.defaultdict(dict)
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    for command in commands:
        path = os.path.relpath(os.path.join(command["directory"], command["file"]), top)
        if re.match(r"(core|plugins|sdk)/.*\.cpp$", path):
            # The other options are the compiler's own, and its precompiled headers are not for clang.
            given = shlex.split(command["command"].replace("-isystem ", "-isystem"))
            folders[os.path.dirname(path)].setdefault(
                path, sorted({word for word in given if word.startswith(("-D", "-I", "-isystem", "-std="))}))
    return folders


def included(path, seen):
    """All files of the project that a file includes, directly or through others."""
    for name in re.findall(r'^\s*#\s*include\s*["<]([^">]+)[">]', text(path), re.M):
        for base in (os.path.dirname(path), "", "plugins", "sdk/include"):
            target = os.path.normpath(os.path.join(base, name))
            if os.path.isfile(os.path.join(top, target)):
                if target not in seen:
                    seen.add(target)
                    included(target, seen)
                break
    return seen


def digest(files):
    read = set(files)
    for path in files:
        included(path, read)
    state = hashlib.sha256(re.search(r"version (\d+)\.", version).group(1).encode())
    for path in sorted(read) + [".clang-tidy", "tests/lint/tidy.py"]:
        state.update(("\0%s\0%s" % (path, text(path))).encode())
    for path, arguments in sorted(files.items()):
        state.update("\0".join(word for word in arguments if word.startswith(("-D", "-std"))).encode())
    return state.hexdigest()[:20]


def record(path):
    try:
        with open(path, encoding="utf-8") as file:
            return dict(line.split() for line in file if not line.startswith("#"))
    except FileNotFoundError:
        return {}


def write(path, entries):
    with open(path, "w", encoding="utf-8") as file:
        file.write("# Folders in which clang-tidy found nothing, and the hash of what it read. Written by tidy.py --approve.\n")
        file.writelines("%s %s\n" % entry for entry in sorted(entries.items()))


def joined(paths):
    """The text of the sources, one after the other, and where each line comes from."""
    lines, origins = [], []
    for path in paths:
        for number, line in enumerate(text(path).splitlines(), 1):
            lines.append(line)
            origins.append("%s:%d" % (path, number))
    return "\n".join(lines) + "\n", origins


def sweep(folder, files):
    """What clang-tidy finds in a folder."""
    # What is compiled with other macros or another standard is read apart.
    groups = collections.defaultdict(list)
    for path, arguments in sorted(files.items()):
        groups[tuple(word for word in arguments if not word.startswith(("-I", "-isystem")))].append(path)
    findings = []
    rounds = list(groups.values())
    while rounds:
        paths = rounds.pop()
        code, origins = joined(paths)
        arguments = sorted({word for path in paths for word in files[path]})
        with tempfile.TemporaryDirectory(prefix="kpb-tidy-") as place:
            source = place + "/folder.cpp"
            with open(source, "w", encoding="utf-8") as file:
                file.write(code)
            # Two sources may include the same header, so that one check is made by twice_included().
            run = subprocess.run(["clang-tidy", "--quiet", "--config-file=" + os.path.join(top, ".clang-tidy"),
                                  "--checks=-readability-duplicate-include", source, "--", *arguments,
                                  "-I" + os.path.join(top, folder), "-Wno-everything"],
                                 cwd=top, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        said = re.sub(re.escape(source) + r":(\d+)", lambda found: origins[int(found.group(1)) - 1], run.stdout)
        clashing = {path for path in paths[1:] if re.search(r"^%s:.*\[clang-diagnostic-error" % re.escape(path), said, re.M)}
        if clashing:
            rounds += [[path for path in paths if path not in clashing], sorted(clashing)]
        elif said.strip():
            findings.append(said.replace(top + "/", ""))
        elif run.returncode:
            findings.append("clang-tidy ends with %d in %s:\n%s" % (run.returncode, folder, run.stderr[-2000:]))
    return findings + twice_included(files)


def twice_included(files):
    out = []
    for path in sorted(files):
        names = collections.Counter(re.findall(r"^\s*#\s*include\s*(\S+)", text(path), re.M))
        out += ["%s: includes %s twice [readability-duplicate-include]" % (path, name) for name, n in names.items() if n > 1]
    return out


folders = sources()
if len(folders) < 30:
    sys.exit("tidy.py: only %d folders in compile_commands.json: something is wrong" % len(folders))
if not {os.path.dirname(path) for path in pretended} <= set(folders) or not all(
        os.path.isfile(os.path.join(top, path)) for path in pretended):
    sys.exit("tidy.py: there is no " + ", ".join(pretended))
if "--only" in values:
    folders = {values["--only"]: folders[values["--only"]]}
digests = {folder: digest(files) for folder, files in folders.items()}
approved, here = record(os.path.join(top, "tests/lint/tidy.txt")), record(os.path.join(build, "tidy.txt"))
todo = [folder for folder in sorted(folders) if "--all" in options or digests[folder] not in (approved.get(folder), here.get(folder))]
found = 0
with concurrent.futures.ThreadPoolExecutor(int(values.get("--jobs", os.cpu_count()))) as pool:
    for folder, findings in zip(todo, pool.map(lambda one: sweep(one, folders[one]), todo)):
        print("%s: %s" % (folder, "findings" if findings else "clean"), flush=True)
        for finding in findings:
            print(finding, flush=True)
        found += bool(findings)
        if not findings and not pretended:
            here[folder] = digests[folder]
            write(os.path.join(build, "tidy.txt"), here)
print("%d folders, %d swept, %d with findings" % (len(folders), len(todo), found))
if "--approve" in options and not found and "--only" not in values and not pretended:
    write(os.path.join(top, "tests/lint/tidy.txt"), digests)
sys.exit(1 if found else 0)
