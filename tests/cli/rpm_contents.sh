#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The content of the package is what was verified, byte for byte, owned by root and read-only for
# others, without any scripts: according to rpm, not kpb.
. "$(dirname "$0")/common.inc"
root_only "install a package"
tool cpio

K=6.12.107-kpbtest
module=$KPB_FIXTURES/livepatch-two.ko
expect 0 kpb build -b --replace -k $K --name fix --module "$module" --set runtime=none
rpm=kpatch-module-fix-$K-1-1.x86_64.rpm
files "$rpm"
ko=/var/lib/kpatch/$K/kpatch-fix-1-1.ko
data=/usr/share/kpb/packages/kpatch-module-fix-$K

same "$(rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]' "$rpm")" \
	"drwxr-xr-x root:root $data
-rw-r--r-- root:root $data/manifest.json
-rw-r--r-- root:root $data/modules.conf
drwxr-xr-x root:root /var/lib/kpatch/$K
-rw-r--r-- root:root $ko" "the file list"
same "$(rpm -qp --scripts --triggers --filetriggers "$rpm")" "" "what runs at installation"
same "$(rpm -qp --qf '%{FILEDIGESTALGO} %{PAYLOADCOMPRESSOR}' "$rpm")" \
	"8 gzip" "the digests"

unpack "$rpm" content
cmp "content$ko" "$module"
python3 - "content$data/manifest.json" "content$data/modules.conf" "$module" <<'PYTHON'
import hashlib, json, sys
manifest, conf, module = json.load(open(sys.argv[1])), open(sys.argv[2]).read(), open(sys.argv[3], "rb").read()
digest = hashlib.sha256(module).hexdigest()
assert manifest["schema"] == "kpb.package/1", manifest["schema"]
assert manifest["modules"][0]["sha256"] == digest, "the manifest's digest is another one"
assert manifest["modules"][0]["replace"] is True
assert [f["name"] for f in manifest["modules"][0]["functions"]] == ["cmdline_proc_show", "version_proc_show"]
assert manifest["kernel"]["release"] == "6.12.107-kpbtest"
lines = conf.splitlines()
assert lines[0] == "format=kpb.modules/1", lines[0]
for line in ("kernel=6.12.107-kpbtest", "sha256=" + digest, "replace=yes", "function=vmlinux:cmdline_proc_show:1",
             "function=vmlinux:version_proc_show:1", "module=livepatch_two"):
    assert line in lines, (line, conf)
PYTHON

# Other compressions contain the same.
for payload in xz zstd; do
	mkdir $payload
	expect 0 kpb build -q -b --replace -k $K --name fix --module "$module" --set payload=$payload -o $payload
	same "$(rpm -qp --qf '%{PAYLOADCOMPRESSOR}' "$payload/$rpm")" $payload "the compression"
	unpack "$payload/$rpm" $payload/content
	cmp "$payload/content$ko" "$module"
done

mkdir root
rpm --root "$PWD/root" --initdb
expect 0 rpm --root "$PWD/root" --nosignature -i "$rpm"
cmp "root$ko" "$module"
same "$(stat -c '%A %u:%g' "root$ko")" "-rw-r--r-- 0:0" "the installed module"
[ ! -e root/usr/lib/.build-id ] || fail "there are build-id links"
expect 0 rpm --root "$PWD/root" -V "kpatch-module-fix-$K"
silent "$out"
expect 0 rpm --root "$PWD/root" -e "kpatch-module-fix-$K"
[ ! -e "root/var/lib/kpatch/$K" ] && [ ! -e "root$data" ] || fail "the package left its directories behind"
