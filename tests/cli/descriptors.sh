#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# With too few file descriptors a run either works or fails as the environment's fault: the user is
# not told to rebuild a plugin, to change PATH or to correct a module that could not be opened.
. "$(dirname "$0")/common.inc"

! grep -q libasan.so "$(command -v kpb)" || skip "the sanitizers need descriptors of their own"
K=5.14.0-362.8.1.el9_3
cp "$KPB_FIXTURES/livepatch-test.patch" fix.patch
# limited LIMIT COMMAND...
limited() {
	_limit=$1
	shift
	(ulimit -n "$_limit" && exec "$@")
}
judge() {
	case $status in
	0) made=$((made + 1)) ;;
	5)
		refused=$((refused + 1))
		says "$err" "error: "
		says "$err" "EMFILE"
		;;
	*) fail "exit status $status with $limit descriptors" "$(cat "$err")" ;;
	esac
	for wrong in "rebuild" "part of PATH" "is not installed" "bug of"; do
		! grep -qF -- "$wrong" "$err" || fail "'$wrong' with $limit descriptors" "$(cat "$err")"
	done
}

for what in spec package verify; do
	made=0 refused=0 limit=6
	while [ $limit -le 64 ]; do
		status=0
		case $what in
		spec) limited $limit kpb build -k $K -o x.spec fix.patch >"$out" 2>"$err" || status=$? ;;
		package)
			limited $limit kpb build -b -q -p classic -k 3.10.0-229.el7 --module "$KPB_SYNTH/el7.ko" --name fix \
				>"$out" 2>"$err" || status=$?
			;;
		verify) limited $limit kpb verify kpatch-module-fix-1-1.x86_64.rpm >"$out" 2>"$err" || status=$? ;;
		esac
		judge
		limit=$((limit + 1))
	done
	[ $made -gt 0 ] || fail "$what: none was made"
	[ $refused -gt 0 ] || fail "$what: none was refused"
done
