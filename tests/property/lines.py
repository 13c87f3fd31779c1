#!/usr/bin/env python3
"""lines.py [--count N] [--seed N]

Arbitrary bytes in every string that kpb takes: the options of a build, the strings of a module, the names and texts of a
patch, the values of a manifest, the names of files. Whatever kpb answers:

 * nothing that a terminal obeys comes out, on either stream, and every line of standard error is a message, a hint or
   the indented rest of one;
 * --json is one document;
 * what is made has the lines that it must have, those of the same command with harmless texts: fields of a control file,
   tags and sections of a spec, lines of md5sums, keys of modules.conf, files of an RPM, lines of a series' journal, of
   its SHA256SUMS and of its submit list.

KPB_PREFIX and the others are set by ctest. Exit status: 0 all was so, 1 something was not, 77 not possible here.
"""
# SPDX-License-Identifier: GPL-2.0-only
import argparse
import io
import json
import lzma
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

PREFIX, FIXTURES = os.environ["KPB_PREFIX"], os.environ["KPB_FIXTURES"]
MODULE = FIXTURES + "/livepatch-two.ko"
PATCH = FIXTURES + "/livepatch-test.patch"
KERNEL = "6.12.107-kpbtest"
ATOMS = [b"a", b"fix", b"1", b"-", b" ", b"  ", b"\t", b"\n", b"\n\n", b"\r", b"\r\n", b"\x1b[2J", b"\x1b]0;x\x07", b"\x7f", b"\x01",
         b"\xff", b"\xc2\x85", b"\xc2\x9b", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xc3\xa4", b"'", b'"', b"\\", b"\\n", b"%", b"%%",
         b"%(id)", b"%post\n", b"\n%files\n/etc/passwd\n", b"\nkpb: error: forged\n", b"\nhint: forged", b"\nmodule=evil\nfile=/x.ko\n",
         b"\nDepends: evil\n", b"\n .\n", b"=", b":", b",", b"#", b"\nmodule=", b"/", b"../", b"{", b"}", b"[", b"*", b"&", b"!", b"|",
         b">", b"<", b"`id`", b"$(id)", b"~", b"@", b"x" * 300]
MESSAGE = re.compile(r"(kpb|kpatch-package-builder): (error|warning|note): |kpb: (built|failed|skipped) |hint: |  ")
FORGED = re.compile("kpb: error: forged|hint: forged")  # as ATOMS have them
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# Options of a build that take a text, and a harmless one for each.
OPTIONS = {"--name": b"fix", "--set-version": b"2", "--set-release": b"3", "--epoch": b"4", "--summary": b"a fix", "--license": b"GPL-2.0-only",
           "--description": b"what it is for", "--url": b"https://site.example/", "--packager": b"x <x@site.example>",
           "--cve": b"CVE-2026-12345", "--state": b"7", "--supersedes": b"kpatch-module-old-" + KERNEL.encode() + b"=1-1", "-p": b"standard",
           "-a": b"x86_64",
           "-k": KERNEL.encode(), "--set": b"payload=xz", "--output": b"out", "--builder": b"prebuilt",
            "--kernel-package-version": b"6.12-1"}
ALWAYS = ["--name", "-k"]
# Those that exclude others, or need them: only what is said of a hostile text is of interest.
ALONE = ["--on-top-of", "--function", "--sign-hash", "--sign-env", "--from-package", "--kernel-id", "--store", "--template-dir",
         "--report", "--jobs", "--source", "--config", "--nonsense"]


class Wrong(Exception):
    pass


# Fields of free text. Half of the time one of them gets what no reader refuses: printable, or lines of that.
FREE = {"--summary": b"", "--license": b"", "--packager": b"", "--output": b"", "--description": b"\n",
        "license": b"", "packager": b""}
PRINTABLE = [a for a in ATOMS if a.isascii() and a.decode().isprintable() or a in (b"\xc3\xa4", b"  ")]
LINES = PRINTABLE + [a for a in ATOMS if b"\n" in a and b"\r" not in a]


def text_of(rng, atoms=ATOMS):
    return b"".join(rng.choice(atoms) for _ in range(rng.randint(1, 5)))


def mild(rng, field):
    return b"a" + text_of(rng, LINES if b"\n" in FREE[field] else PRINTABLE) + b"z"


