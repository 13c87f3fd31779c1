#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""links.py ROOT [PAGE_TEXT]: every link in the documentation must lead to an existing file and
heading, and so must every page that the sources name ('docs/series.md', or 'docs/series.md, "Plan"'
for a section). Headings change when a page is rewritten, and nobody follows forty links by hand.

PAGE_TEXT is checked as one more page beside docs/cli.md: the negative control passes one with a
broken link. Exit status: 0 all of them lead somewhere, 1 one does not."""
import glob
import os
import re
import sys

root = sys.argv[1]
breaches = 0


def breach(where, what):
    global breaches
    breaches += 1
    print(f"{where}: {what}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def without_code(text):
    text = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", lambda code: "" if "](" in code[0] else code[0], text)


def anchors(path):
    """As GitHub makes them from headings: lower case, no punctuation, '-' for blanks."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", read(path), flags=re.M | re.S), re.M)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in plain}


def check_page(name, text):
    links = re.findall(r"\]\(([^)\s]+)\)", without_code(text))
    for link in links:
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = os.path.normpath(os.path.join(root, os.path.dirname(name), path)) if path else os.path.join(root, name)
        if not os.path.exists(target):
            breach(name, f"the link {link} leads to no file")
        elif anchor and anchor not in anchors(target):
            breach(name, f"the link {link} leads to no heading")
    return len(links)


def check_source(name, text):
    named = re.findall(r'\bdocs/([a-z-]+\.md)(?:, "([^"\n]+)")?', text)
    for page, section in named:
        path = os.path.join(root, "docs", page)
        if not os.path.exists(path):
            breach(name, f"docs/{page} does not exist")
        elif section and not any(anchor.startswith(section.lower().replace(" ", "-").replace(".", ""))
                                 for anchor in anchors(path)):
            breach(name, f"docs/{page} has no heading that begins with {section!r}")
    return len(named)


pages = ["README.md", "CONTRIBUTING.md", "sdk/starter/README.md"]
pages += [os.path.relpath(path, root) for pattern in ("docs/*.md", "plugins/**/README.md")
          for path in sorted(glob.glob(os.path.join(root, pattern), recursive=True))]
links = sum(check_page(page, read(os.path.join(root, page))) for page in pages)
if len(sys.argv) > 2:
    links += check_page("docs/page.md", sys.argv[2])
names = 0
for folder in ("core", "plugins", "sdk", "tests"):
    for pattern in ("*.cpp", "*.hpp", "*.h", "*.py", "*.sh", "CMakeLists.txt"):
        for path in glob.glob(os.path.join(root, folder, "**", pattern), recursive=True):
            if os.path.abspath(path) != os.path.abspath(__file__):
                names += check_source(os.path.relpath(path, root), read(path))
if links < 50 or names < 20:
    breach("links.py", f"found {links} links and {names} names of pages, which cannot be all")
print(f"{len(pages)} pages, {links} links, {names} names in sources, {breaches} breaches")
sys.exit(1 if breaches else 0)
