#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Jobs of kpb series that do not end as they should (too slow, too large, crashed, interrupted), and
# a policy that crashes. Each fails only its own cell, with one line that says so, and leaves no
# process behind.
. "$(dirname "$0")/common.inc"

K=5.14.0-362.8.1.el9_3
printf '/* kpb: wait */\nint x;\n' >wait.c
printf '/* kpb: stubborn */\nint x;\n' >stubborn.c
cp "$KPB_FIXTURES/livepatch-test.patch" fix.patch

# manifest FILE LIMITS: a cell whose build never ends, and an unrelated one
manifest() {
	cat >m.yml <<YAML
kernels:
  k: {release: $K, source: $KPB_FIXTURES/kernel-tree}
packages:
  - {name: slow, backends: [rpm-build], replace: true, functions: ["vmlinux:f"], limits: {$2}, patches: [{filename: $1, kernels: [k]}]}
  - {name: other, patches: [{filename: fix.patch, kernels: [k]}]}
YAML
}
waiting() { cat "$TMPDIR"/kpb-*/waiting 2>/dev/null; }
# Processes that the stub of make left running, recognised by the directory that they run in.
alone() {
	for cwd in /proc/[0-9]*/cwd; do
		case $(readlink "$cwd" 2>/dev/null) in "$TMPDIR"/kpb-*) fail "still there: $cwd" ;; esac
	done
}

manifest wait.c "time: 1s"
expect 1 kpb series build m.yml
says "$err" "slow@k: it failed; it took longer than its time limit"
says "$out" "2 cells: 1 built, 1 failed"
alone
# A job that ignores the signal is killed after the time that it has to clean up.
manifest stubborn.c "time: 1s"
expect 1 kpb series build m.yml
says "$err" "it took longer than its time limit"
alone
rm -rf "$TMPDIR"/kpb-*

# The limit of memory includes what the job started.
printf '#!/bin/sh\nexec python3 -c "import time; x = bytearray(300 << 20); time.sleep(600)"\n' >"$top/eater"
chmod 0755 "$top/eater"
cp "$KPB_SYNTH/plain.ko" .
cat >large.yml <<YAML
packages:
  - {name: large, backends: [rpm-build], replace: true, limits: {memory: 100M}, patches: [{module: plain.ko, kernels: [6.1.0-56-amd64]}]}
YAML
expect 1 kpb series build --sign-command "$top/eater" large.yml
says "$err" "it used more memory than its limit"
alone
rm -rf "$TMPDIR"/kpb-*

# A job that crashes: its signer kills it.
printf '#!/bin/sh\nkill -KILL $PPID\n' >"$top/killer"
chmod 0755 "$top/killer"
expect 1 kpb series build --sign-command "$top/killer" large.yml
says "$err" "large@6.1.0-56-amd64: it failed; it was killed by signal 9"
rm -rf "$TMPDIR"/kpb-*

# The log of the runs contains what the terminal showed. With --debug, a job's log says which
# programs were run; without it, it does not.
log=large.series/.kpb/run.log joblog=large.series/.kpb/cells/large@6.1.0-56-amd64/log
says "$log" "failed after"
says "$log" "it used more memory than its limit; its log: $PWD/$joblog"
says "$log" "it was killed by signal 9"
! grep -q debug "$log" "$joblog" || fail "debug lines that nobody asked for" "$(cat "$log" "$joblog")"
! grep -q 'kpb: debug' "$err" || fail "debug lines that nobody asked for" "$(cat "$err")"
expect 1 kpb series build --debug --sign-command "$top/killer" large.yml
says "$joblog" "kpb: debug: run: $top/killer"
says "$log" " debug large@6.1.0-56-amd64: $KPB_PREFIX/bin/kpb build --debug"
says "$err" "kpb: debug: large@6.1.0-56-amd64: its job was started"
rm -rf "$TMPDIR"/kpb-*

# Ctrl-C: the job ends and cleans up, finished cells stay, and the same command continues.
manifest wait.c "time: 1h"
rm -rf m.series
env --default-signal=INT kpb series build -j 2 m.yml >"$out" 2>"$err" </dev/null &
job=$!
cleanup() { kill -KILL "$job" 2>/dev/null || true; }
tries=0
until [ -n "$(waiting)" ] && [ -e "m.series/rpm-spec/$K.x86_64/other.spec" ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || fail "the job has not come to make in 20 seconds" "$(cat "$err")"
	sleep 0.05
done
kill -INT "$job"
status=0
wait "$job" || status=$?
same "$status" 130 "the exit status"
says "$err" "run the same command again to continue"
says "$out" "2 cells: 1 built, 1 not run"
alone
expect 0 kpb series status m.yml
says "$out" "2 cells: 1 done, 1 to do"

# Ctrl-C twice: a job that ignores the signal is killed at once, and what it leaves behind is
# reported. Confined, it could not ignore the end of its PID namespace.
manifest stubborn.c "time: 1h"
env --default-signal=INT kpb series build --unconfined -j 2 m.yml >"$out" 2>"$err" </dev/null &
job=$!
tries=0
until [ -n "$(waiting)" ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || fail "the job has not come to make in 20 seconds" "$(cat "$err")"
	sleep 0.05
done
for again in 1 2 3; do # signals that come at the same time count as one
	kill -INT "$job" 2>/dev/null || true
	sleep 0.1
done
status=0
wait "$job" || status=$?
same "$status" 130 "the exit status"
says "$err" "1 job was killed before it had cleaned up"
! grep -q 'nothing was left behind' "$err" || fail "$(cat "$err")"
alone
rm -rf "$TMPDIR"/kpb-*
manifest wait.c "time: 1h"

# SIGKILL of the run: its jobs end too, and clean up.
env --default-signal=INT kpb series build -j 2 m.yml >"$out" 2>"$err" </dev/null &
job=$!
tries=0
until [ -n "$(waiting)" ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || fail "the job has not come to make in 20 seconds" "$(cat "$err")"
	sleep 0.05
done
kill -KILL "$job"
tries=0
until [ -z "$(ls -A "$TMPDIR")" ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || fail "the job of a killed run goes on"
	sleep 0.05
done
alone

# A policy that crashes in the process that asks for names.
mkdir "$top/plugins"
gcc -std=c11 -I"$KPB_SOURCE/sdk/include" -fPIC -shared -fvisibility=hidden \
	-Wl,--version-script="$KPB_SOURCE/sdk/cmake/plugin.map" "$KPB_SOURCE/tests/plugin_abi/zoo/crashes.c" -o "$top/plugins/crashes.so"
printf 'packages: [{name: p, policy: zoo, patches: [{filename: fix.patch, kernels: [%s]}]}]\n' $K >crash.yml
expect 3 kpb series plan --plugin-dir "$top/plugins" crash.yml
says "$err" "crash.yml:1:12: p@$K.x86_64: "
says "$err" "crashes.so"
same "$(grep -c '^kpb: error: ' "$err")" 1 "the number of errors"
