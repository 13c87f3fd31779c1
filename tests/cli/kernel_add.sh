#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Adding a kernel: unusual names, twice at once, interrupted, killed, on a full disk; removing one
# that is in use. There is a complete kernel or none, and a failed attempt leaves nothing.
. "$(dirname "$0")/common.inc"

export KPB_STORE="$top/store"
kernels=$KPB_STORE/kernels
job=''
cleanup() { [ -z "$job" ] || kill -KILL "$job" 2>/dev/null || true; }
add() {
	source=$1
	shift
	kpb kernel add --no-compile -k 6.12.94 --source "$source" --config "$KPB_SYNTH/kernel/config" \
		--vmlinux "$KPB_SYNTH/kernel/vmlinux" "$@"
}
nothing() { same "$(ls -A "$kernels" | grep -v '^\.lock$')" "" "what is in the store after $1"; }

# A tree in which somebody has built, in a directory whose name contains all kinds of characters.
odd='odd %name $(x) "y" é'
cp -r "$KPB_SYNTH/kernel/tree" "$odd"
mkdir -p "$odd/.git" "$odd/certs" "$odd/include/generated" "$odd/arch/x86/include/generated" "$odd/include/linux"
for product in .git/HEAD .config vmlinux.o certs/signing_key.pem certs/signing_key.x509 include/generated/autoconf.h \
	arch/x86/include/generated/x.h kernel/.fork.o.cmd kernel/fork.o kernel/fork.mod.c .tmp_vmlinux1; do
	echo product >"$odd/$product"
done
# Directories with names of build products, as in Linux 6.12.
mkdir -p "$odd/tools/vmlinux" "$odd/tools/tags"
for source in scripts/Makefile.modpost include/linux/vmlinux.lds.h "kernel/a b" .gitignore certs/default_x509.genkey \
	tools/vmlinux/vmlinux.h tools/tags/Makefile; do
	echo source >"$odd/$source"
done
ln "$odd/kernel/fork.c" "$odd/kernel/hard.c"
ln -s /etc/passwd "$odd/kernel/out.c"
ln -s ../../x "$odd/kernel/out2.c"
cp "$KPB_SYNTH/kernel/vmlinux" "$odd/scripts/fixdep" # a program
expect 0 add "$odd"
id=$(cat "$out")
says "$err" "2 symlinks were left out"
same "$(cd "$kernels/$id/tree" && find . ! -type d | LC_ALL=C sort | tr '\n' ' ')" \
	"./.gitignore ./Makefile ./certs/default_x509.genkey ./include/linux/vmlinux.lds.h ./kernel/a b ./kernel/fork.c ./kernel/hard.c ./scripts/Makefile.modpost ./scripts/link.c ./scripts/run.sh ./tools/tags/Makefile ./tools/vmlinux/vmlinux.h " \
	"what was taken of a built tree"
same "$(stat -c %h "$kernels/$id/tree/kernel/fork.c")" 1 "the links to a file of the tree"
same "$(stat -c '%a %Y' "$kernels/$id/tree/scripts/run.sh")" "755 946684800" "a script's mode and time"
same "$(stat -c %a "$KPB_STORE")" 700 "the store's mode"
same "$(find "$kernels/$id" -name '*.pem')" "" "the keys in the store"

# The same source as a tarball is the same kernel, also with another umask and owner.
rm "$odd/kernel/out.c" "$odd/kernel/out2.c"
chmod -R go-rwx "$odd"
tar -cf tree.tar --transform 's,^[^/]*,linux-6.12,S' --owner 7:7 "$odd"
for compress in xz gzip bzip2 zstd; do
	command -v $compress >/dev/null || continue
	$compress -c tree.tar >tree.tar.$compress
	expect 0 add tree.tar.$compress
	same "$(cat "$out")" "$id" "the id of the same tree in a tarball ($compress)"
	silent "$err"
done

# In use by a process that left its name in the lock.
flock -o -s "$kernels/$id/lock" sh -c "echo \$\$ 'builds for it' >>'$kernels/$id/lock'; echo \$\$ >held; exec sleep 60" &
job=$!
tries=0
until [ -s held ]; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || fail "the lock was not taken"
	sleep 0.05
done
expect 75 kpb kernel remove "$id"
says "$err" "the kernel $id is in use; by pid "
says "$err" ", which builds for it"
[ -e "$kernels/$id/kernel.json" ] || fail "a kernel in use was removed"
kill "$(cat held)"
wait "$job" 2>/dev/null || true
job=''
expect 0 kpb kernel remove "$id"
nothing "remove"

