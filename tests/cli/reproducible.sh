#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The same inputs and SOURCE_DATE_EPOCH give the same bytes, whoever builds them, where, and with
# which settings. Few things are changed at a time, so that a failure shows its cause.
. "$(dirname "$0")/common.inc"
need_headers

cp "$KPB_SOURCE/docs/example/cmdline-livepatch.c" fix.c
touch -d @1700000000 fix.c
nvr=kpatch-module-fix-$kernel-1-1
deb=kpatch-module-fix-${kernel}_1-1_$(dpkg --print-architecture 2>/dev/null || echo amd64).deb
all="-B rpm-spec -B srpm -B rpm-build -B deb"

# build OUTPUT COMMAND...: "COMMAND kpb build ..." into OUTPUT
build() {
	output=$1
	shift
	mkdir "$output"
	[ "$(id -u)" -ne 0 ] || chown 65534 "$output"
	# shellcheck disable=SC2086
	expect 0 "$@" kpb build $all -k "$kernel" --replace -o "$output" fix.c
}

export SOURCE_DATE_EPOCH=1700000000
build first env
ls first >names
same "$(cat names)" "fix.spec
$nvr.src.rpm
$nvr.x86_64.rpm
$deb" "what was made"
equal() {
	while read -r name; do
		cmp "first/$name" "$output/$name" || fail "$name differs with $1"
	done <names
	rm -r "$output"
}
again() {
	what=$1
	shift
	build again "$@"
	equal "$what"
}

again "SOURCE_DATE_EPOCH unset, and the inputs of that time" env -u SOURCE_DATE_EPOCH
again "another time zone, locale and HOME" \
	env TZ=Asia/Kathmandu LC_ALL=C LANG=tr_TR.UTF-8 LANGUAGE=tr HOME=/nonexistent
again "umask 077, and neither HOME nor USER" \
	sh -c 'umask 077 && exec "$@"' sh env -u HOME -u USER -u LOGNAME
mkdir "$top/a-directory-of-another-length"
again "umask 000, and another TMPDIR" \
	sh -c 'umask 000 && exec "$@"' sh env TMPDIR="$top/a-directory-of-another-length"
rmdir "$top/a-directory-of-another-length"
if [ "$(id -u)" -eq 0 ]; then
	chmod 1777 "$TMPDIR"
	if setpriv --reuid=65534 --regid=65534 --clear-groups test -w "$TMPDIR" -a -r fix.c; then
		again "another user" setpriv --reuid=65534 --regid=65534 --clear-groups
	else
		echo "not tried: another user, who cannot come here"
	fi
	chmod 0755 "$TMPDIR"
	if unshare --uts true 2>/dev/null; then
		# shellcheck disable=SC2016
		again "another host" unshare --uts sh -c 'hostname another.example.com && exec "$@"' sh
	fi
fi

# Another directory, other times of unrelated files, other modes, another order of the sources.
mkdir -p "$top/elsewhere/with/a longer path"
cp fix.c "$top/elsewhere/with/a longer path"
chmod 0600 "$top/elsewhere/with/a longer path/fix.c"
: >"$top/elsewhere/with/a longer path/unrelated.c"
work=$PWD
cd "$top/elsewhere/with/a longer path"
build "$work/again" env
cd "$work"
output=again
equal "another directory, and another time of the source"

# One format at a time, and one process.
for format in rpm-spec srpm rpm-build deb; do
	all="-j 1 -B $format"
	build alone env
	for made in alone/*; do
		cmp "$made" "first/$(basename "$made")" || fail "$made differs when it is made alone"
	done
	rm -r alone
done

# Negative control: another SOURCE_DATE_EPOCH makes another package, so the comparisons above would
# notice.
all="-B rpm-spec -B srpm -B rpm-build -B deb"
build later env SOURCE_DATE_EPOCH=1700000001
! cmp -s "first/$nvr.x86_64.rpm" "later/$nvr.x86_64.rpm" || fail "SOURCE_DATE_EPOCH is not used"
! cmp -s "first/$deb" "later/$deb" || fail "SOURCE_DATE_EPOCH is not used in the deb"
