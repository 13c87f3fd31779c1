#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kpb series build: the results are those that kpb build makes for each cell, they are listed with
# their checksums, and finished ones are not made again; status says what is done and what changed.
. "$(dirname "$0")/common.inc"

export SOURCE_DATE_EPOCH=1700000000
K=6.1.0-56-amd64 L=6.1.0-57-amd64
mkdir in
cp "$KPB_SYNTH/plain.ko" in/a.ko
cp "$KPB_FIXTURES/livepatch-test.patch" in/fix.patch
cat >in/m.yml <<YAML
packages:
  - name: packed
    replace: true
    backends: [rpm-build, deb]
    cves: [CVE-2026-1234]
    settings: {runtime: none}
    patches: [{module: a.ko, kernels: [$K]}]
  - name: recipe
    kernels: [$K, $L]
    patches: [{filename: fix.patch}]
YAML
rpm=m.series/rpm-build/$K/kpatch-module-packed-$K-1-1.x86_64.rpm
deb=m.series/deb/$K/kpatch-module-packed-${K}_1-1_amd64.deb

expect 0 kpb series build in/m.yml
says "$out" "3 cells: 3 built"
mkdir by-hand
expect 0 kpb build -B rpm-build -B deb --replace --name packed --cve CVE-2026-1234 --set runtime=none -k $K -o by-hand \
	--module in/a.ko
cmp by-hand/*.rpm "$rpm" || fail "the RPM differs from kpb build makes"
cmp by-hand/*.deb "$deb" || fail "the deb differs from kpb build makes"
expect 0 kpb build --name recipe -k $L -o by-hand in/fix.patch
cmp by-hand/recipe.spec "m.series/rpm-spec/$L/recipe.spec" || fail "the spec is another one"
expect 0 sh -c 'cd m.series && sha256sum --strict -c SHA256SUMS'
same "$(wc -l <m.series/SHA256SUMS)" 4 "the number of sums"
python3 - <<'PYTHON'
import json
told = json.load(open("m.series/series.json"))
assert told["schema"] == "kpb.series/1"
assert [c["state"] for c in told["cells"]] == ["done"] * 3
PYTHON

# A second run does nothing, and nothing in the directory changes.
state() { (cd m.series && find . -type f ! -name lock ! -name names ! -name inputs -exec stat -c '%n %i %y' {} + | sort); }
before=$(state)
expect 0 kpb series build in/m.yml
says "$out" "3 cells: 3 reused"
expect 0 kpb series build in/m.yml # by now the names from the policies are cached
same "$(state)" "$before" "the directory after a run without work"
# From another directory, and with a blank in the path: it is the same series.
ln -s "$PWD/in" "$top/a b"
expect 0 sh -c 'cd / && exec kpb series build -o "'"$PWD"'/m.series" "'"$top"'/a b/m.yml"'
says "$out" "3 cells: 3 reused"

# What is missing or was changed is made again, identically.
sum=$(digest "$rpm")
printf x >>"$rpm"
rm "m.series/rpm-spec/$K/recipe.spec"
expect 0 kpb series status --why in/m.yml
same "$(grep -c 'its artifacts are missing or were changed' "$out")" 2 "the number of cells that are to be made again"
expect 0 kpb series build in/m.yml
says "$out" "3 cells: 2 built, 1 reused"
same "$(digest "$rpm")" "$sum" "the RPM"
# A file that only looks newer is read, and stays.
touch "$rpm"
inode=$(stat -c %i "$rpm")
expect 0 kpb series build in/m.yml
says "$out" "3 cells: 3 reused"
same "$(stat -c %i "$rpm")" "$inode" "the RPM's inode"

# Each part of an identity, and the message when it changes.
changed() {
	expect 0 kpb series status --why in/m.yml
	says "$out" "$1"
}
printf '\nmore words\n' >>in/fix.patch
sed -i '1i some words' in/fix.patch
changed "patch fix.patch: other content"
sed -i 's/CVE-2026-1234/CVE-2026-1235/; s/runtime: none/runtime: kpatch/' in/m.yml
changed "cves: CVE-2026-1234 -> CVE-2026-1235; setting runtime: none -> kpatch"
SOURCE_DATE_EPOCH=1700000001 changed "date: 1700000000 -> 1700000001"
sed -i 's/name: packed/version: 2\n    name: packed/' in/m.yml
changed "package: packed 1-1 -> packed 2-1"
expect 0 kpb series build in/m.yml
says "$out" "3 cells: 3 built"
[ ! -e "$rpm" ] || fail "the package of the former version is still there"
expect 0 sh -c 'cd m.series && sha256sum --strict -c SHA256SUMS'

# A failed cell does not affect the others, has a line and a log, and decides the exit status.
sed -i 's/a.ko/b.ko/' in/m.yml
printf 'no module' >in/b.ko
sed -i 's/version: 2/version: 3/' in/m.yml
expect 2 kpb series build in/m.yml
says "$out" "3 cells: 2 reused, 1 failed"
says "$err" "kpb: error: packed@$K: it failed; "
says "$err" "hint: give the finished .ko file; its log: $PWD/m.series/.kpb/cells/packed@$K/log"
grep -q '^kpb: error: ' "m.series/.kpb/cells/packed@$K/log" || fail "the log does not say why"
expect 0 kpb series status --why in/m.yml
says "$out" "packed@$K  failed "
says "$out" "3 cells: 2 done, 1 failed"
expect 0 kpb series status --json in/m.yml
# The same command line, run by hand as it is in the log.
line=$(sed -n '1s/^+ //p' "m.series/.kpb/cells/packed@$K/log")
mkdir "$(printf '%s\n' "$line" | sed 's/.* --output \([^ ]*\).*/\1/')"
expect 2 sh -c "$line"

