#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Takes a deb apart, changes one thing, and puts it together again with everything around it
# consistent (sizes, checksums of the containers), as somebody would who does it on purpose.
#
#   deb_forge.py IN OUT HOW [WORD...]
import gzip
import hashlib
import io
import json
import lzma
import sys
import tarfile

MAGIC = b"!<arch>\n"


def read_ar(data):
    assert data.startswith(MAGIC)
    at, members = len(MAGIC), []
    while at < len(data):
        head = data[at:at + 60]
        size = int(head[48:58])
        members.append([head[:16].decode().strip().rstrip("/"), data[at + 60:at + 60 + size]])
        at += 60 + size + size % 2
    return members


def write_ar(members, mtime=1700000000, name=lambda n: n):
    out = MAGIC
    for title, content in members:
        out += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name(title).encode(), mtime, 0, 0, b"100644", len(content))
        out += content + b"\n" * (len(content) % 2)
    return out


class Tar:
    """Members in order; `info` may be changed."""

    def __init__(self, packed):
        raw = lzma.decompress(packed)
        with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
            self.members = [(info, tar.extractfile(info).read() if info.isreg() else b"") for info in tar]

    def find(self, end):
        return next(i for i, (info, _) in enumerate(self.members) if info.name.endswith(end))

    def set(self, end, content):
        at = self.find(end)
        self.members[at][0].size = len(content)
        self.members[at] = (self.members[at][0], content)

    def add(self, name, content=b"", **fields):
        info = tarfile.TarInfo(name)
        info.mtime, info.mode, info.uname, info.gname, info.size = 1700000000, 0o644, "root", "root", len(content)
        for key, value in fields.items():
            setattr(info, key, value)
        self.members.append((info, content))

    def raw(self, form=tarfile.GNU_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as tar:
            for info, content in self.members:
                info.name = info.name if info.name.startswith(".") else "./" + info.name
                tar.addfile(info, io.BytesIO(content) if info.isreg() else None)
        return out.getvalue()


def pack(raw):
    return lzma.compress(raw, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, preset=6)


def main():
    source, target, how, *words = sys.argv[1:]
    members = read_ar(open(source, "rb").read())
    control, data = Tar(members[1][1]), Tar(members[2][1])
    form, write, behind = tarfile.GNU_FORMAT, write_ar, b""

    def change_control(function):
        control.set("control", function(control.members[control.find("control")][1]))

    def again():  # make md5sums and Installed-Size agree with the files
        files = sorted((info.name[2:], content) for info, content in data.members if info.isreg())
        control.set("md5sums", b"".join(b"%s  %s\n" % (hashlib.md5(c).hexdigest().encode(), n.encode())
                                        for n, c in files))

    raw_change = None
    if how == "control":  # FROM TO
        change_control(lambda text: text.replace(words[0].encode().decode("unicode_escape").encode(),
                                                 words[1].encode().decode("unicode_escape").encode()))
    elif how == "control-member":  # NAME: adds a control file
        control.add("./" + words[0], b"#!/bin/sh\nexit 0\n", mode=0o755)
    elif how == "no-control":
        del control.members[control.find("control")]
    elif how == "no-md5sums":
        del control.members[control.find("md5sums")]
    elif how == "md5sums-short":
        control.set("md5sums", control.members[control.find("md5sums")][1].split(b"\n", 1)[1])
    elif how == "md5sums":  # with the md5sums of other files
        data.set("modules.conf", b"format=kpb.modules/1\n")
    elif how == "content":  # SUFFIX: other content, with matching md5sums
        data.set(words[0], b"changed\n")
        again()
    elif how == "told":  # FROM TO: in manifest and modules.conf, which go on agreeing
        old, new = (word.encode().decode("unicode_escape") for word in words)
        for name, said in ("manifest.json", lambda s: json.dumps(s)[1:-1]), ("modules.conf", str):
            content = data.members[data.find(name)][1]
            assert said(old).encode() in content
            data.set(name, content.replace(said(old).encode(), said(new).encode(), 1))
        again()
    elif how == "file":  # NAME: one more file
        data.add("./" + words[0], b"x\n")
        again()
    elif how == "field":  # SUFFIX FIELD VALUE: changes a member's header
        info = data.members[data.find(words[0])][0]
        setattr(info, words[1], int(words[2]) if words[2].isdigit() else words[2])
    elif how == "link":
        data.add("./usr/share/kpb/link", type=tarfile.SYMTYPE, linkname="/etc/shadow")
    elif how == "no-parents":
        data.members = [m for m in data.members if m[0].isreg()]
    elif how == "pax":
        data.members[-1][0].pax_headers = {"comment": "hidden"}
        form = tarfile.PAX_FORMAT
    elif how == "same":  # no change, only another tar writer than libarchive
        pass
    elif how == "hidden-in-tar":  # bytes in the padding after the last file
        raw_change = lambda raw: raw[:-600] + b"hidden" + raw[-594:]
    elif how == "behind":  # bytes after the last member
        behind = b"\n" * int(words[0])
    elif how == "member":  # one more member
        members.append(["_extra", b"hidden"])
    elif how == "order":
        members[1], members[2] = members[2], members[1]
    elif how == "two":
        members.pop()
    elif how == "name":
        members[2][0] = words[0]
    elif how == "svr4":
        write = lambda m: write_ar(m, name=lambda n: n + "/")
    elif how == "time":
        write = lambda m: write_ar(m, mtime=1700000001)
    elif how == "behind-xz":
        members[2][1] += b"hidden"
    elif how == "behind-gzip":
        members[2] = ["data.tar.gz", gzip.compress(data.raw(), mtime=0) + b"hidden"]
    elif how == "checksum-gzip":
        members[2] = ["data.tar.gz", gzip.compress(data.raw(), mtime=0)[:-8] + b"checksum"]
    elif how == "version":
        members[0][1] = words[0].encode().decode("unicode_escape").encode()
    else:
        sys.exit("no such change: " + how)
    touched = how in ("control", "control-member", "no-control", "no-md5sums", "md5sums-short", "content", "file", "told")
    if touched:
        members[1][1] = pack(control.raw())
    if how in ("md5sums", "content", "file", "told", "field", "link", "no-parents", "pax", "same", "hidden-in-tar"):
        raw = data.raw(form)
        members[2][1] = pack(raw_change(raw) if raw_change else raw)
    open(target, "wb").write(write(members) + behind)


main()
