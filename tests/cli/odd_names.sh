#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# File names are input from outside. rpm, make and sh would each execute some of these; they must
# only reach those programs as names. The canary is what they would create.
. "$(dirname "$0")/common.inc"

K=5.14.0-362.8.1.el9_3
canary=$top/canary
alive() {
	[ ! -e "$canary" ] && [ ! -e canary ] || fail "the name was run: $name"
}
# Characters that are special to shells, rpm, make and terminals.
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

# One name: all kinds of input have it, with and without --name.
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

	# The output directory has such a name.
	expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --name fix --module "./$name.ko" -o "./$name out"
	cmp "./$name out/kpatch-module-fix-1-1.x86_64.rpm" kpatch-module-fix-1-1.x86_64.rpm

	# Without --name, such a file gives no package name.
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
	# A file name cannot contain a slash.
	try "$(printf '%s' "$line" | tr / _)"
done
try "$newline"
try "$escape"
try "$latin1"

# The current directory, TMPDIR and the output have such names.
name='%(touch canary) $(touch canary)'
mkdir "$top/$name"
cd "$top/$name"
expect 0 env TMPDIR="$top/$name" kpb build -b -p classic -k 3.10.0-229.el7 --name fix --module "$KPB_SYNTH/el7.ko"
files kpatch-module-fix-1-1.x86_64.rpm
alive

# A name that looks like an option is treated as one, unless "--" precedes it.
cd "$top/work"
cp "$KPB_FIXTURES/livepatch-test.patch" ./-x.patch
expect 2 kpb build -k $K --name fix -x.patch
expect 0 kpb build -k $K --name fix -- -x.patch
files -x.patch fix.spec
