#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A signer that does anything but add one signature causes an error with its own message, and no
# package; so do options that exclude each other. A signer gets exactly the variables that it should
# get, and Ctrl-C ends it.
. "$(dirname "$0")/common.inc"

K=6.1.0-56-amd64
ko=$KPB_SYNTH/plain.ko
mkdir signers
# signer NAME LINE...: writes a script, in which `trailer` prints what looks like a signature.
signer() {
	name=$1
	shift
	{
		echo '#!/bin/sh'
		printf '%s\n' "trailer() { printf '0123456789abcdef\000\000\002\000\000\000\000\000\000\000\000\020~Module signature appended~\n'; }"
		printf '%s\n' "$@"
	} >"signers/$name"
	chmod 0755 "signers/$name"
}
build="kpb build -b --replace -k $K --module $ko"
rpm=kpatch-module-plain-$K-1-1.x86_64.rpm
with() { # with STATUS NAME [MESSAGE...]: builds with that signer
	wanted=$1 name=$2
	shift 2
	# shellcheck disable=SC2086
	expect "$wanted" $build --sign-command "$PWD/signers/$name"
	for words; do
		says "$err" "$words"
	done
	[ "$wanted" = 0 ] || [ ! -e $rpm ] || fail "a package is left after the signer $name"
	[ "$wanted" != 1 ] || says "$err" "kpb: error: signer '$PWD/signers/$name': "
	rm -f $rpm
}

signer good 'cat "$1" >"$2"; trailer >>"$2"'
with 0 good
signer nothing 'echo "token not found"'
with 1 nothing "succeeded but wrote no module; it said: token not found"
signer silent 'true'
with 1 silent "succeeded but wrote no module; No such file or directory"
signer in-place 'trailer >>"$1"'
with 1 in-place "it changed the module in place instead" "PROGRAM IN OUT"
signer empty ': >"$2"'
with 1 empty "succeeded but what it wrote is empty"
signer copy 'cp "$1" "$2"'
with 1 copy "succeeded but what it wrote is not signed; it is the unchanged module"
signer twice 'cat "$1" >"$2"; trailer >>"$2"; trailer >>"$2"'
with 1 twice "is signed twice"
signer byte '{ printf "\177ELG"; tail -c +5 "$1"; } >"$2"; trailer >>"$2"'
with 1 byte "is not the module that was built; byte 4 of $(stat -c %s "$ko") differs"
signer last-byte '{ head -c -1 "$1"; printf "\377"; } >"$2"; trailer >>"$2"'
with 1 last-byte "byte $(stat -c %s "$ko") of $(stat -c %s "$ko") differs"
signer between '{ cat "$1"; printf "\000\000"; } >"$2"; trailer >>"$2"'
with 1 between "2 bytes between it and its signature"
signer strip 'strip -g -o "$2" "$1"; trailer >>"$2"'
with 1 strip "is shorter than the module that was built; " "bytes instead of $(stat -c %s "$ko")"
signer cut 'head -c 1000 "$1" >"$2"; trailer >>"$2"'
with 1 cut "1000 bytes instead of $(stat -c %s "$ko"); the signer may only add a signature at the end"
signer junk '{ cat "$1"; echo signed; } >"$2"'
with 1 junk "not a signature; 7 bytes without the end of a signature"
signer malformed '{ cat "$1"; echo "~Module signature appended~"; } >"$2"'
with 1 malformed "has data after the module that is not a signature; the module's signature is damaged"
signer link 'cat "$1" >"$2.x"; trailer >>"$2.x"; ln -s "$2.x" "$2"'
with 1 link "what it wrote cannot be used; it is not a regular file"
signer directory 'mkdir "$2"'
with 1 directory "it is not a regular file"
signer fails 'for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $i"; done; echo "PIN is wrong" >&2; exit 3'
with 1 fails "failed with exit status 3; it said: " "PIN is wrong" "line 5"
! grep -qF "line 3" "$err" || fail "the signer has more than its last words"
signer dies 'kill -KILL $$'
with 1 dies "was ended by signal 9; it printed nothing"
printf 'not a program\n' >signers/text
chmod 0755 signers/text
with 5 text "cannot run the signer"
printf '#!/no/such/interpreter\n' >signers/interpreter
chmod 0755 signers/interpreter
with 5 interpreter "cannot run the signer"

