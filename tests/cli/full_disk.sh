#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# When the disk is full, rpmbuild may report success and leave a truncated package. However much
# space is left, the result must be an error that says so and no file, or the same package as on an
# empty disk.
. "$(dirname "$0")/common.inc"
root_only "mount a small file system"
unshare --mount true 2>/dev/null || skip "no mount namespace can be had here"

export SOURCE_DATE_EPOCH=1700000000
K=6.12.107-kpbtest
rpm=kpatch-module-fix-$K-1-1.x86_64.rpm
build="kpb build -q -B srpm -B rpm-build --replace -k $K --name fix --module $KPB_FIXTURES/livepatch-two.ko"
mkdir reference small
# shellcheck disable=SC2086
expect 0 $build -o reference

# with SIZE COMMAND...: runs the command with a file system of that size at ./small, and keeps its
# content
with() {
	size=$1
	shift
	# shellcheck disable=SC2016
	unshare --mount --propagation private sh -c '
		mount -t tmpfs -o size="$1" tmpfs small || exit 99
		shift
		"$@" >"$out" 2>"$err" </dev/null
		status=$?
		ls -A small >"$top/listed"
		rm -rf kept
		cp -R small kept
		exit $status' sh "$size" "$@"
}
export out err top

# The directory for the packages is full.
tries=0
for size in 4k 40k 120k 200k 240k 280k 320k 400k; do
	status=0
	# shellcheck disable=SC2086
	with $size $build -o small || status=$?
	case $status in
	0)
		cmp "kept/$rpm" "reference/$rpm" || fail "a cut package with $size"
		;;
	5)
		tries=$((tries + 1))
		same "$(cat "$top/listed")" "" "what is left with $size"
		says "$err" "cannot write 'small/"
		says "$err" "No space left on device"
		says "$err" "hint: make room there, or choose another --output"
		;;
	*) fail "exit status $status with $size" "$(cat "$err")" ;;
	esac
done
[ $tries -ge 3 ] || fail "the disk was never full"
[ "$status" -eq 0 ] || fail "400k should do: $(cat "$err")"

# The directory in which kpb and rpmbuild work is full.
tries=0
mkdir published
for size in 64k 256k 460k 600k 900k 1000k 1200k 1400k 1500k 1600k 1700k 1800k 1900k 2000k 2200k 2600k 8m; do
	status=0
	# shellcheck disable=SC2086
	with $size env TMPDIR="$PWD/small" $build -o published || status=$?
	case $status in
	0)
		for made in reference/*; do
			cmp "$made" "published/$(basename "$made")" || fail "a cut package with $size"
		done
		;;
	*)
		tries=$((tries + 1))
		same "$status" 5 "the exit status with $size ($(cat "$err"))"
		grep -qi "no space left" "$err" || fail "the disk is not blamed with $size:" "$(cat "$err")"
		same "$(ls -A published)" "" "what is published with $size"
		;;
	esac
	same "$(cat "$top/listed")" "" "what is left in TMPDIR with $size"
	rm -f published/*
done
[ $tries -ge 3 ] || fail "the disk was never full"
[ "$status" -eq 0 ] || fail "8m should do: $(cat "$err")"
