#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# share/kpb/series.schema.json, for editors, and kpb's own reader describe the same thing: both must
# accept or refuse the same examples, and each map must have the same keys in both and in
# docs/series.md.
#
#   manifest_schema.py                             needs python3-jsonschema and python3-yaml
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print("SKIPPED: %s" % missing)
    sys.exit(77)

PREFIX, FIXTURES, SOURCE = (os.environ["KPB_" + name] for name in ("PREFIX", "FIXTURES", "SOURCE"))
SCHEMA = json.load(open(os.path.join(PREFIX, "share", "kpb", "series.schema.json")))


class Loader(yaml.SafeLoader):
    """As editors read it: YAML 1.2, in which a date and `no` are texts."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def reader_says(value, directory):
    """What kpb's reader of manifests says; later checks (kernels, names) are ignored."""
    path = os.path.join(directory, "m.yml")
    with open(path, "w") as file:
        yaml.safe_dump(value, file)
    run = subprocess.run([os.path.join(PREFIX, "bin", "kpb"), "series", "plan", "--json", path],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    told = json.loads(run.stdout)
    return [d for d in told["diagnostics"] if d["code"].startswith(("manifest-", "version", "name", "cve", "epoch"))]


def keys_told(value, directory):
    """The keys that kpb allows in a map, according to its message about an unknown key."""
    for d in reader_says(value, directory):
        if d["code"] == "manifest-key-unknown":
            return set(d["hint"].replace("it may have ", "").split(", "))
    raise SystemExit("no word of zzzzzzzzzz: %r" % value)


def schema_maps():
    properties = SCHEMA["properties"]
    kernel = properties["kernels"]["additionalProperties"]
    package = properties["packages"]["items"]["properties"]
    return {"the whole": SCHEMA["properties"], "defaults": properties["defaults"]["properties"],
            "a kernel": kernel["properties"], "a package": package,
            "a patch": package["patches"]["items"]["properties"],
            "limits": SCHEMA["definitions"]["limits"]["properties"]}


def documented():
    """The table of keys in docs/series.md."""
    text = open(os.path.join(SOURCE, "docs", "series.md")).read()
    rows = dict(re.findall(r"^\| (the whole|a package|`defaults`|a patch|a kernel|`limits`) \| (.*) \|$", text, re.M))
    return {name.strip("`"): set(re.findall(r"`([a-z_]+)`", words)) for name, words in rows.items()}


def mutations(full):
    """(name, value): what both must refuse."""
    def at(value, *path):
        for step in path:
            value = value[step]
        return value

    def changed(name, path, key, new):
        value = copy.deepcopy(full)
        at(value, *path)[key] = new
        return name, value

    package, patch, kernel = ("packages", 0), ("packages", 0, "patches", 0), ("kernels", "el9")
    yield "nothing", {}
    yield "a list", []
    for name, path in (("the whole", ()), ("defaults", ("defaults",)), ("a kernel", kernel), ("a package", package),
                       ("a patch", patch), ("limits", package + ("limits",))):
        yield changed("unknown key in " + name, path, "zzzzzzzzzz", "x")
    for key in ("kernels", "only", "except", "cves", "supersedes", "functions"):
        yield changed(key + " empty", package, key, [])
        yield changed(key + " a text", package, key, "x")
        yield changed(key + " a map", package, key, {"a": "b"})
    yield changed("no patches", package, "patches", [])
    yield changed("patches a text", package, "patches", "x")
    yield changed("a patch a text", package, "patches", ["x"])
    yield changed("both", patch, "module", "x.ko")
    yield changed("packages empty", (), "packages", [])
    yield changed("a kernel twice", package, "kernels", ["a", "a"])
    yield changed("kernels a list", (), "kernels", ["a"])
    yield changed("no day", (), "date", "tomorrow")
    yield changed("no such month", kernel, "end_of_life", "2026-13-01")
    yield changed("no architecture", kernel, "arch", "sparc")
    yield changed("source and id", kernel, "kernel_id", "x")
    yield changed("replace maybe", package, "replace", "maybe")
    yield changed("memory", package, "limits", {"memory": "8"})
    yield changed("time", package, "limits", {"time": "1.5h"})
    yield changed("a CVE", package, "cves", ["CVE-1"])
    yield changed("settings a list", package, "settings", ["a"])
    yield changed("on_top_of", package, "on_top_of", "x")
    yield changed("summary a list", package, "summary", ["x"])
    for path, key in ((package, "name"), (package, "patches"), (kernel, "release")):
        value = copy.deepcopy(full)
        del at(value, *path)[key]
        yield "without " + key, value


def main():
    validator = jsonschema.Draft7Validator(SCHEMA)
    failed, count = [], 0

    def check(name, good):
        nonlocal count
        count += 1
        if not good:
            failed.append(name)

    with tempfile.TemporaryDirectory() as directory:
        for name in sorted(os.listdir(os.path.join(FIXTURES, "manifests"))):
            value = yaml.load(open(os.path.join(FIXTURES, "manifests", name)), Loader)
            check("%s by the schema" % name, validator.is_valid(value))
            check("%s by kpb" % name, not reader_says(value, directory))
        full = yaml.load(open(os.path.join(FIXTURES, "manifests", "cells.yml")), Loader)
        refused = 0
        for name, value in mutations(full):
            check("refused by the schema: " + name, not validator.is_valid(value))
            check("refused by kpb: " + name, reader_says(value, directory))
            refused += 1
        maps, docs = schema_maps(), documented()
        # The example has every key of the schema.
        example = {"the whole": full, "defaults": full["defaults"], "a kernel": {**full["kernels"]["el9"], **full["kernels"]["bookworm"]},
                   "a package": full["packages"][0],
                   "a patch": {k: 1 for package in full["packages"] for patch in package["patches"] for k in patch},
                   "limits": full["defaults"]["limits"]}
        where = {"the whole": (), "defaults": ("defaults",), "a kernel": ("kernels", "el9"), "a package": ("packages", 0),
                 "a patch": ("packages", 0, "patches", 0), "limits": ("packages", 0, "limits")}
        for name, properties in maps.items():
            value = copy.deepcopy(full)
            spot = value
            for step in where[name]:
                spot = spot[step]
            spot["zzzzzzzzzz"] = "x"
            wanted = set(properties)
            check("keys of %s in kpb" % name, keys_told(value, directory) == wanted)
            check("keys of %s in the example" % name, set(example[name]) == wanted)
            written = docs[name] | (docs["defaults"] if name == "a package" else set())
            check("keys of %s in docs/series.md: %s" % (name, sorted(written ^ wanted)), written == wanted)
        # Negative control: the comparison notices a schema that lacks a key.
        broken = copy.deepcopy(SCHEMA)
        del broken["properties"]["date"]
        check("negative control", not jsonschema.Draft7Validator(broken).is_valid(full))
    for name in failed:
        print("FAILED " + name)
    print("%d checks, %d refused examples, %d failed" % (count, refused, len(failed)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
