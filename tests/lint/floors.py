#!/usr/bin/env python3
"""floors.py SOURCE_DIR

The house stands on floors (docs/architecture.md): each folder of core is one library, and what it includes and
links lies below it. CMake's own words are the order: the list of folders in core/CMakeLists.txt, and LINKS of
each. A circle between two folders makes each of them unreadable without the other, and it comes back one include
at a time; so this is held by a test.

 * a folder links folders that come before it in the list, and nothing else of kpb;
 * a file includes its own folder and what its folder links, directly or through another;
 * plugins see <kpb/...>, their own folder and plugins/common; the SDK sees itself;
 * each source file belongs to the library of its own folder;
 * each folder has its row in docs/architecture.md.

Prints every breach; exit status 1 if there is one. --broken FILE:INCLUDE pretends that FILE has that include,
for the test of this test.
"""
# SPDX-License-Identifier: GPL-2.0-only
import os
import re
import sys

args = [a for a in sys.argv[1:] if not a.startswith("--broken=")]
broken = [a[len("--broken="):].split(":", 1) for a in sys.argv[1:] if a.startswith("--broken=")]
top = args[0]
breaches = []


def text(path):
    with open(os.path.join(top, path), encoding="utf-8") as f:
        return f.read()


def breach(where, what):
    breaches.append(f"{where}: {what}")


main = text("core/CMakeLists.txt")
floors = re.search(r"foreach\(floor ([^)]*)\)", main).group(1).split()
programs = re.search(r"foreach\(program ([^)]*)\)", main).group(1).split()

# What each library of kpb's links: name -> set of names; "sdk" and "policy" are the SDK's two.
links = {"sdk": set(), "policy": {"sdk"}}
for floor in floors:
    body = text(f"core/{floor}/CMakeLists.txt")
    call = re.search(rf"kpb_floor\({floor}\n(.*?)\)", body, re.S)
    if not call:
        breach(f"core/{floor}/CMakeLists.txt", f"has no kpb_floor({floor} ...)")
        links[floor] = set()
        continue
    words = call.group(1).split()
    linked = words[words.index("LINKS") + 1:] if "LINKS" in words else []
    names = {re.sub(r"kpb(_|::)", "", w) for w in linked if re.match(r"kpb(_|::)", w)}
    for name in names:
        if name in floors and floors.index(name) >= floors.index(floor):
            breach(f"core/{floor}/CMakeLists.txt", f"links kpb_{name}, which is not below it")
        elif name not in floors and name not in ("sdk", "policy"):
            breach(f"core/{floor}/CMakeLists.txt", f"links {name}, which is no floor")
    links[floor] = names
    sources = {w for w in words if w.endswith(".cpp")}
    there = set()
    for folder, _, files in os.walk(os.path.join(top, "core", floor)):
        there |= {os.path.relpath(os.path.join(folder, f), os.path.join(top, "core", floor))
                  for f in files if f.endswith(".cpp")}
    there.discard("main.cpp")
    others = set(re.findall(r"add_library\(kpb_\w+ OBJECT ([\w./ ]+)\)", body))
    others = {w for o in others for w in o.split()}
    for missing in sorted(there - sources - others):
        breach(f"core/{floor}/{missing}", "is in no library of its folder")
    for foreign in sorted(s for s in sources if s.startswith("..")):
        breach(f"core/{floor}/CMakeLists.txt", f"compiles {foreign} from afar")


def below(name):
    out, todo = set(), [name]
    while todo:
        for n in links.get(todo.pop(), ()):
            if n not in out:
                out.add(n)
                todo.append(n)
    return out


def program_links(program):
    body = text(f"core/programs/{program}/CMakeLists.txt")
    if re.search(r"\.\./.*\.cpp", body):
        breach(f"core/programs/{program}/CMakeLists.txt", "compiles a file from afar")
    linked = re.findall(r"kpb_(\w+)|kpb::(\w+)", " ".join(
        m for m in re.findall(r"target_link_libraries\(([^)]*)\)", body)))
    names = {a or b for a, b in linked} & set(links)
    return names | {n for name in names for n in below(name)}


def folder_of(path):
    parts = path.split("/")
    if parts[0] == "core" and parts[1] == "programs":
        return "/".join(parts[:3])
    if parts[0] == "core":
        return "/".join(parts[:2])
    if parts[:2] == ["plugins", "common"]:
        return "/".join(parts[:3])
    if parts[0] == "plugins":
        return "/".join(parts[:2])
    return "sdk"


allowed_of = {}


def allowed(folder):
    if folder in allowed_of:
        return allowed_of[folder]
    name = folder.split("/")[-1]
    if folder == "sdk":
        out = set()
    elif folder.startswith("core/programs/"):
        out = {f"core/{n}" for n in program_links(name)} | {"sdk"}
    elif folder.startswith("core/"):
        out = {f"core/{n}" for n in below(name)}
        if {"sdk", "policy"} & below(name):
            out.add("sdk")
    elif folder.startswith("plugins/common/"):
        out = {"sdk", "plugins/common/*"}
    else:
        out = {"sdk", "plugins/common/*"}
    allowed_of[folder] = out
    return out


def check(path, include):
    mine = folder_of(path)
    if include.startswith("kpb/"):
        target = "sdk"
    elif include.startswith(("core/", "plugins/")):
        target = folder_of(include)
    else:
        return  # beside the file, or of another project
    may = allowed(mine)
    if target == mine or target in may:
        return
    if target.startswith("plugins/common/") and "plugins/common/*" in may:
        return
    breach(path, f"includes {include}, which does not lie below {mine}")


folders = set()
for root in ("core", "plugins", "sdk/include", "sdk/policy"):
    for folder, _, files in os.walk(os.path.join(top, root)):
        for name in files:
            if not name.endswith((".cpp", ".hpp", ".h", ".c")):
                continue
            path = os.path.relpath(os.path.join(folder, name), top)
            folders.add(folder_of(path) if not path.startswith("sdk/policy") else "sdk/policy")
            for include in re.findall(r'^#include ["<]([^">]+)[">]', text(path), re.M):
                check(path, include)
for path, include in broken:
    check(path, include)

page = text("docs/architecture.md")
rows = set(re.findall(r"^\| `([^`]+)`", page, re.M))
for folder in sorted(os.listdir(os.path.join(top, "tests"))):
    if os.path.isdir(os.path.join(top, "tests", folder)):
        folders.add(f"tests/{folder}")
folders |= {"templates", "sdk"}
for folder in sorted(folders):
    if folder not in rows:
        breach("docs/architecture.md", f"has no row for {folder}")
for row in sorted(rows):
    if re.match(r"(core|plugins|sdk|tests|templates)\b", row) and not os.path.isdir(os.path.join(top, row)):
        breach("docs/architecture.md", f"has a row for {row}, which is no folder")

for line in sorted(set(breaches)):
    print(line)
print(f"{len(folders)} folders, {len(set(breaches))} breaches")
sys.exit(1 if breaches else 0)