# Which programs may be signers.
cp signers/good signers/open
chmod 0777 signers/open
with 5 open "is writable by others"
chmod 0644 signers/open
with 5 open "it is not executable"
with 5 missing "No such file or directory"
# shellcheck disable=SC2086
{
	expect 5 $build --sign-command signers/good
	says "$err" "the path is relative"
	expect 5 $build --sign-command kpb-no-such-signer
	says "$err" "it is in no directory of PATH"
	expect 0 env PATH="$PWD/signers:$PATH" $build --sign-command good
	rm $rpm
	expect 5 $build --sign-command "$PWD/signers"
	says "$err" "it is no file"

	# The given module already has a signature.
	expect 2 kpb build -b --replace -k $K --module "$KPB_SYNTH/signed.ko" --sign-command "$PWD/signers/good"
	says "$err" "the module is signed already"

	# Options.
	refused() { # refused MESSAGE OPTION...
		words=$1
		shift
		expect 2 $build "$@"
		says "$err" "$words"
		grep -q '^hint: ' "$err" || fail "no hint: $(cat "$err")"
	}
	key="--sign-key $ko" cert="--sign-cert $ko"
	refused "--sign-command and --sign-file are given" --sign-command x --sign-file y $key $cert
	refused "--sign-command and --sign-later are given" --sign-command x --sign-later .
	refused "--sign-file and --signed are given" --sign-file x $key $cert --signed y
	refused "--sign-file also needs --sign-key" --sign-file x $cert
	refused "--sign-file also needs --sign-cert" --sign-file x $key
	refused "--sign-key is given without --sign-file" --sign-command x $key
	refused "--sign-cert is given without --sign-file" $cert
	refused "--sign-hash is given without --sign-file" --sign-hash sha256
	refused "--sign-hash 'md5' is refused" --sign-file x $key $cert --sign-hash md5
	refused "--sign-env is given without a signer" --sign-env X
	refused "--sign-env 'PIN' is refused" --sign-command x --sign-env PIN=4711
	! grep -qF 4711 "$err" || fail "the secret is shown"
	refused "--sign-key contains a PIN" --sign-file x --sign-key 'pkcs11:object=k?pin-value=4711' $cert
	! grep -qF 4711 "$err" || fail "the secret is shown"
	refused "there is no such variable" --sign-command "$PWD/signers/good" --sign-env KPB_TEST_UNSET
	refused "--sign-key 'none' cannot be used" --sign-file "$PWD/signers/good" --sign-key none $cert
	refused "--sign-cert '.' cannot be used" --sign-file "$PWD/signers/good" $key --sign-cert .
	refused "cannot read 'none'" --signed none
	refused "it is not signed" --signed "$ko"
	refused "it is signed twice" --signed "$KPB_SYNTH/signed-twice.ko"
}
expect 2 kpb build -b --replace -k $K --module "$KPB_SYNTH/jump-table.ko" --signed "$KPB_SYNTH/signed.ko"
says "$err" "it is shorter than the module that was built"
cp "$KPB_FIXTURES/livepatch-test.patch" fix.patch
expect 2 kpb build -k $K fix.patch --sign-command "$PWD/signers/good"
says "$err" "there is no module to sign; rpm-spec only describes how to build the module"
expect 2 kpb build --dry-run -k $K fix.patch --sign-command "$PWD/signers/good"
rm fix.patch
files signers

# How a signer is run: with two absolute paths, kpb's environment plus the named variables, and
# nothing on standard input; none of it is shown when it fails.
signer tell 'env >"$SIGN_TOLD"; printf "%s\n" "$#" "$@" "$(pwd)" >>"$SIGN_TOLD"; cat; echo "pin $KBUILD_SIGN_PIN of $SIGN_SLOT"; exit 1'
# shellcheck disable=SC2086
expect 1 env KBUILD_SIGN_PIN=secret-pin SIGN_TOLD="$top/told" SIGN_SLOT=slot-seven OTHER=other HOME=/somewhere \
	$build -d --sign-command "$PWD/signers/tell" --sign-env SIGN_TOLD --sign-env SIGN_SLOT --sign-env HOME
for line in KBUILD_SIGN_PIN=secret-pin SIGN_SLOT=slot-seven HOME=/somewhere TZ=UTC 2; do
	grep -qxF "$line" "$top/told" || fail "the signer was not told $line: $(cat "$top/told")"
done
! grep -q OTHER "$top/told" || fail "a variable that was not named went to the signer"
grep -qE '^/.*/sign/kpatch-plain-1-1\.ko$' "$top/told" || fail "no path of the module: $(cat "$top/told")"
says "$err" "it said: pin (KBUILD_SIGN_PIN) of (SIGN_SLOT)"
! grep -qF secret-pin "$err" || fail "the PIN is told"
# shellcheck disable=SC2086
expect 0 env KBUILD_SIGN_PIN=secret-pin $build --json --sign-command "$PWD/signers/good"
! grep -qF secret-pin "$out" "$err" || fail "the PIN is told"
python3 -c 'import json, sys
m = json.load(open(sys.argv[1]))["packages"][0]["modules"][0]
assert m["signed_by"] == {"form": "command", "program": "good"}, m["signed_by"]' "$out"
rm -f $rpm signers/tell

# A user at a terminal sees the step.
expect 0 env TERM=xterm python3 -c 'import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
	kpb build -b --replace -k $K --module "$ko" --sign-command "$PWD/signers/good"
grep -qE '^  sign +good' "$out" || fail "the step is not shown: $(cat "$out")"
rm $rpm

# Ctrl-C ends it and what it started.
signer hangs 'sleep 300 & echo "$$ $!" >"$PIDS"; wait'
job=''
cleanup() { [ -z "$job" ] || kill -KILL "$job" 2>/dev/null || true; }
# shellcheck disable=SC2086
PIDS=$top/pids env --default-signal=INT $build --sign-command "$PWD/signers/hangs" --sign-env PIDS >"$out" 2>"$err" </dev/null &
job=$!
tries=0
until [ -s "$top/pids" ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || fail "the signer was not started in 20 seconds" "$(cat "$err")"
	sleep 0.05
done
kill -INT "$job"
status=0
wait "$job" || status=$?
job=''
same "$status" 130 "the exit status after INT"
same "$(cat "$err")" "kpb: interrupted; nothing was left behind" "what was said after INT"
for pid in $(cat "$top/pids"); do
	[ ! -e "/proc/$pid" ] || fail "a process of the signer is left"
done
files signers