# An addition that waits in the middle.
begin() {
	rm -rf bin && mkdir bin
	printf '#!/bin/sh\necho $$ >"$TMPDIR/waiting"\nwhile :; do sleep 0.05; done\n' >bin/dpkg-source
	chmod 755 bin/dpkg-source
	: >linux.dsc
	PATH="$PWD/bin:$PATH" "$@" kpb kernel add --no-compile -k 6.12.94 --source linux.dsc --config "$KPB_SYNTH/kernel/config" \
		--vmlinux "$KPB_SYNTH/kernel/vmlinux" >"$top/add.out" 2>"$top/add.err" </dev/null &
	job=$!
	tries=0
	until [ -n "$(find "$kernels" -name waiting 2>/dev/null)" ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || fail "the addition has not come to dpkg-source" "$(cat "$top/add.err")"
		sleep 0.05
	done
	expect 0 kpb kernel list
	same "$(wc -l <"$out")" 1 "the lines of a list while a kernel is made"
}
ends() {
	status=0
	wait "$job" || status=$?
	job=''
	same "$status" "$1" "the exit status after $2"
}
for signal in INT TERM; do
	begin env --default-signal=$signal
	kill -$signal "$job"
	if [ $signal = INT ]; then ends 130 INT; else ends 143 TERM; fi
	nothing $signal
	says "$top/add.err" "nothing was left behind"
done

# Killed: what is left is not a kernel, and the next addition removes it, but leaves the work of
# running ones alone.
begin env
kill -KILL "$job"
ends 137 KILL
expect 0 kpb kernel list
same "$(wc -l <"$out")" 1 "the lines of a list after KILL"
[ -n "$(ls -A "$kernels" | grep making)" ] || fail "nothing is left of a killed addition: is this test still one?"
kill -KILL "$(cat "$kernels"/.making-*/scratch/kpb-*/waiting)" 2>/dev/null || true
mkdir "$kernels/6.12.94-01234567" && echo '{' >"$kernels/6.12.94-01234567/kernel.json"
mkdir "$kernels/.making-others" && : >"$kernels/.making-others/lock"
flock -o "$kernels/.making-others/lock" sh -c 'echo $$ >held2; exec sleep 60' &
job=$!
tries=0
until [ -s held2 ]; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || fail "the lock was not taken"
	sleep 0.05
done
expect 0 add "$KPB_SYNTH/kernel/tree"
same "$(ls -A "$kernels" | sed 's/-[0-9a-f]*$//' | LC_ALL=C sort | tr '\n' ' ')" ".lock .making-others 6.12.94 " \
	"what is in the store after the next addition"
kill "$(cat held2)"
wait "$job" 2>/dev/null || true
job=''
id=$(cat "$out")

# Two additions at once make one kernel.
expect 0 kpb kernel remove 6.12.94
add "$KPB_SYNTH/kernel/tree" >1 2>1.err &
first=$!
add "$KPB_SYNTH/kernel/tree" >2 2>2.err || true
wait $first || true
same "$(sort -u 1 2)" "$id" "the ids of two additions at once"
same "$(ls "$kernels")" "$id" "what two additions at once have made"

# Hostile tarballs.
expect 0 kpb kernel remove 6.12.94
cat >hostile.py <<'P'
import io, sys, tarfile
out = tarfile.open(sys.argv[1], "w")
def put(name, kind=tarfile.REGTYPE, link="", text=b"x"):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(text) if kind == tarfile.REGTYPE else 0
    out.addfile(info, io.BytesIO(text))
put("l/Makefile", text=b"VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 94\n")
for word in sys.argv[2:]:
    kind, name, link = (word.split(":") + [""])[:3]
    put(name, {"f": tarfile.REGTYPE, "s": tarfile.SYMTYPE, "h": tarfile.LNKTYPE, "c": tarfile.CHRTYPE,
               "p": tarfile.FIFOTYPE}[kind], link)
out.close()
P
hostile() {
	wanted=$1
	shift
	python3 hostile.py hostile.tar "$@"
	expect 2 add hostile.tar
	says "$err" "$wanted"
	nothing "$*"
	[ ! -e "$top/escaped" ] && [ ! -e "$KPB_STORE/escaped" ] && [ ! -e "$kernels/escaped" ] || fail "escaped: $*"
}
hostile "the path leaves the tree" f:l/../../escaped
hostile "the path leaves the tree" f:/escaped
hostile "the path leaves the tree" f:../escaped
hostile "one directory at the top" f:l/a f:m/b
hostile "one directory at the top" f:file
hostile "neither a file" c:l/null
hostile "neither a file" p:l/fifo
hostile "it occurs twice" f:l/a f:l/a
hostile "its parent is not a directory" s:l/d:. f:l/d/escaped
hostile "which is not a file of the tree" h:l/a:l/none
hostile "the path leaves the tree" h:l/a:/etc/passwd
python3 hostile.py links.tar f:l/a s:l/up:../../../escaped s:l/abs:/etc s:l/d:. s:l/e:d/.. s:l/good:a h:l/b:l/a
expect 0 add links.tar
says "$err" "3 symlinks were left out"
same "$(cd "$kernels"/6*/tree && find . ! -type d | LC_ALL=C sort | tr '\n' ' ')" "./Makefile ./a ./b ./d ./good " \
	"what was taken of a tarball with links"
expect 0 kpb kernel remove 6.12.94
head -c 1000 tree.tar >cut.tar
expect 2 add cut.tar
nothing "a tarball that is cut short"
