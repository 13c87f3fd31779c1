#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The documents that kpb writes are as their JSON Schemas say (share/kpb/*.schema.json), and have no field that the
# schemas do not have. Looked at: the JSON in golden transcripts and in docs/*.md, whatever `--json` prints while some
# scripts of tests/cli run, and the manifests of the packages that these and this test build.
#
#   documents.py                             needs python3-jsonschema
import collections
import copy
import glob
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError as missing:
    print("SKIPPED: %s" % missing)
    sys.exit(77)

PREFIX, FIXTURES, SOURCE, SYNTH = (os.environ["KPB_" + name] for name in ("PREFIX", "FIXTURES", "SOURCE", "SYNTH"))
SCRIPTS = ["json", "dry_run", "sign_later", "series_plan", "series_stub", "boot_test_stub"]
# How many of each there are at the least: a test that looks at nothing finds nothing.
AT_LEAST = {"kpb.result/1": 60, "kpb.package/1": 25, "kpb.kernel/1": 1, "kpb.series/1": 1, "kpb.awaiting/1": 2,
            "kpb.status/1": 1, "event": 5}
NAMES = {"kpb.result/1": "result", "kpb.package/1": "package", "kpb.kernel/1": "kernel", "kpb.awaiting/1": "awaiting",
         "kpb.series/1": "series-result", "kpb.status/1": "status", "event": "event"}

# What is run in place of kpb: it keeps what `--json` prints, and what `inspect` says of each package that was built.
WRAPPER = """#!/bin/sh
real={real} keep={keep}
case " $* " in
*' --json '*)
    kept=$(mktemp "$keep/json.XXXXXX")
    "$real" "$@" >"$kept"
    status=$?
    cat "$kept"
    exit $status ;;
esac
"$real" "$@"
status=$?
if [ "$1" = build ]; then
    for package in *.rpm *.deb; do
        [ -f "$package" ] && "$real" inspect --json "$PWD/$package" >"$keep/package.$(md5sum <"$package" | cut -c 1-32)"
    done
fi
for file in waiting/*.ko.json *.series/series.json other/series.json events other.events; do
    [ -f "$file" ] && cp "$file" "$keep/file.$(md5sum <"$file" | cut -c 1-32)"
done 2>/dev/null
exit $status
"""
failures = []


def closed(schema):
    """A schema that takes no field that it does not name. Only objects that are held have fields from two places."""
    definitions = schema.get("definitions", {})

    def visit(at):
        if isinstance(at, list):
            return [visit(one) for one in at]
        if not isinstance(at, dict):
            return at
        out = {key: visit(value) for key, value in at.items() if key != "definitions"}
        for held in out.pop("allOf", []):
            fields = visit(definitions[held["$ref"].split("/")[-1]])
            out["properties"] = dict(fields["properties"], **out.get("properties", {}))
            out["required"] = fields.get("required", []) + out.get("required", [])
        if isinstance(out.get("properties"), dict) and "type" not in out["properties"].get("properties", {}):
            out.setdefault("additionalProperties", False)
        return out

    return visit(schema)


def validators():
    out = {}
    for schema, name in NAMES.items():
        with open(os.path.join(PREFIX, "share/kpb", name + ".schema.json"), encoding="utf-8") as file:
            read = json.load(file)
        jsonschema.Draft7Validator.check_schema(read)
        strict = closed(read)
        jsonschema.Draft7Validator.check_schema(strict)
        out[schema] = (jsonschema.Draft7Validator(read), jsonschema.Draft7Validator(strict))
    return out


def documents_in(text):
    """The JSON documents that stand in a text on lines of their own, with N for numbers of the machine."""
    for found in re.finditer(r"^( *)\{\n(?:.*\n)*?\1\}$", text, re.M):
        if '"schema": "kpb.' in found.group(0):
            yield json.loads(re.sub(": N(,?)$", r": 0\1", found.group(0), flags=re.M))


def all_files(*patterns):
    for pattern in patterns:
        for path in sorted(glob.glob(pattern)):
            with open(path, encoding="utf-8") as file:
                yield path, file.read()