# A directory that belongs to somebody else keeps its files; one that only lost kpb's records is
# still a series'.
mkdir theirs
echo 'not ours' >theirs/SHA256SUMS
expect 2 kpb series build -o theirs in/m.yml
says "$err" "it contains a SHA256SUMS that would be overwritten"
same "$(ls -A theirs) $(cat theirs/SHA256SUMS)" "SHA256SUMS not ours" "what is in it"
cp -r m.series forgot
rm -r forgot/.kpb
expect 2 kpb series build -o forgot in/m.yml
says "$out" "3 cells: 2 built, 1 failed"
# If events cannot be written, that is reported before hours are spent.
expect 5 kpb series build -o unwatched --events nowhere/events in/m.yml
same "$(grep -c '^kpb: ' "$err")$(cat "$out")" 1 "the number of words"
[ ! -e unwatched ] || fail "it was begun"

# A clock that steps back, or years ahead, changes nothing; and real changes are still noticed.
asan=verify_asan_link_order=0:detect_leaks=0 # with sanitizers, faketime is preloaded before them
if command -v faketime >/dev/null; then
	for clock in '2001-01-01 00:00:00' '2039-01-01 00:00:00' '2001-01-01 00:00:00'; do
		expect 2 env NO_FAKE_STAT=1 ASAN_OPTIONS="$asan" faketime "$clock" kpb series build in/m.yml
		says "$out" "3 cells: 2 reused, 1 failed"
	done
	printf 'again\n' | cat - in/fix.patch >in/other.patch
	mv in/other.patch in/fix.patch
	expect 2 env NO_FAKE_STAT=1 ASAN_OPTIONS="$asan" faketime '2001-01-01 00:00:00' kpb series build in/m.yml
	says "$out" "3 cells: 2 built, 1 failed"
else
	echo "SKIPPED, NOT TESTED: a clock that steps: faketime is not installed"
fi

# One run at a time.
exec 9>>m.series/.kpb/lock
flock 9 || fail "no lock"
expect 75 kpb series build in/m.yml
says "$err" "is in use"
exec 9>&-

# Source packages for others to build: all cells, also for other architectures, with a list.
cat >s.yml <<YAML
kernels:
  arm: {release: 6.1.0-56-arm64, arch: aarch64}
packages:
  - {name: fix, backends: [rpm-build], patches: [{filename: in/fix.patch, kernels: [$K, arm]}]}
YAML
expect 0 kpb series plan s.yml
says "$out" "left out (no-builder)"
expect 0 kpb series build --emit-srpms --store "$top/store" s.yml
says "$out" "2 cells: 2 built"
same "$(cat s.srpms/submit.list)" "$(printf '%s\t%s\t%s\t%s\n' \
	"srpm/$K/kpatch-module-fix-$K-1-1.src.rpm" "kpatch-module-fix-$K" "$K" x86_64 \
	srpm/6.1.0-56-arm64/kpatch-module-fix-6.1.0-56-arm64-1-1.src.rpm kpatch-module-fix-6.1.0-56-arm64 6.1.0-56-arm64 aarch64)" \
	"the list to submit"
expect 0 kpb verify s.srpms/srpm/*/*.src.rpm
