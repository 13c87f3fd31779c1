#!/usr/bin/env python3
"""paths.py SOURCE_DIR [--list] [--pretend=FILE:LINE_OF_CODE]

A field of a document has one definition, its row in core/model/*_fields.cpp, and code names it by the constant that
follows from the row. A literal that names a field compiles whatever it says: a slip in it is a field of its own.
So, in core, plugins and sdk, outside of the tables and of what is generated from them:

 * no string literal is a path of a table, or the end of one ("/relations/0/name", "/relations", "/name");
 * no part that is given to pointer() is a literal, but "-".

The names of a template's values are no fields (values.text("/name", ...)). Names of files look like paths of fields
("/vmlinux"); paths.txt beside this names them, "FILE LITERAL" on a line. A line that nothing needs is an error too.
--list prints what was found. --pretend is for the test of this test.

Exit status: 0 nothing was found, 1 something was.
"""
# SPDX-License-Identifier: GPL-2.0-only
import os
import re
import sys

top = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
pretended = [a[len("--pretend="):].split(":", 1) for a in sys.argv[2:] if a.startswith("--pretend=")]

GENERATED = ["sdk/include/kpb/sdk/fields.hpp"] + [
    f"core/model/own_fields/{name}.hpp" for name in ("result", "series", "awaiting", "kernel")]
TABLES = re.compile(r"^core/model/\w+_fields\.cpp$|^core/programs/")  # the programs have no documents
TEMPLATE_VALUE = re.compile(r'\bvalues\.\w+\((?:at\()?"[^"]*"|\btext_or_false\((?:values, )?"[^"]*"')
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def text(path):
    with open(os.path.join(top, path), encoding="utf-8") as file:
        return file.read()


def field_names():
    names = set()
    for path in GENERATED:
        for value in re.findall(r'std::string_view \w+ = "([^"]*)"', text(path)):
            if not value.startswith("kpb."):
                names |= {part for part in value.split("/") if part and not part.isdigit()}
    return names


def without_comments(code):
    """Comments become blanks; literals stay."""
    out = re.sub(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'',
                 lambda m: m.group(0) if m.group(0)[0] in "\"'" else re.sub(r"[^\n]", " ", m.group(0)), code, flags=re.S)
    return out


def is_path(literal, names):
    if not re.fullmatch(r"(/[a-z0-9_-]+)+/?", literal):
        return False
    parts = [p for p in literal.split("/") if p and p != "-" and not p.isdigit()]
    return bool(parts) and all(p in names for p in parts)


def calls_of_pointer(code):
    """The arguments of each call, as text."""
    for found in re.finditer(r"(?<![.>\w])pointer\(", code):
        depth, at = 1, found.end()
        while depth and at < len(code):
            if code[at] == '"':
                at += LITERAL.match(code, at).end() - at
                continue
            depth += {"(": 1, ")": -1}.get(code[at], 0)
            at += 1
        yield code[found.end():at - 1]


def literals_of(path, code, names):
    code = without_comments(code)
    code = re.sub(r"^\s*#\s*include.*$", "", code, flags=re.M)
    code = TEMPLATE_VALUE.sub("", code)
    for found in LITERAL.finditer(code):
        if is_path(found.group(1), names):
            yield found.group(1)
    for arguments in calls_of_pointer(code):
        for literal in LITERAL.findall(arguments):
            if literal not in ("", "-") and not literal.startswith("/"):
                yield literal


def sources():
    for root in ("core", "plugins", "sdk"):
        for folder, _, files in os.walk(os.path.join(top, root)):
            for name in sorted(files):
                path = os.path.relpath(os.path.join(folder, name), top)
                if name.endswith((".cpp", ".hpp", ".h", ".c")) and path not in GENERATED and not TABLES.match(path):
                    yield path


def main():
    names = field_names()
    allowed = set()
    with open(os.path.join(here, "paths.txt"), encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if words:
                allowed.add(tuple(words))
    found = []
    for path in sorted(sources()):
        found += [(path, literal) for literal in literals_of(path, text(path), names)]
    for path, code in pretended:
        found += [(path, literal) for literal in literals_of(path, code, names)]
    bad = [one for one in found if one not in allowed]
    if "--list" in sys.argv:
        for path, literal in sorted(set(bad)):
            print(path, literal)
        return 0
    for path, literal in bad:
        print(f'{path}: "{literal}" names a field of a document: use its constant (kpb/sdk/fields.hpp); '
              'the name of a file belongs in tests/lint/paths.txt')
    unused = ["%s %s" % one for one in sorted(allowed - set(found))]
    for line in unused:
        print(f"tests/lint/paths.txt: the line '{line}' is needed no more")
    print(f"{len(bad)} literals where there should be none")
    return 1 if bad or unused else 0


if __name__ == "__main__":
    sys.exit(main())
