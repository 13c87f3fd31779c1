#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kill -9 leaves what no destructor could remove. The next run removes it: what nobody holds the lock of, and nothing
# else. Twenty builds are killed at moments spread over a build; then one run has to leave nothing behind.
. "$(dirname "$0")/common.inc"
tool python3
tool rpmbuild

K=6.1.0-56-amd64
mkdir out
# build OUTPUT FORMAT...
build() {
	output=$1
	shift
	kpb build --replace -k $K --module "$KPB_SYNTH/plain.ko" -o "$output" "$@"
}
hidden() { find "$1" -maxdepth 1 -name '.kpb-*.tmp' | sort; }

started=$(date +%s%N)
build out -B rpm-build -B srpm -B deb >"$out" 2>"$err" || fail "the build fails" "$(cat "$err")"
took=$((($(date +%s%N) - started) / 1000000))
same "$(ls -A "$TMPDIR")" "" "what a whole run leaves in TMPDIR"
ls out >made

# A dead run must not have been swept by the one after it, or nothing would be left to count.
left=0 number=0
while [ $number -lt 20 ]; do
	number=$((number + 1))
	mkdir -p "$top/tmp$number"
	chmod 0700 "$top/tmp$number"
	delay=$(awk -v n=$number -v took="$took" 'BEGIN { printf "%.3f", took * n / 20 / 1000 }')
	TMPDIR=$top/tmp$number
	kpb build --replace -k $K --module "$KPB_SYNTH/plain.ko" -o out -B rpm-build -B srpm -B deb >"$out" 2>"$err" &
	job=$!
	sleep "$delay"
	kill -KILL $job 2>/dev/null || true
	wait $job 2>/dev/null || true
	for one in "$TMPDIR"/kpb-*; do
		[ ! -d "$one" ] || left=$((left + 1))
	done
done
[ $left -ge 5 ] || fail "only $left of 20 kills left a workspace: the test no longer shows anything"
echo "$left of 20 kills left a workspace, $(hidden out | grep -c . || true) files are left in the output"
number=0
while [ $number -lt 20 ]; do
	number=$((number + 1))
	TMPDIR=$top/tmp$number
	build out -B rpm-build >"$out" 2>"$err" || fail "the run after a kill fails" "$(cat "$err")"
	same "$(ls -A "$TMPDIR")" "" "what the run after kill $number leaves in TMPDIR"
	rmdir "$TMPDIR"
done
TMPDIR=$top/tmp
same "$(hidden out)" "" "what the runs after the kills leave in the output"
same "$(ls -A out)" "$(cat made)" "what is in the output"

# What is not swept: what somebody holds, what is another user's, links, and the user's own files and directories.
python3 - "$TMPDIR" out <<'PYTHON' &
import fcntl, os, sys, time
tmp, out = sys.argv[1:]
held = []
for path, directory in ((tmp + "/kpb-living", True), (out + "/.kpb-00000000000000aa.tmp", False)):
    if directory:
        os.mkdir(path, 0o1700)
        held.append(os.open(path, os.O_RDONLY | os.O_DIRECTORY))
    else:
        held.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o644))
    fcntl.flock(held[-1], fcntl.LOCK_EX)
open("ready", "w").close()
time.sleep(300)
PYTHON
holder=$!
cleanup() { kill -KILL "$holder" 2>/dev/null || true; }
tries=0
until [ -e ready ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || fail "the holder does not come"
	sleep 0.05
done
mkdir -m 0700 "$TMPDIR/kpb-backup" # a name that a workspace could have
echo precious >"$TMPDIR/kpb-backup/file"
mkdir -m 1700 "$TMPDIR/kpb-longname" "$TMPDIR/xkpb-abcdef"
mkdir -m 0700 "$top/elsewhere"
echo precious >"$top/elsewhere/file"
ln -s "$top/elsewhere" "$TMPDIR/kpb-alinks"
ln -s "$top/elsewhere/file" out/.kpb-00000000000000bb.tmp
: >out/.kpb-00000000000000c.tmp
: >out/.kpb-00000000000000zz.tmp.own
stays="$TMPDIR/kpb-backup/file $TMPDIR/kpb-longname $TMPDIR/xkpb-abcdef $TMPDIR/kpb-alinks $TMPDIR/kpb-living
	$top/elsewhere/file out/.kpb-00000000000000aa.tmp out/.kpb-00000000000000bb.tmp
	out/.kpb-00000000000000c.tmp out/.kpb-00000000000000zz.tmp.own"
if [ "$(id -u)" -eq 0 ]; then
	mkdir -m 1700 "$TMPDIR/kpb-theirs"
	: >out/.kpb-00000000000000dd.tmp
	chown 65534 "$TMPDIR/kpb-theirs" out/.kpb-00000000000000dd.tmp
	stays="$stays $TMPDIR/kpb-theirs out/.kpb-00000000000000dd.tmp"
fi
# And what is: a dead run's directory, whatever is in it, and its file.
mkdir -m 1700 "$TMPDIR/kpb-dead01"
mkdir -p "$TMPDIR/kpb-dead01/a/b"
ln -s "$top/elsewhere" "$TMPDIR/kpb-dead01/a/link"
echo x >"$TMPDIR/kpb-dead01/a/b/c"
chmod 0 "$TMPDIR/kpb-dead01/a/b"
: >out/.kpb-00000000000000ee.tmp
build out -B rpm-build >"$out" 2>"$err" || fail "a build fails" "$(cat "$err")"
for path in $stays; do
	[ -e "$path" ] || [ -L "$path" ] || fail "$path is gone"
done
[ ! -e "$TMPDIR/kpb-dead01" ] || fail "a dead run's directory stays"
[ ! -e out/.kpb-00000000000000ee.tmp ] || fail "a dead run's file stays"
# When its holder has died, that goes, too.
kill -KILL $holder
wait $holder 2>/dev/null || true
build out -B rpm-build >"$out" 2>"$err" || fail "a build fails" "$(cat "$err")"
[ ! -e "$TMPDIR/kpb-living" ] || fail "what was held stays after its holder's death"
[ ! -e out/.kpb-00000000000000aa.tmp ] || fail "the file that was held stays after its holder's death"
rm -rf "$TMPDIR"/kpb-backup "$TMPDIR"/kpb-longname "$TMPDIR"/xkpb-abcdef "$TMPDIR"/kpb-alinks "$TMPDIR"/kpb-theirs