def run_scripts(work):
    prefix, keep = os.path.join(work, "prefix"), os.path.join(work, "kept")
    os.mkdir(keep)
    shutil.copytree(PREFIX, prefix, symlinks=True)
    os.remove(prefix + "/bin/kpb")
    with open(prefix + "/bin/kpb", "w", encoding="utf-8") as file:
        file.write(WRAPPER.format(real=PREFIX + "/bin/kpb", keep=keep))
    os.chmod(prefix + "/bin/kpb", stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    for script in SCRIPTS:
        done = subprocess.run(["sh", os.path.join(SOURCE, "tests/cli", script + ".sh")], cwd=work,
                              env=dict(os.environ, KPB_PREFIX=prefix), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode not in (0, 77):
            failures.append("tests/cli/%s.sh fails here: %s" % (script, done.stdout[-600:]))
    return keep


def build_packages(work, keep):
    """Packages that have between them nearly every field of a manifest."""
    kernel = ["-k", "6.1.0-56-amd64"]
    module = ["-b", "--name", "fix", "--module", SYNTH + "/plain.ko"]
    asked = [
        module + kernel + ["--replace", "--cve", "CVE-2024-1086", "--epoch", "1", "--summary", "s", "--url", "http://a.example"],
        module + kernel + ["--no-replace", "--function", "vmlinux:f", "--function", "ext4:g:2", "--state", "7",
                           "--set", "vendor-conflict=no", "--packager", "A B <a@b.example>"],
        module + kernel + ["--no-replace", "--function", "vmlinux:f", "--on-top-of", "kpatch-module-base-6.1.0-56-amd64=1-1",
                           "--supersedes", "kpatch-module-old-6.1.0-56-amd64=1-1"],
        module + kernel + ["--replace", "-p", "classic"],
        ["--subscription", "-B", "rpm-build", "-k", "5.14.0-362.8.1.el9_3.x86_64", "-p", "rhel"],
        ["-B", "srpm", "-k", "5.14.0-362.8.1.el9_3", FIXTURES + "/livepatch-test.patch"],
        ["-B", "deb"] + module[1:] + kernel + ["--replace"],
    ]
    kpb = PREFIX + "/bin/kpb"
    for index, words in enumerate(asked):
        where = os.path.join(work, "package-%d" % index)
        os.mkdir(where)
        for json_too in ([], ["--json"]):
            done = subprocess.run([kpb, "build", "-q", "-o", where] + json_too + words, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, check=False, cwd=where)
            if done.returncode != 0:
                failures.append("kpb build %s: %s" % (" ".join(words), done.stderr))
            if json_too:
                with open(os.path.join(keep, "json.build-%d" % index), "w", encoding="utf-8") as file:
                    file.write(done.stdout)
        with open(os.path.join(keep, "package.build-%d" % index), "w", encoding="utf-8") as file:
            subprocess.run([kpb, "inspect", "--json"] + glob.glob(where + "/*.rpm") + glob.glob(where + "/*.deb"),
                           stdout=file, check=False)


MANIFEST = """
kernels:
  one: {release: 6.1.0-56-amd64}
  two: {release: 6.1.0-57-amd64, end_of_life: 2020-01-01}
packages:
  - name: recipe
    kernels: ["*"]
    patches: [{filename: fix.patch}]
  - name: module
    backends: [rpm-build, deb]
    replace: true
    patches: [{module: plain.ko, kernels: [one]}]
  - name: fails
    replace: true
    backends: [rpm-build]
    patches: [{module: depends.ko, kernels: [one]}]
"""


def build_series(work, keep):
    """A series of which a cell fails, and one is left out."""
    where = os.path.join(work, "series")
    os.mkdir(where)
    with open(where + "/m.yml", "w", encoding="utf-8") as file:
        file.write(MANIFEST)
    for module in ("plain.ko", "depends.ko"):
        shutil.copy(os.path.join(SYNTH, module), where)
    shutil.copy(FIXTURES + "/livepatch-test.patch", where + "/fix.patch")
    for words in (["plan", "--explain"], ["status"], ["build", "--events", "events"], ["build"], ["status", "--why"]):
        done = subprocess.run([PREFIX + "/bin/kpb", "series", *words, "--json", "m.yml"], cwd=where, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        with open(os.path.join(keep, "series.%s" % "-".join(words)), "w", encoding="utf-8") as file:
            file.write(done.stdout)
    for name in ("events", "m.series/series.json"):
        shutil.copy(os.path.join(where, name), os.path.join(keep, "file.series-" + os.path.basename(name)))


def parts_of(document):
    """A document, and those that it holds."""
    yield document
    if document.get("schema") == "kpb.result/1":
        yield from document.get("packages", [])
        yield from (file["manifest"] for file in document.get("files", []) if "manifest" in file)
        yield from (dict(k["kernel"], provenance=None) for k in document.get("kernels", []) if "kernel" in k)


def check(where, document, schemas, seen):
    for part in parts_of(document):
        name = "event" if "event" in part else part.get("schema")
        if name not in schemas:
            failures.append("%s: the schema %s" % (where, name))
            continue
        part = {key: value for key, value in part.items() if value is not None or key != "provenance"}
        seen[name].append(part)
        for error in schemas[name][1].iter_errors(part):
            failures.append("%s: %s: /%s: %s" % (where, name, "/".join(map(str, error.path)), error.message[:200]))
        if not schemas[name][0].is_valid(part):
            failures.append("%s: %s: the installed schema refuses it" % (where, name))


def members(at, path=()):
    if isinstance(at, dict):
        for key in at:
            yield path + (key,)
            yield from members(at[key], path + (key,))
    elif isinstance(at, list):
        for index, value in enumerate(at):
            yield from members(value, path + (index,))


def controls(schemas, seen):
    """Each field of one document of each schema, called otherwise and of another type, must be refused."""
    tried = 0
    free = {"settings", "provenance", "x"}  # names of their own
    for name, documents in list(seen.items()):
        if not documents:
            continue
        fullest = max(documents, key=lambda d: len(json.dumps(d)))
        for path in members(fullest):
            if set(path) & free or len(path) > 9:
                continue
            for change in ("name", "type"):
                broken = copy.deepcopy(fullest)
                parent = broken
                for step in path[:-1]:
                    parent = parent[step]
                if change == "name":
                    parent[path[-1] + "_"] = parent.pop(path[-1])
                else:
                    parent[path[-1]] = 0.5
                tried += 1
                if schemas[name][1].is_valid(broken):
                    failures.append("%s with another %s of %s is taken" % (name, change, "/".join(map(str, path))))
    package = max(seen["kpb.package/1"], key=lambda d: len(json.dumps(d)))
    for corner, good in (({"com.example": {"a": [1, None, {"b": True}]}}, True), ({"example": {}}, False),
                         ({"com.example": "text"}, False)):
        if schemas["kpb.package/1"][0].is_valid(dict(package, x=corner)) != good:
            failures.append("/x is %s: that should be %s" % (corner, "taken" if good else "refused"))
    return tried


def main():
    schemas, seen = validators(), collections.defaultdict(list)
    for path, text in all_files(SOURCE + "/tests/golden/*.txt", SOURCE + "/docs/*.md"):
        for document in documents_in(text):
            if "schema" in document and document["schema"] in schemas:
                check(os.path.basename(path), document, schemas, seen)
    transcripts = sum(map(len, seen.values()))
    with tempfile.TemporaryDirectory(prefix="documents-", dir=os.getcwd()) as work:
        os.chmod(work, 0o755)
        keep = run_scripts(work)
        build_packages(work, keep)
        build_series(work, keep)
        for path, text in all_files(keep + "/*"):
            lines = text.splitlines()
            for one in lines if lines and lines[0].startswith('{"event"') else [text]:
                try:
                    document = json.loads(one)
                except ValueError:
                    continue  # a script broke it on purpose
                if isinstance(document, dict):  # else the same
                    check(os.path.basename(path), document, schemas, seen)
    for name, least in AT_LEAST.items():
        if len(seen[name]) < least:
            failures.append("only %d documents of %s, not %d" % (len(seen[name]), name, least))
    tried = controls(schemas, seen)
    for line in sorted(set(failures))[:60]:
        print("FAILED:", line)
    print("%d documents (%s), %d of them in transcripts and docs; %d broken ones refused; %d failures"
          % (sum(map(len, seen.values())), ", ".join("%s: %d" % (n, len(d)) for n, d in sorted(seen.items())),
             transcripts, tried, len(set(failures))))
    return 1 if failures else 0


sys.exit(main())
