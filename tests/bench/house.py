#!/usr/bin/env python3
"""house.py BEFORE AFTER [--build=SECONDS,SECONDS] [--list]

Prints a table with the figures of two source trees side by side: how much there is to read, what of it repeats, and
what depends on what in a circle. docs/performance.md has the last one. Every figure is of core, plugins and sdk (the
tests are not what somebody reads to change kpb), without the files that kpb-fields prints. Both trees are measured by
the rules of AFTER: what is a literal that names a field is said by its tests/lint/paths.py and its tables.

A repetition is a window of eight lines that occurs more than once, without comments, blank lines, includes and lines
that are only punctuation, however it is indented; in the table are the lines that lie in such a window. --build
gives the processor time of a clean release build, which takes too long to be measured here. --list prints
the long files, the folders in circles and the repetitions of AFTER.
"""
# SPDX-License-Identifier: GPL-2.0-only
import collections
import importlib.util
import os
import re
import statistics
import sys

WINDOW = 8


def load_rules(tree):
    """tests/lint/paths.py of a tree, as a module; it takes the tree from the command line."""
    path = os.path.join(tree, "tests", "lint", "paths.py")
    spec = importlib.util.spec_from_file_location("paths", path)
    module = importlib.util.module_from_spec(spec)
    words, sys.argv = sys.argv, [path, tree]
    try:
        spec.loader.exec_module(module)
    finally:
        sys.argv = words
    return module


class Tree:
    def __init__(self, top, rules, names, file_names):
        self.top = top
        self.files = {}
        rules.top = top
        for root in ("core", "plugins", "sdk"):
            for folder, _, found in os.walk(os.path.join(top, root)):
                for name in found:
                    path = os.path.relpath(os.path.join(folder, name), top)
                    if name.endswith((".cpp", ".hpp", ".h", ".c")) and path not in rules.GENERATED:
                        self.files[path] = rules.text(path)
        self.folders = {os.path.dirname(path) for path in self.files}
        self.lines = {path: text.count("\n") for path, text in self.files.items()}
        self.literals = [(path, literal) for path in sorted(rules.sources()) if path in self.files
                         for literal in rules.literals_of(path, self.files[path], names)
                         if (os.path.basename(path), literal) not in file_names]
        self.circles = circles(self.includes())
        self.repeated = repeated(self.files, rules)
        # Two small rules that used to be written wherever one was needed.
        code = {path: rules.without_comments(text) for path, text in self.files.items()}
        self.hex_tables = sum("0123456789abcdef" in text.lower() for text in code.values())
        self.architectures = sum('"aarch64"' in text for text in code.values())

    def folder(self, path):
        """A header beside a folder of its own name (kpb/sdk.hpp) is that folder's door, and belongs to it."""
        beside = os.path.splitext(path)[0]
        return beside if beside in self.folders else os.path.dirname(path)

    def includes(self):
        """folder -> the folders that its files include."""
        out = {self.folder(path): set() for path in self.files}
        for path, text in self.files.items():
            folder = self.folder(path)
            for name in re.findall(r'^#include ["<]([^">]+)[">]', text, re.M):
                for base in ("", os.path.dirname(path), "plugins", "sdk/include"):
                    target = os.path.normpath(os.path.join(base, name))
                    if target in self.files:
                        out[folder].add(self.folder(target))
                        break
            out[folder].discard(folder)
        return out


def circles(edges):
    """The sets of folders that reach each other, largest first."""
    def reach(start):
        seen, todo = set(), [start]
        while todo:
            for target in edges[todo.pop()]:
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        return seen
    reached = {folder: reach(folder) for folder in edges}
    found = {frozenset(b for b in reached[a] if a in reached[b]) for a in edges if a in reached[a]}
    return sorted(found, key=len, reverse=True)


def repeated(files, rules):
    """{path: the numbers of its lines that lie in a repeated window}."""
    windows = collections.defaultdict(list)
    for path, text in files.items():
        lines = [(number, re.sub(r"\s+", " ", line).strip())
                 for number, line in enumerate(rules.without_comments(text).split("\n"), 1)]
        lines = [(number, line) for number, line in lines if re.search(r"\w", line) and not line.startswith("#")]
        for i in range(len(lines) - WINDOW + 1):
            part = lines[i:i + WINDOW]
            windows[tuple(line for _, line in part)].append((path, [number for number, _ in part]))
    out = collections.defaultdict(set)
    for places in windows.values():
        if len(places) > 1:
            for path, numbers in places:
                out[path] |= set(numbers)
    return out


def rows(tree):
    lines = tree.lines
    largest = max(lines, key=lines.get)
    in_circles = sum(len(circle) for circle in tree.circles)
    copied = sum(len(numbers) for numbers in tree.repeated.values())
    yield "files", f"{len(lines):,}"
    yield "lines", f"{sum(lines.values()):,}"
    yield "lines of a file, median", f"{statistics.median(lines.values()):.0f}"
    yield "the largest file", f"{lines[largest]} (`{largest}`)"
    yield "files above 400 lines", str(sum(n > 400 for n in lines.values()))
    yield "literals that name a field, outside the tables", f"{len(tree.literals):,}"
    yield "folders in a circle of includes", f"{in_circles}, in {len(tree.circles)} circle{'s' * (len(tree.circles) > 1)}" if in_circles else "0"
    yield f"lines that repeat (windows of {WINDOW})", f"{copied:,}"
    yield "files with a table of the hexadecimal digits", str(tree.hex_tables)
    yield "files that name an architecture (`aarch64`) in a literal", str(tree.architectures)


def main():
    trees = [word for word in sys.argv[1:] if not word.startswith("--")]
    build = [word[len("--build="):].split(",") for word in sys.argv[1:] if word.startswith("--build=")]
    if len(trees) != 2 or any(len(times) != 2 for times in build):
        sys.exit(__doc__)
    rules = load_rules(trees[1])
    names = rules.field_names()
    with open(os.path.join(trees[1], "tests", "lint", "paths.txt"), encoding="utf-8") as file:
        words = [line.split("#")[0].split() for line in file]
    file_names = {(os.path.basename(line[0]), line[1]) for line in words if len(line) == 2 and not line[1].isdigit()}
    before, after = (Tree(top, rules, names, file_names) for top in trees)
    print("| | before | after |\n| --- | --- | --- |")
    for (what, old), (_, new) in zip(rows(before), rows(after)):
        print(f"| {what} | {old} | {new} |")
    for times in build:
        print("| a clean release build, processor time | %s s | %s s |" % tuple(times))
    if "--list" in sys.argv:
        for path, count in sorted(after.lines.items(), key=lambda one: -one[1]):
            if count > 400:
                print(f"{path}: {count} lines")
        for circle in after.circles:
            print("circle: " + " ".join(sorted(circle)))
        for path, numbers in sorted(after.repeated.items()):
            print(f"{path}: {len(numbers)} lines repeat, from line {min(numbers)}")


if __name__ == "__main__":
    main()
