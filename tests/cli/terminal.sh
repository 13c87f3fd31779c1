#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2086
# A user at a terminal sees steps and colours; a file, a pipe and --quiet get neither.
. "$(dirname "$0")/common.inc"

# This spec needs no file but the patch, so there is no note about that.
target="-p classic -k 5.14.0-362.8.1.el9_3"
cp "$KPB_FIXTURES/livepatch-test.patch" fix.patch
esc=$(printf '\033')

# What kpb writes to a terminal that is its standard error (and output).
cat >"$top/on_terminal.py" <<'PYTHON'
import os, pty, sys
import fcntl, struct, termios
pid, fd = pty.fork()
if pid == 0:
    if "COLUMNS" in os.environ:  # set before the program reads it
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(os.environ["COLUMNS"]), 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
data = b""
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    data += chunk
sys.stdout.buffer.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PYTHON
on_terminal() { env TERM=xterm "$@"; }

expect 0 on_terminal python3 "$top/on_terminal.py" kpb build $target fix.patch
for step in name describe render verify publish; do
	grep -q "$step" "$out" || fail "the step $step is not shown: $(cat "$out")"
done
rm fix.spec
expect 0 on_terminal python3 "$top/on_terminal.py" kpb build -q $target fix.patch
silent "$out"
rm fix.spec
# A spec that needs more files than the patch has a note for the user.
expect 0 on_terminal python3 "$top/on_terminal.py" kpb build -k 5.14.0-362.8.1.el9_3 fix.patch
says "$out" "to build the spec, you also need modules.conf, manifest.json"
rm fix.spec
expect 0 on_terminal python3 "$top/on_terminal.py" kpb build --json $target fix.patch
tr -d '\r' <"$out" | python3 -c 'import json, sys; json.load(sys.stdin)' || fail "not JSON alone: $(cat "$out")"
rm fix.spec

# A line that is overwritten later must not be longer than the width of the terminal.
expect 0 on_terminal env COLUMNS=30 python3 "$top/on_terminal.py" kpb build --name a-name-of-some-length $target fix.patch
tr -d '\r' <"$out" | sed 's/  ([0-9.]* s)$//' | grep '^  ' >steps
[ -s steps ] || fail "no steps: $(cat "$out")"
awk 'length($0) > 29 { exit 1 }' steps || fail "longer than the terminal: $(cat steps)"
says steps "..."
rm steps ./*.spec

# The result has a line of its own, separate from the steps.
expect 0 on_terminal python3 "$top/on_terminal.py" kpb kernel add --no-compile --store "$top/store" -k 6.12.94 \
	--source "$KPB_SYNTH/kernel/tree" --config "$KPB_SYNTH/kernel/config" --vmlinux "$KPB_SYNTH/kernel/vmlinux"
tr -d '\r' <"$out" | grep -qx '6\.12\.94-[0-9a-f]*' || fail "the id is in the middle of: $(cat "$out")"

# Colours are used on a terminal that can show them, unless the user does not want them.
coloured() { grep -q "$esc" "$1" || fail "no colour in: $(cat "$1")"; }
plain() { ! grep -q "$esc" "$1" || fail "colour in: $(cat "$1")"; }
bad="kpb build -k el9 fix.patch"
# shellcheck disable=SC2086
{
	expect 2 on_terminal python3 "$top/on_terminal.py" $bad
	coloured "$out"
	expect 2 on_terminal env NO_COLOR=1 python3 "$top/on_terminal.py" $bad
	plain "$out"
	expect 2 on_terminal env NO_COLOR= python3 "$top/on_terminal.py" $bad
	coloured "$out"
	expect 2 env TERM=dumb python3 "$top/on_terminal.py" $bad
	plain "$out"
	expect 2 on_terminal python3 "$top/on_terminal.py" $bad --color never
	plain "$out"
	expect 2 on_terminal env NO_COLOR=1 python3 "$top/on_terminal.py" $bad --color always
	coloured "$out"
	# In a file there are none, unless requested.
	expect 2 on_terminal $bad
	plain "$err"
	expect 2 on_terminal $bad --color always
	coloured "$err"
	expect 2 on_terminal $bad --color never
	plain "$err"
}

# A file gets only the paths, --quiet nothing; warnings and errors are always shown.
expect 0 kpb build $target fix.patch
same "$(cat "$out")" fix.spec "standard output"
silent "$err"
expect 0 kpb build -q $target fix.patch
silent "$out"
silent "$err"
expect 0 kpb build -q -b --replace -k 6.1.0-56-amd64 --module "$KPB_SYNTH/plain.ko"
silent "$out"
says "$err" "kpb: warning: "
expect 0 kpb build -d $target fix.patch
same "$(cat "$out")" fix.spec "standard output with --debug"
expect 0 kpb build -d -b --replace -k 6.1.0-56-amd64 --module "$KPB_SYNTH/plain.ko"
says "$err" rpmbuild

# A series: a line for each running job and one for the whole, updated in place and removed at the
# end.
printf 'packages: [{name: fix, patches: [{filename: fix.patch, kernels: [5.14.0-362.8.1.el9_3]}]}]\n' >m.yml
python3 "$top/on_terminal.py" kpb series build m.yml >"$out"
says "$out" "fix@5.14.0-362.8.1.el9_3.x86_64  0 s"
says "$out" "0 of 1 done"
says "$out" "$esc[2A$esc[J"
says "$out" "1 cell: 1 built"
rm -r m.series
expect 0 kpb series build m.yml
same "$(sed "s/([0-9]* s)/(N s)/" "$err")" "kpb: built fix@5.14.0-362.8.1.el9_3.x86_64 (N s)" "what is said to a file"
