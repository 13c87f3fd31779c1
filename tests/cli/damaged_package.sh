#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A package that was changed after it was made is refused, wherever the change is: kpb verify is
# what one runs before a package is put into a repository.
. "$(dirname "$0")/common.inc"

expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --module "$KPB_SYNTH/el7.ko" --name fix
rpm=kpatch-module-fix-1-1.x86_64.rpm
size=$(stat -c %s $rpm)

cat >"$top/flip.py" <<'PYTHON'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[3])] ^= 1 << int(sys.argv[4])
open(sys.argv[2], "wb").write(data)
PYTHON
# refused WHAT: bad.rpm is refused, as a damaged artifact or because it is no package at all
refused() {
	status=0
	kpb verify bad.rpm >"$out" 2>"$err" </dev/null || status=$?
	case $status in
	4) ;;
	2) says "$err" "bad.rpm: it is not an RPM package" ;;
	*) fail "exit status $status for a package with $1" "$(cat "$out" "$err")" ;;
	esac
	says "$err" bad.rpm
}

# Flips bits all over the file, including the lead and the space reserved for signatures: none may
# go unnoticed, without exception. Half of the bits are before the payload, where no digest covers
# everything.
seed=${KPB_SEED-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "seed $seed (KPB_SEED=$seed repeats it)"
cat >"$top/flips.py" <<'PYTHON'
import json, os, random, struct, subprocess, sys
data, seed, count = open(sys.argv[1], "rb").read(), sys.argv[2], int(sys.argv[3])
entries, size = struct.unpack(">II", data[104:112])
signature = 112 + 16 * entries + size
header = (signature + 7) // 8 * 8
entries, size = struct.unpack(">II", data[header + 8:header + 16])
payload = header + 16 + 16 * entries + size
choose = random.Random(seed)
# Every byte of the lead, of the signature header's index and of its values; random samples of the
# reserved space (4,128 bytes before the 16 of the region).
places = list(range(0, signature - 16 - 4128)) + list(range(signature - 16, header))
places += [choose.randrange(signature - 16 - 4128, signature - 16) for _ in range(count // 4)]
places += [choose.randrange(0, payload) for _ in range(count // 4)]
places += [choose.randrange(0, len(data)) for _ in range(count // 2)]
os.mkdir("flipped")
unnoticed = 0
for start in range(0, len(places), 100):
    names = {}
    for at in places[start:start + 100]:
        bit, name = choose.randrange(8), "flipped/%d.rpm" % len(names)
        changed = bytearray(data)
        changed[at] ^= 1 << bit
        open(name, "wb").write(changed)
        names[name] = (at, bit)
    done = subprocess.run(["kpb", "verify", "--json"] + list(names), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    result = json.loads(done.stdout)
    assert done.returncode in (2, 4) and len(result["files"]) == len(names), done
    for file in result["files"]:
        if file["ok"]:
            print("not noticed: byte %d, bit %d" % names[file["file"]])
            unnoticed += 1
print("%d flips, %d not noticed" % (len(places), unnoticed))
sys.exit(1 if unnoticed else 0)
PYTHON
python3 "$top/flips.py" $rpm "$seed" 400 || fail "changed packages are good ones"
rm -r flipped

header=$(python3 - $rpm <<'PYTHON'
import struct, sys
entries, size = struct.unpack(">II", open(sys.argv[1], "rb").read()[104:112])
print((112 + 16 * entries + size + 7) // 8 * 8)
PYTHON
)
bit=0
for offset in 0 1 2 3 4 10 79 96 97 98 $((header - 1)) "$header" $((size - 1)); do
	bit=$(((bit + 3) % 8))
	python3 "$top/flip.py" $rpm bad.rpm "$offset" $bit
	refused "bit $bit of byte $offset changed"
done

# Data hidden where no program looks: words in the space reserved for signatures, something that is
# not a signature, an unknown tag.
cat >"$top/hide.py" <<'PYTHON'
import struct, sys
data, how = bytearray(open(sys.argv[1], "rb").read()), sys.argv[3]
entries, size = struct.unpack(">II", data[104:112])
index = {struct.unpack(">I", data[at:at + 4])[0]: at for at in range(112, 112 + 16 * entries, 16)}
start = 112 + 16 * entries
offset = lambda tag: start + struct.unpack(">I", data[index[tag] + 8:index[tag] + 12])[0]
if how == "room":
    data[offset(1008) + 100:offset(1008) + 105] = b"hello"
elif how == "signature":  # the room becomes one
    data[index[1008]:index[1008] + 4] = struct.pack(">I", 1005)
    data[index[1007]:index[1007] + 4] = struct.pack(">I", 1004)
elif how == "tag":
    data[index[1008]:index[1008] + 4] = struct.pack(">I", 1009)
elif how == "gap":  # the room shrinks, and leaves bytes that are nobody's
    data[index[1008] + 12:index[1008] + 16] = struct.pack(">I", 4000)
elif how == "packet":  # in the place of a digest, what looks like no signature
    data[index[1004]:index[1004] + 4] = struct.pack(">I", 1005)
elif how == "lead":
    data[10 + 40:10 + 45] = b"hello"
open(sys.argv[2], "wb").write(data)
PYTHON
hidden() { # HOW MESSAGE
	python3 "$top/hide.py" $rpm bad.rpm "$1"
	expect 4 kpb verify bad.rpm
	says "$err" "$2"
}
hidden room "its signature header is not in the form that rpm writes; there are bytes in the space reserved for signatures"
hidden signature "its header cannot be read"
hidden tag "it has tag 1009, which rpm does not know"
hidden gap "its header cannot be read"
hidden packet "what tag 1005 contains is not a signature"
hidden lead "its lead is not in the form that rpm writes"

for cut in 0 1 95 96 111 "$header" $((header + 20)) $((size / 2)) $((size - 1)); do
	head -c "$cut" $rpm >bad.rpm
	refused "its first $cut bytes alone"
done
{ cat $rpm; printf x; } >bad.rpm
refused "a byte more"
cat $rpm $rpm >bad.rpm
refused "another one behind it"

# A foreign package with things that ours never have.
mkdir -p top/SOURCES
cp "$KPB_SYNTH/el7.ko" top/SOURCES
foreign() {
	{
		printf '%s\n' 'Name: foreign' 'Version: 1' 'Release: 1' 'Summary: x' 'License: x' 'Source0: el7.ko' \
			'%global debug_package %{nil}' '%global __os_install_post %{nil}' 'AutoReqProv: no' '%description' 'x' \
			'%install' "install -D -m $1 %{SOURCE0} %{buildroot}/var/lib/kpatch/$2/kpatch-fix.ko"
		# shellcheck disable=SC2059
		printf "$3"
		printf '%s\n' '%files' "$4/var/lib/kpatch/$2/kpatch-fix.ko"
	} >foreign.spec
	expect 0 rpmbuild -bb --define "_topdir $PWD/top" --define "_build_id_links none" foreign.spec
	mv top/RPMS/*/*.rpm foreign.rpm
}
K=3.10.0-229.el7.x86_64
foreign 0644 $K '' '%attr(0644,root,root) '
expect 0 kpb verify foreign.rpm
foreign 0755 $K '' '%attr(0755,root,root) '
expect 4 kpb verify foreign.rpm
says "$err" "has mode '0755', not 0644"
foreign 0644 $K '' '%attr(0666,root,root) '
expect 4 kpb verify foreign.rpm
says "$err" "is writable by others"
foreign 0644 $K '' '%attr(0644,daemon,root) '
expect 4 kpb verify foreign.rpm
says "$err" "belongs to daemon:root"
foreign 0644 $K '%%post\ntrue\n' '%attr(0644,root,root) '
expect 4 kpb verify foreign.rpm
says "$err" "has 1 scriptlets or triggers"
foreign 0644 3.10.0-327.el7.x86_64 '' '%attr(0644,root,root) '
expect 4 kpb verify foreign.rpm
says "$err" "built for '3.10.0-229.el7.x86_64'; the target is '3.10.0-327.el7.x86_64'"
