#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""operating.py [--show]: checks that the transcripts of docs/operating.md are what a machine
prints. Each command in its console blocks ("# COMMAND") is run there in turn; the output must be
the text below it. There, a line "..." stands for any lines, the kernel's release may differ, and
numbers that cannot be known (process ids, sizes, times) are ignored. --show prints the output. Exit
status: 0 passed, 1 failed, 77 no machine is available here."""
import os
import re
import shutil
import sys
import tempfile

import machine
import parts
import repositories
from parts import sources

DOCUMENT = os.path.join(parts.SOURCE, "docs/operating.md")


def transcripts(release):
    """[command, expected lines] in the document's order."""
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    written = re.search(r"kpatch-module-banner-(\S+?-amd64)", text)
    if written:
        text = text.replace(written[1], release)
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        for line in block.splitlines():
            if line.startswith("# "):
                steps.append([line[2:], []])
            else:
                steps[-1][1].append(line)
    return steps


def packages(made):
    both = ["deb"]
    out = []
    for version in ("1-9", "1-10"):
        out += made.package("banner", version, both, sources.patch(f"banner {version}"),
                            more=["--cve", "CVE-2026-1234"])
    out += made.package("rival", "1-1", both, sources.patch("rival"))
    out += made.package("banner", "1-9", both, kernel=made.other_kernel())
    for name, function, init in (("broken", "no_such_function", ""),
                                 ("crashing", "uptime_proc_show", 'panic("crashing");')):
        out += made.package(name, "1-1", both, sources.patch(name, function, replace=False, init=init),
                            replace=False, function="vmlinux:" + function)
    return out


def pattern(line):
    words = re.escape(line)
    words = re.sub(r"\d+(?:\\\.\d+)?\\ (kB|B|MB|s)(?!\w)", r"[0-9.,]+ \1", words)
    return re.sub(r"(?<=[ (\[])\d{2,}(?=[ )\],:])", r"[0-9]+", words)


def matches(expected, seen):
    """Line by line; "..." matches any lines."""
    if not expected:
        return not seen
    if expected[0] == "...":
        return any(matches(expected[1:], seen[i:]) for i in range(len(seen) + 1))
    return bool(seen) and re.fullmatch(pattern(expected[0]), seen[0].rstrip()) is not None and \
        matches(expected[1:], seen[1:])


def main(show):
    why = machine.missing()
    if why:
        print("skipped: " + why)
        return 77
    with tempfile.TemporaryDirectory(prefix="kpb-machine-") as directory:
        made = parts.Parts(os.path.join(directory, "parts"))
        guest = machine.Machine(os.path.join(directory, "machine"))
        steps = transcripts(made.kernel)
        guest.add(os.path.join(machine.HERE, "operating.sh"))
        for path in packages(made):
            guest.add(path)
        shutil.copytree(repositories.repository(made, "apt"), os.path.join(guest.payload, "repository"))
        os.mkdir(os.path.join(guest.payload, "commands"))
        for number, (command, _) in enumerate(steps):
            with open(os.path.join(guest.payload, f"commands/{number:03}"), "w", encoding="utf-8") as file:
                file.write(command + "\n")
        guest.script("echo 'deb [trusted=yes] file:/payload/repository ./' >/etc/apt/sources.list\n"
                     "[ $stage != 1 ] || apt-get -qq update\n. /payload/operating.sh")
        lines, _, failed = guest.run(print, 1500)
    seen = {}
    for line in lines:
        if begin := re.fullmatch(r"# begin (\d+)", line):
            number = int(begin[1])
            seen[number] = []
        elif line.startswith("#|"):
            seen[number].append(line[2:])
    wrong = [line for line in failed if not line.startswith("not ok ")]
    failed = [line for line in wrong if "Kernel panic" not in line]
    for number, (command, expected) in enumerate(steps):
        good = number in seen and matches(expected, seen[number])
        print(("ok " if good else "not ok ") + command)
        if show or not good:
            print("\n".join("    " + line for line in seen.get(number, ["(it was not typed)"])))
        if not good:
            failed.append(f"{command}: it says something else than docs/operating.md")
    for line in failed:
        print("FAILED: " + line)
    print(f"{len(steps)} commands, {len(failed)} failed")
    return 1 if failed or not steps else 0


if __name__ == "__main__":
    sys.exit(main("--show" in sys.argv))
