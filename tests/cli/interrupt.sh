#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Ctrl-C and TERM in the middle of a build: the right exit status, no file, no child process,
# nothing in TMPDIR. A background job, for which shells ignore INT, continues.
. "$(dirname "$0")/common.inc"

K=5.14.0-362.8.1.el9_3
printf '/* kpb: wait */\nint x;\n' >wait.c
printf '/* kpb: stubborn */\nint x;\n' >stubborn.c

job='' group='' options=''
cleanup() {
	[ -z "$group" ] || kill -s KILL -- "-$group" 2>/dev/null || true
	[ -z "$job" ] || kill -KILL "$job" 2>/dev/null || true
}

# The process state of $job: Z when it has ended and can be waited for.
state() { sed 's/.*) //; s/ .*//' "/proc/$job/stat" 2>/dev/null || echo Z; }

# outside NUMBER: the number that a process of the build has here; it wrote the one of its own PID namespace. Builds of
# other tests have such a process too, so it must descend from $job.
outside() {
	for status in /proc/[0-9]*/status; do
		pid=$(awk -v inside="$1" '$1 == "NSpid:" && $NF == inside { print $2 }' "$status" 2>/dev/null) || continue
		at=$pid
		while [ -n "$at" ] && [ "$at" -gt 1 ]; do
			[ "$at" != "$job" ] || { echo "$pid"; return; }
			at=$(awk '$1 == "PPid:" { print $2 }' "/proc/$at/status" 2>/dev/null) || break
		done
	done
}

# start SOURCE [COMMAND...]: a build in the background that has reached make; $job is its process,
# $group the process group of its children.
start() {
	source=$1
	shift
	# shellcheck disable=SC2086
	"$@" kpb build $options -b -k $K --replace --source "$KPB_FIXTURES/kernel-tree" "$source" >"$out" 2>"$err" </dev/null &
	job=$!
	tries=0
	until waiting=$(cat "$TMPDIR"/kpb-*/waiting 2>/dev/null) && [ -n "$waiting" ]; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || fail "the build has not come to make in 20 seconds" "$(cat "$err")"
		[ "$(state)" != Z ] || fail "the build ended early" "$(cat "$err")"
		sleep 0.05
	done
	# Field 5, counted after the name in parentheses.
	waiting=$(outside "$waiting")
	[ -n "$waiting" ] || fail "make is no process of the build"
	group=$(sed 's/.*) //' "/proc/$waiting/stat" | cut -d ' ' -f 3)
	[ "$group" -gt 1 ] && [ "$group" != "$$" ] && [ "$group" != "$job" ] || fail "the children have no process group of their own"
}
members() {
	for stat in /proc/[0-9]*/stat; do
		sed 's/.*) //' "$stat" 2>/dev/null | awk -v group="$group" '$3 == group && $1 != "Z"'
	done
}
ended() {
	tries=0
	until [ "$(state)" = Z ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || fail "it goes on for more than 10 seconds after $2"
		sleep 0.05
	done
	status=0
	wait "$job" || status=$?
	job=''
	same "$status" "$1" "the exit status after $2"
	same "$(members)" "" "the children left after $2"
	same "$(ls -A "$TMPDIR")" "" "what is left in TMPDIR after $2"
	if [ -z "$options" ]; then
		silent "$out"
	else
		python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); assert d["status"] == 143, d' "$out"
	fi
	files stubborn.c wait.c
}

start wait.c env --default-signal=INT
kill -INT "$job"
ended 130 INT
same "$(cat "$err")" "kpb: interrupted; nothing was left behind" "what was said after INT"

start wait.c env --default-signal=TERM
kill -TERM "$job"
ended 143 TERM
same "$(cat "$err")" "kpb: terminated; nothing was left behind" "what was said after TERM"

# A second signal while it ends, as impatient users send.
start wait.c env --default-signal=INT
kill -INT "$job"
kill -INT "$job" 2>/dev/null || true
ended 130 "two INTs"

# A child that ignores the signal is killed.
start stubborn.c env --default-signal=TERM
kill -TERM "$job"
ended 143 "TERM with a stubborn child"

# Started with INT ignored, as sh does with background jobs.
start wait.c
kill -INT "$job"
sleep 0.2
[ "$(state)" != Z ] || fail "INT ended a job that had it ignored"
[ -n "$(members)" ] || fail "INT ended the children of a job that had it ignored"
touch "$TMPDIR/$(ls "$TMPDIR")/go"
ended 1 "INT in the background"
says "$err" "make succeeded but did not make kpatch_wait_1_1.ko"

# The same for programs.
options=--json
start wait.c env --default-signal=TERM
kill -TERM "$job"
ended 143 "TERM with --json"
