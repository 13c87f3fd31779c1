#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A deb that was changed after it was made is refused, wherever the change is, and whatever dpkg
# would make of it: flipped bits all over the file; whole parts that were changed with everything
# around them made consistent; debs that are cut off, have extra bytes, or were made by others.
. "$(dirname "$0")/common.inc"

export SOURCE_DATE_EPOCH=1700000000
K=6.1.0-56-amd64
forge() { python3 "$KPB_SOURCE/tests/cli/deb_forge.py" "$deb" bad.deb "$@"; }
expect 0 kpb build -q -B deb --replace -k $K --name fix --module "$KPB_SYNTH/plain.ko"
deb=kpatch-module-fix-${K}_1-1_amd64.deb
expect 0 kpb verify $deb

# Bits: none may change unnoticed. With xz, which has checksums for everything, there is no
# exception.
seed=${KPB_SEED-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "seed $seed (KPB_SEED=$seed repeats it)"
cat >"$top/flips.py" <<'PYTHON'
import json, os, random, subprocess, sys
data, seed, count = open(sys.argv[1], "rb").read(), sys.argv[2], int(sys.argv[3])
choose = random.Random(seed)
sizes = [int(data[8 + 48:8 + 58])]
control = 8 + 60 + sizes[0]
end = control + 60 + int(data[control + 48:control + 58]) + int(data[control + 48:control + 58]) % 2
# Every byte of the ar headers and of the first and last bytes of both tars; random samples of the
# rest.
places = list(range(0, control + 60 + 24)) + list(range(end - 36, end + 60 + 24)) + list(range(len(data) - 36, len(data)))
places += [choose.randrange(len(data)) for _ in range(count)]
os.mkdir("flipped")
unnoticed = 0

def unpacked(path):
    return [subprocess.run(["dpkg-deb", how, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout
            for how in ("--ctrl-tarfile", "--fsys-tarfile")]

for start in range(0, len(places), 100):
    names = {}
    for at in places[start:start + 100]:
        bit, name = choose.randrange(8), "flipped/%d.deb" % len(names)
        changed = bytearray(data)
        changed[at] ^= 1 << bit
        open(name, "wb").write(changed)
        names[name] = (at, bit)
    done = subprocess.run(["kpb", "verify", "--json"] + list(names), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    result = json.loads(done.stdout)
    assert done.returncode in (2, 4) and len(result["files"]) == len(names), done
    for file in result["files"]:
        # gzip and zstd have bits that do not affect the unpacked content, for example of unused
        # codes.
        if file["ok"] and len(sys.argv) > 4 and unpacked(file["file"]) == unpacked(sys.argv[1]):
            continue
        if file["ok"]:
            print("not noticed: byte %d, bit %d" % names[file["file"]])
            unnoticed += 1
print("%d flips, %d not noticed" % (len(places), unnoticed))
sys.exit(1 if unnoticed else 0)
PYTHON
python3 "$top/flips.py" $deb "$seed" 200 || fail "changed debs are good ones"
rm -r flipped
for payload in gzip zstd; do
	mkdir $payload
	expect 0 kpb build -q -B deb --replace -k $K --name fix --module "$KPB_SYNTH/plain.ko" --set payload=$payload -o $payload
	python3 "$top/flips.py" $payload/$deb "$seed" 100 harmless || fail "changed debs, packed by $payload, are good ones"
	rm -r flipped
done

# refused STATUS MESSAGE HOW...
refused() {
	_status=$1 _words=$2
	shift 2
	forge "$@"
	expect "$_status" kpb verify bad.deb
	says "$err" "$_words"
}
refused 4 "that is not in the form that kpb writes" same
refused 4 "'the field Essential'" control 'Section:' 'Essential: yes\nSection:'
refused 4 "the field Section occurs twice" control 'Priority:' 'Section: kernel\nPriority:'
refused 4 "the field section occurs twice" control 'Priority:' 'section: kernel\nPriority:'
refused 4 "an empty line ends a package" control 'Priority:' '\nPriority:'
refused 4 "line 1 of its control file cannot be read" control 'Package:' 'Package'
refused 4 "does not end with its last line" control 'kernel.\n' 'kernel.'
refused 4 "its control file has no Architecture" control 'Architecture: amd64\n' ''
refused 4 "its architecture is 'aarch64'" control 'amd64\nMaint' 'arm64\nMaint'
refused 4 "it does not have the relation 'conflicts: kpatch-stack-$K'" control ", kpatch-stack-$K" ''
refused 4 "it has the relation 'pre-depends: bash'" control 'Conflicts:' 'Pre-Depends: bash\nConflicts:'
refused 4 "it has the relation 'requires: bash >= 1" control 'Depends: ' 'Depends: bash (>= 1), '
refused 4 "the relation 'a b' cannot be read" control 'Depends: ' 'Depends: a b, '
refused 4 "its version is '2'" control 'Version: 1-1' 'Version: 2-1'
refused 4 "its epoch is '3'" control 'Version: 1-1' 'Version: 3:1-1'
refused 4 "an Installed-Size other than" control 'Installed-Size: ' 'Installed-Size: 9'
refused 4 "'the section games'" control 'Section: kernel' 'Section: games'
refused 4 "'the priority required'" control 'Priority: optional' 'Priority: required'
refused 4 "its packager is 'unknown <unknown@example.org>'" control '@invalid' '@example.org'
refused 4 "it has 1 scriptlets" control-member postinst
refused 4 "it has 1 scriptlets" control-member triggers
refused 4 "'the control file conffiles'" control-member conffiles
refused 4 "it has two control files control" control-member control
refused 4 "it has no control file" no-control
refused 4 "'no md5sums'" no-md5sums
refused 4 "its md5sums do not match its files" md5sums
refused 4 "md5sums of other files, or in another order" md5sums-short
refused 4 "its content of /usr/share/kpb/packages/kpatch-module-fix-$K/modules.conf" content modules.conf
refused 4 "its content of /usr/share/doc/kpatch-module-fix-$K/copyright" content copyright
refused 4 "it holds '/usr/share/kpb/x'" file usr/share/kpb/x
refused 4 "it holds '/etc/../x'" file etc/../x
refused 4 "belongs to games:root" field modules.conf uname games
refused 4 "belongs to root(1000):root" field modules.conf uid 1000
refused 4 "mode of /usr/share/kpb/packages/kpatch-module-fix-$K/modules.conf is '0666'" field modules.conf mode 438
refused 4 "mode of /usr/share/kpb is '1777'" field usr/share/kpb mode 1023
refused 4 "it holds '/usr/share/kpb/link'" link
refused 4 "it lacks '/var/lib/kpatch'" no-parents
refused 4 "that is not in the form that kpb writes" pax
refused 4 "that is not in the form that kpb writes" hidden-in-tar
for bytes in 1 2 60 1000 10000; do
	forge behind $bytes
	status=0
	kpb verify bad.deb >"$out" 2>"$err" || status=$?
	same "$status" 4 "the status for $bytes bytes behind the end: $(cat "$err")"
done
refused 4 "it has 4 members" member
refused 4 "its members are data.tar.xz and control.tar.xz" order
refused 4 "it has 2 members" two
refused 4 "data.tar.gz is not compressed as its name says" name data.tar.gz
refused 4 "its members are control.tar.xz and data.tar.lzma" name data.tar.lzma
refused 4 "an ar archive that is not in the form that kpb writes" svr4
refused 4 "that is not in the form that kpb writes" time
refused 4 "data.tar.xz cannot be read" behind-xz
refused 4 "there are bytes after the end of data.tar.gz" behind-gzip
refused 4 "the checksum of data.tar.gz is wrong" checksum-gzip
refused 2 "it is not a Debian package of format 2" version '3.0\n'
refused 4 "an ar archive that is not in the form that kpb writes" version '2.1\n'

size=$(stat -c %s $deb)
for cut in 0 1 7 8 60 68 71 100 131 132 200 $((size / 2)) $((size - 1)); do
	head -c "$cut" $deb >bad.deb
	status=0
	kpb verify bad.deb >"$out" 2>"$err" </dev/null || status=$?
	case $status in 2 | 4) ;; *) fail "exit status $status for the first $cut bytes" "$(cat "$err")" ;; esac
	says "$err" bad.deb
done
cat $deb $deb >bad.deb
expect 4 kpb verify bad.deb

# A file that unpacks to an endless size is not unpacked.
python3 - <<'PYTHON'
import lzma
compressor, packed, block = lzma.LZMACompressor(preset=0), b"", bytes(1 << 20)
for _ in range(300):
    packed += compressor.compress(block)
packed += compressor.flush()
head = lambda name, size: b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name, 1700000000, 0, 0, b"100644", size)
out = b"!<arch>\n" + head(b"debian-binary", 4) + b"2.0\n"
for name in (b"control.tar.xz", b"data.tar.xz"):
    out += head(name, len(packed)) + packed + b"\n" * (len(packed) % 2)
open("bad.deb", "wb").write(out)
PYTHON
expect 4 kpb verify bad.deb
says "$err" "control.tar.xz unpacks to more than 16 MiB"

# A foreign deb: its content is shown, gates and scripts are checked, and the result says that it is
# not kpb's.
if command -v dpkg-deb >/dev/null; then
	mkdir -p foreign/DEBIAN foreign/var/lib/kpatch/$K
	cp "$KPB_SYNTH/plain.ko" foreign/var/lib/kpatch/$K/x.ko
	printf '%s\n' 'Package: foreign' 'Version: 1-1' 'Architecture: amd64' 'Maintainer: x' 'Description: x' >foreign/DEBIAN/control
	(cd foreign && find var -type f -exec md5sum {} + >DEBIAN/md5sums)
	chmod 0644 foreign/var/lib/kpatch/$K/x.ko
	expect 0 dpkg-deb -Zxz --root-owner-group -b foreign foreign.deb
	expect 0 kpb inspect foreign.deb
	says "$out" "package    foreign 1-1 (x86_64)"
	says "$out" "module     /var/lib/kpatch/$K/x.ko"
	expect 0 kpb verify foreign.deb
	says "$out" "no manifest"
	# A symlink's mode 0777 gives no rights to anybody; that of a hard link is the file's.
	ln -s x.ko foreign/var/lib/kpatch/$K/newest
	expect 0 dpkg-deb -Zxz --root-owner-group -b foreign foreign.deb
	expect 0 kpb verify foreign.deb
	rm foreign/var/lib/kpatch/$K/newest
	printf x >foreign/var/lib/kpatch/$K/a
	chmod 0666 foreign/var/lib/kpatch/$K/a
	ln foreign/var/lib/kpatch/$K/a foreign/var/lib/kpatch/$K/b
	expect 0 dpkg-deb -Zxz --root-owner-group -b foreign foreign.deb
	dpkg-deb -c foreign.deb | grep -q 'link to' || fail "the deb has no hard link"
	expect 4 kpb verify foreign.deb
	same "$(grep -c 'is writable by others' "$err")" 2 "files that others could write to"
	rm foreign/var/lib/kpatch/$K/a foreign/var/lib/kpatch/$K/b
	# A deb need not have a revision.
	sed -i 's/^Version: .*/Version: 1/' foreign/DEBIAN/control
	expect 0 dpkg-deb -Zxz --root-owner-group -b foreign foreign.deb
	expect 0 kpb inspect foreign.deb
	says "$out" "package    foreign 1 (x86_64)"
	printf '#!/bin/sh\n' >foreign/DEBIAN/postinst
	chmod 0755 foreign/DEBIAN/postinst
	expect 0 dpkg-deb -Zxz --root-owner-group -b foreign foreign.deb
	expect 4 kpb verify foreign.deb
	says "$err" "has 1 scriptlets"
fi