def run(words, work):
    environment = {b"PATH": (PREFIX + "/bin:/usr/sbin:/usr/bin:/sbin:/bin").encode(), b"HOME": work, b"TMPDIR": work + b"/tmp",
                   b"LC_ALL": b"C.UTF-8", b"SOURCE_DATE_EPOCH": b"1700000000", b"KPB_STORE": work + b"/store"}
    words = [w if isinstance(w, bytes) else w.encode() for w in words]
    done = subprocess.run(words, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for stream, name in ((done.stdout, "standard output"), (done.stderr, "standard error")):
        try:
            shown = stream.decode()
        except UnicodeDecodeError as error:
            raise Wrong("%s is not UTF-8: %s" % (name, error)) from error
        if found := OBEYED.search(shown):
            raise Wrong("%s has %r" % (name, shown[max(0, found.start() - 40):found.end() + 20]))
    if done.returncode not in (0, 1, 2, 3, 4, 5):
        raise Wrong("exit status %d: %s" % (done.returncode, done.stderr.decode()[-300:]))
    for line in done.stderr.decode().split("\n")[:-1]:
        if not MESSAGE.match(line) or FORGED.match(line):
            raise Wrong("a line of standard error is no message: %r" % line)
    if "--json" in [w.decode(errors="replace") for w in words]:
        json.loads(done.stdout)
    return done


def build(options, work, subject, formats):
    shutil.rmtree(work + b"/made", ignore_errors=True)
    os.mkdir(work + b"/made")
    words = ["kpb", "build", "-q", "--replace"]
    for form in formats:
        words += ["-B", form]
    for key, value in options.items():
        # The output is a place in the working directory, whatever its name.
        words += [key, work + b"/made/" + value.replace(b"/", b"") if key == "--output" else value]
    if "--output" not in options:
        words += ["-o", work + b"/made"]
    return run(words + subject, work)


def ar_members(data):
    at = 8
    while at < len(data):
        size = int(data[at + 48:at + 58])
        yield data[at:at + 16].strip(), data[at + 60:at + 60 + size]
        at += 60 + size + size % 2


def keys(text, separator):
    """The keys of lines, in order; a line that continues the one before it has none."""
    return [line.split(separator, 1)[0] for line in text.decode().split("\n") if line and not line.startswith(" ")]


def shape(path):
    """What a made file's lines are, without what stands in them."""
    data = open(path, "rb").read()
    name = os.path.basename(path)
    if name.endswith(b".deb"):
        out = {}
        for member, packed in ar_members(data):
            if not member.startswith((b"control.tar", b"data.tar")):
                continue
            tar = tarfile.open(fileobj=io.BytesIO(lzma.decompress(packed) if member.endswith(b".xz") else packed))
            for info in tar:
                content = tar.extractfile(info).read() if info.isreg() else b""
                last = info.name.rsplit("/", 1)[-1]
                if last == "control":
                    out["control"] = keys(content, ":")
                elif last == "md5sums":
                    out["md5sums"] = [bool(re.fullmatch(r"[0-9a-f]{32}  \S.*", line)) for line in content.decode().split("\n")[:-1]]
                elif last == "modules.conf":
                    out["modules.conf"] = keys(content, "=")
        return out
    if name.endswith(b".spec"):
        tags, section = [], ""
        for line in data.decode().split("\n"):
            if re.match(r"%(description|prep|build|install|files|changelog|pre|post|preun|postun|clean|check|package)\b", line):
                section = line.split()[0]
                tags.append(section)
            elif section in ("", "%files") and line.strip() and not line.startswith("#"):
                tags.append(line.split(":", 1)[0] if not section else re.sub(r"/\S+", "/", line))
        return {"spec": tags}
    if name.endswith(b".rpm"):
        ask = ["rpm", "-qp", "--qf", "[%{FILEMODES:perms} %{FILEUSERNAME}\n]%{SUMMARY:shescape}\n", "--scripts", "--triggers", path]
        return {"rpm": len(subprocess.run(ask, stdout=subprocess.PIPE, check=True).stdout.split(b"\n"))}
    return {}


def shapes(work):
    out = {}
    for folder, _, files in os.walk(work + b"/made"):
        for file in files:
            out.setdefault(file.rsplit(b".", 1)[-1], []).append(shape(folder + b"/" + file))
    return out


def same_lines(work, options, formats, subject, cache):
    """Compares with the same command whose texts are harmless."""
    found = shapes(work)
    plain = {key: OPTIONS[key] for key in options if key in OPTIONS}
    # What relates to names is told once whatever they are; a policy or an architecture that is another one has others.
    for key in ("-p", "-a", "-k", "--set", "--builder"):
        if key in options:
            plain[key] = options[key]
    known = (tuple(sorted(plain.items())), tuple(formats), tuple(subject))
    if known not in cache:
        if build(plain, work, subject, formats).returncode != 0:
            raise Wrong("the harmless command fails: %r" % plain)
        cache[known] = shapes(work)
    if found != cache[known]:
        raise Wrong("other lines than those of the harmless texts:\n  %r\n  %r" % (found, cache[known]))


def try_options(rng, work, cache, rounds):
    formats = ["rpm-spec", "deb"] + (["rpm-build"] if rounds % 10 == 0 else [])
    names = set(ALWAYS) | set(rng.sample(sorted(OPTIONS), rng.randint(1, 5)))
    if rng.random() < 0.5:
        names |= {(free := rng.choice([key for key in FREE if key in OPTIONS]))}
        options = {key: mild(rng, key) if key == free else OPTIONS[key] for key in sorted(names)}
    else:
        hostile = rng.sample(sorted(names), rng.randint(1, 2))
        options = {key: text_of(rng) if key in hostile else OPTIONS[key] for key in sorted(names)}
    if any(b"\0" in value for value in options.values()):
        return False
    subject = ["--module", MODULE]
    if rng.random() < 0.3:
        words = ["kpb", "build", "--json", "--dry-run", "--replace", "-B", "deb", rng.choice(ALONE), text_of(rng)]
        for key, value in options.items():
            words += [key, value]
        run(words + subject, work)
        return False
    done = build(options, work, subject, formats)
    if done.returncode == 0:
        same_lines(work, options, formats, subject, cache)
    return done.returncode == 0


def try_module(rng, work, cache):
    data = bytearray(open(MODULE, "rb").read())
    runs = list(re.finditer(rb"[\x20-\x7e]{4,}", bytes(data)))
    if rng.random() < 0.7:  # of .modinfo and the names that the metadata refer to
        runs = [r for r in runs if b"=" in r.group() or b"_" in r.group()]
    chosen = rng.choice(runs)
    text = text_of(rng)[:len(chosen.group()) - 1]
    at = chosen.start() + rng.randrange(0, len(chosen.group()) - len(text) + 1)
    data[at:at + len(text)] = text
    path = work + b"/hostile.ko"
    open(path, "wb").write(data)
    run(["kpb", "inspect", path], work)
    run(["kpb", "inspect", "--json", path], work)
    options = {"--name": b"fix", "-k": OPTIONS["-k"]}
    done = build(options, work, ["--module", path], ["rpm-spec", "deb"])
    if done.returncode == 0:
        found = shapes(work)
        if build(options, work, ["--module", MODULE], ["rpm-spec", "deb"]).returncode != 0:
            raise Wrong("the harmless module fails")
        wanted = shapes(work)
        # Other names of functions or objects may be other numbers of relations; a line of its own there is none.
        count = lambda shape_of: {kind: [sorted(s) for s in all_of] for kind, all_of in shape_of.items()}
        if count(found) != count(wanted) or found[b"deb"][0]["modules.conf"] != wanted[b"deb"][0]["modules.conf"]:
            raise Wrong("other lines than those of the module without it:\n  %r\n  %r" % (found, wanted))
    return done.returncode == 0


def try_patch(rng, work, cache):
    text = open(PATCH, "rb").read()
    parts = re.split(rb"(?m)^(?=--- |\+\+\+ |@@ |diff )", text)
    at = rng.randrange(len(parts))
    lines = parts[at].split(b"\n")
    lines[0] = lines[0][:rng.randint(0, len(lines[0]))] + text_of(rng) + lines[0][rng.randint(0, len(lines[0])):]
    parts[at] = b"\n".join(lines)
    name = text_of(rng).replace(b"/", b"")[:100] if rng.random() < 0.5 else b"x"
    path = work + b"/" + (name if name.strip(b".") else b"x") + b".patch"
    open(path, "wb").write(b"".join(parts) if rng.random() < 0.7 else text)
    words = ["kpb", "build", "--replace", "-B", "rpm-spec", "-k", KERNEL, "-o", work + b"/made", "--name", "fix"]
    os.makedirs(work + b"/made", exist_ok=True)
    done = run(words + ["--json"] * rng.randint(0, 1) + ["--", path], work)
    return done.returncode == 0


def lines_of(path):
    return open(path, "rb").read().decode().split("\n")[:-1]


def try_manifest(rng, work, cache, rounds):
    quoted = lambda raw: json.dumps(raw.decode("utf-8", "surrogateescape"), ensure_ascii=rng.random() < 0.5) \
        .encode("utf-8", "surrogateescape")
    fields = {"name": b"fix", "version": b"1", "summary": b"a fix", "license": b"GPL-2.0-only", "filename": b"x.ko",
              "release": KERNEL.encode(), "kernel": b"k", "url": b"https://site.example/", "packager": b"x <x@site.example>"}
    if rng.random() < 0.5:
        free = rng.choice([field for field in FREE if field in fields])
        fields[free] = mild(rng, free)
    else:
        for field in rng.sample(sorted(fields), rng.randint(1, 2)):
            fields[field] = text_of(rng)
    written = {key: quoted(value) if rng.random() < 0.8 else value for key, value in fields.items()}
    shutil.copy(MODULE, work + b"/x.ko")
    open(work + b"/m.yml", "wb").write(
        b"date: 2026-11-25\ndefaults: {replace: true, backends: [deb]}\nkernels:\n  %(kernel)s: {release: %(release)s}\n"
        b"packages:\n  - name: %(name)s\n    version: %(version)s\n    license: %(license)s\n    url: %(url)s\n"
        b"    packager: %(packager)s\n    kernels: [%(kernel)s]\n    patches: [{module: %(filename)s}]\n"
        % {key.encode(): value for key, value in written.items()})
    done = run(["kpb", "series", "plan"] + ["--json"] * rng.randint(0, 1) + ["m.yml"], work)
    if done.returncode != 0 and rng.random() < 0.9:
        return False
    shutil.rmtree(work + b"/out", ignore_errors=True)
    done = run(["kpb", "series", "build", "--output", "out", "m.yml"], work)
    if done.returncode == 0:
        debs = [f for _, _, files in os.walk(work + b"/out/deb") for f in files]
        for path in (b"/out/SHA256SUMS", b"/out/.kpb/journal"):
            if len(lines_of(work + path)) != len(debs) or len(debs) != 1:
                raise Wrong("%r has %r" % (path, lines_of(work + path)))
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("KPB_SEED", random.SystemRandom().randrange(1 << 32))))
    options = parser.parse_args()
    for tool in ("rpm", "rpmbuild"):
        if shutil.which(tool) is None:
            print("skipped: %s is not installed" % tool)
            sys.exit(77)
    print("seed %d (KPB_SEED=%d repeats it)" % (options.seed, options.seed), flush=True)
    accepted = dict.fromkeys(("options", "module", "patch", "manifest"), 0)
    cache = {}
    for rounds in range(options.count):
        rng = random.Random("%d %d" % (options.seed, rounds))
        kind = sorted(accepted)[rounds % 4]
        work = tempfile.mkdtemp(prefix="kpb-lines-").encode()
        os.mkdir(work + b"/tmp")
        try:
            accepted[kind] += {"options": lambda: try_options(rng, work, cache, rounds), "module": lambda: try_module(rng, work, cache),
                               "patch": lambda: try_patch(rng, work, cache),
                               "manifest": lambda: try_manifest(rng, work, cache, rounds)}[kind]()
        except Wrong as wrong:
            print("round %d (%s): %s" % (rounds, kind, wrong))
            sys.exit(1)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    print("%d tries; accepted: %s" % (options.count, ", ".join("%d of %s" % (n, kind) for kind, n in accepted.items())))
    # If nothing gets through, nothing was looked at.
    sys.exit(0 if options.count < 100 or all(accepted.values()) else 1)


main()
