#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# File names are outsiders' text. rpm, make and sh would each run some of these; nothing of them may reach
# those as anything but a name. The canary is what they would make.
. "$(dirname "$0")/common.inc"

K=5.14.0-362.8.1.el9_3
canary=$top/canary
alive() {
	[ ! -e "$canary" ] && [ ! -e canary ] || fail "the name was run: $name"
}
# All of a shell's, rpm's, make's and a terminal's favourites.
# shellcheck disable=SC2016
odd_names() {
	cat <<NAMES
two words
%(touch $canary | tr / _)
%{lua:io.open("canary","w")}
%(touch canary)
\$(touch canary)
\`touch canary\`
a;touch canary
a'b"c
a\\\\b
*?[x]
%include canary
# comment
100%
%%post
~root
-rf
--name=x
a|touch canary
\$(shell touch canary)
NAMES
}
newline=$(printf 'a\ntouch canary')
escape=$(printf 'a\033[31mb')
latin1=$(printf 'caf\351')

# One name: every kind of input under it, with a name of ours and without.
try() {
	name=$1
	mkdir odd
	cd odd
	cp "$KPB_FIXTURES/livepatch-test.patch" "./$name.patch"
	cp "$KPB_SYNTH/el7.ko" "./$name.ko"
	printf 'int x;\n' >"./$name.c"
	mkdir "./$name out"

	expect 0 kpb build -k $K --name fix "./$name.patch"
	! grep -q canary fix.spec || fail "the spec has the name: $name"
	rpmspec -P fix.spec >/dev/null
	expect 0 kpb build -q -B srpm -k $K --name fix "./$name.patch" "./$name.patch"
	expect 0 kpb build -q -B srpm --replace -k $K --name fixc "./$name.c"
	expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --name fix --module "./$name.ko"
	expect 0 kpb verify ./*.rpm
	expect 0 kpb inspect ./*.rpm "./$name.ko"
	! grep -q "$(printf '\033')" "$out" || fail "an escape sequence got through: $name"

	# Into a directory of that name.
	expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --name fix --module "./$name.ko" -o "./$name out"
	cmp "./$name out/kpatch-module-fix-1-1.x86_64.rpm" kpatch-module-fix-1-1.x86_64.rpm

	# Without a name of ours, such a file has none.
	case $name in
	[!a-zA-Z0-9]* | *[!a-zA-Z0-9._+-]*)
		expect 2 kpb build -k $K "./$name.patch"
		says "$err" "choose one with kpb build --name NAME"
		! grep -q "$(printf '\033')" "$err" || fail "an escape sequence got through: $name"
		;;
	esac
	alive
	cd ..
	rm -r odd
}
odd_names | while IFS= read -r line; do
	# A name holds no slash.
	try "$(printf '%s' "$line" | tr / _)"
done
try "$newline"
try "$escape"
try "$latin1"

# A current directory, a TMPDIR and an output of that kind.
name='%(touch canary) $(touch canary)'
mkdir "$top/$name"
cd "$top/$name"
expect 0 env TMPDIR="$top/$name" kpb build -b -p classic -k 3.10.0-229.el7 --name fix --module "$KPB_SYNTH/el7.ko"
files kpatch-module-fix-1-1.x86_64.rpm
alive

# A name that looks like an option is one, unless it is told apart.
cd "$top/work"
cp "$KPB_FIXTURES/livepatch-test.patch" ./-x.patch
expect 2 kpb build -k $K --name fix -x.patch
expect 0 kpb build -k $K --name fix -- -x.patch
files -x.patch fix.spec
