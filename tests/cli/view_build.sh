#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# From `kpb kernel add` to a package, with a small root, kernel and builders: everything of kpb's is
# real (kpb-enter, its mounts, the store, the gates), and the two builders are the stubs of
# tests/stubs. Also each log of tests/fixtures/builder-logs, as `kpb build` reports it.
. "$(dirname "$0")/common.inc"
release=6.12.107-kpbtest version=6 patchlevel=12 sublevel=107 extra=-kpbtest
. "$(dirname "$0")/stub_kernel.inc"
add() {
	kpb kernel add -k $release --root "$root" --source tree --config config --vmlinux vmlinux --symvers symvers \
		--builder kpatch-build "$@"
}
build() { kpb build -b -k $release --builder kpatch-build "$@" ab.patch; }

# A root without the builder: the message says what is missing.
expect 5 add
says "$err" "no builder can build it here"
says "$err" "the build root lacks kpatch-build"
cp "$KPB_SOURCE/tests/stubs/kpatch-build" "$root/usr/bin/kpatch-build"

# The original is refused because of other output than expected, or other CRCs; then it is compiled,
# once.
cp "$KPB_FIXTURES/builder-logs/kpatch-wrong-compiler.log" "$root/kpb-stub-original"
expect 2 add
says "$err" "the original kernel cannot be compiled: "
echo 'ERROR: no changed objects found.' >"$root/kpb-stub-original"
sed 's/^0x00000000\tkfree/0x00000001\tkfree/' symvers >"$root/kpb-stub-symvers"
expect 2 add
says "$err" "for example kfree (shipped 0x00000000, compiled 0x00000001)"
templates() { ls "$KPB_STORE"/kernels/6*/templates | grep -v '\.lock$' || true; }
same "$(templates)" "" "the templates after two failures"
cp symvers "$root/kpb-stub-symvers"
expect 0 add
id=$(cat "$out")
template=$(templates)
says "$KPB_STORE/kernels/$id/templates/$template/template.json" kpatch-build
marked=$(stat -c %i "$KPB_STORE/kernels/$id/templates/$template/template.json")

# A build: a module that the stub "makes", through the gates and into a package.
sed 's/livepatch_two/kpatch_ab_1_1/g' "$KPB_FIXTURES/livepatch-two.ko" >"$root/kpb-stub-module"
echo 'SUCCESS' >"$root/success.log"
echo success.log >"$root/kpb-stub-log"
echo 0 >"$root/kpb-stub-status"
expect 0 build
rpm=$(cat "$out")
expect 0 kpb inspect "$rpm"
says "$out" version_proc_show
same "$(stat -c %i "$KPB_STORE/kernels/$id/templates/$template/template.json")" "$marked" "the template (inode)"
same "$(ls -A "$KPB_STORE/views")" "" "the views afterwards"
same "$(grep -c /mnt/kpb /proc/self/mountinfo)" 0 "mounts of views"
rm "$rpm" "$root/kpb-stub-module"

# The list shows how much space each takes and when it was last used.
expect 0 kpb kernel list
says "$out" "COMPILED"
says "$out" "$(date -u +%Y-%m)"
expect 0 kpb kernel list --json
says "$out" '"templates_size": '
[ "$(grep -c '"used": "20' "$out")" = 1 ] || fail "when it was used is not said: $(cat "$out")"

# Each log of a failed build: exit status, code and place.
expect 0 kpb kernel add -q -k $release --root "$root" --source tree --config config --vmlinux vmlinux \
	--symvers symvers --builder kpatch-build
cp "$root/kpb-stub-original" only-kpatch
echo 'no changes detected' >"$root/kpb-stub-original"
expect 0 kpb kernel add -q -k $release --root "$root" --source tree --config config --vmlinux vmlinux \
	--symvers symvers --builder klp-build
grep -v '^#' "$KPB_FIXTURES/builder-logs/expected.txt" >expected
count=0
while read -r name status fault code where; do
	case $name in '') continue ;; kpatch-*) by=kpatch-build ;; *) by=klp-build ;; esac
	cp "$KPB_FIXTURES/builder-logs/$name.log" "$root/replayed.log"
	echo replayed.log >"$root/kpb-stub-log"
	echo "$status" >"$root/kpb-stub-status"
	expect "$fault" kpb build -b --json -k $release --builder $by ab.patch
	says "$out" "\"code\": \"$code\""
	# The user's name for the patch replaces patch-001.patch, its name in the view.
	case $where in
	-) ;;
	patch-001.patch) says "$out" '"message": "ab.patch: ' ;;
	*) says "$out" "\"message\": \"$where: " ;;
	esac
	same "$(ls "$PWD"/*.rpm 2>/dev/null)" "" "what $name made"
	log=$KPB_STORE/logs/kpatch_ab_1_1-$release.log
	cmp -s "$log" "$root/replayed.log" || fail "the log of $name was not kept in $log"
	count=$((count + 1))
done <expected
[ "$count" -ge 25 ] || fail "only $count logs were replayed"

# Removes compiled originals, but not those in use.
held=$KPB_STORE/kernels/$id/templates/$template.lock
flock -o -s "$held" sh -c "echo \$\$ 'builds with it' >>'$held'; echo \$\$ >held; exec sleep 60" &
job=$!
cleanup() { kill "$(cat "$top/work/held")" 2>/dev/null || true; }
tries=0
until [ -s held ]; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || fail "the lock was not taken"
	sleep 0.05
done
expect 0 kpb kernel prune
says "$err" "$template was kept"
same "$(templates)" "$template" "the templates after prune while one is in use"
kill "$(cat held)"
wait "$job" 2>/dev/null || true
expect 0 kpb kernel prune $release
same "$(templates)" "" "the templates after prune"

# Compiling another one above the limit removes unused ones.
echo 'ERROR: no changed objects found.' >"$root/kpb-stub-original"
expect 0 add
echo 'no changes detected' >"$root/kpb-stub-original"
expect 0 kpb kernel add -k $release --root "$root" --source tree --config config --vmlinux vmlinux \
	--symvers symvers --builder klp-build --store-limit 0
says "$err" "its compiled original was removed to free disk space"
same "$(templates | sed 's/-[0-9a-f]*$//')" klp-build "the templates above the limit"
expect 2 kpb build -b -k $release --store-limit much ab.patch
says "$err" "--store-limit 'much' is refused"

# The root has changed since, or is gone.
echo 'Package: more' >>"$root/var/lib/dpkg/status"
expect 5 build
says "$err" "has changed since the kernel was added"
expect 5 build --json
says "$out" '"code": "kernel-root-changed"'
mv "$root" "$root.away"
expect 5 build
says "$err" "in which it is compiled no longer exists"
