#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The module is left to be signed elsewhere, and the build is continued later: only with what the
# same request built.
. "$(dirname "$0")/common.inc"

K=6.1.0-56-amd64
ko=$KPB_SYNTH/plain.ko
mkdir waiting
sign() { # sign UNSIGNED SIGNED: as a signer would
	cat "$1" >"$2"
	printf '0123456789abcdef\000\000\002\000\000\000\000\000\000\000\000\020~Module signature appended~\n' >>"$2"
}
rpm=kpatch-module-plain-$K-1-1.x86_64.rpm
waits=kpatch-plain-1-1.ko
build="kpb build -b --replace -k $K --module $ko --sign-later waiting"

# shellcheck disable=SC2086
{
	expect 75 $build
	same "$(cat "$out")" waiting/$waits "what is printed"
	says "$err" "kpb: note: waiting/$waits: the module waits for its signature; nothing was packaged"
	says "$err" "--signed COPY"
	files waiting
	same "$(ls -A waiting)" "$waits
$waits.json" "what waits"
	cmp waiting/$waits "$ko"
	python3 - waiting/$waits.json "$(digest "$ko")" <<'PYTHON'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["schema"] == "kpb.awaiting/1" and d["kernel"] == "6.1.0-56-amd64", d
assert d["module"]["sha256"] == sys.argv[2] and d["module"]["file"] == "kpatch-plain-1-1.ko", d
assert len(d["request_digest"]) == 64, d
PYTHON
	# Once more, for programs, and with --quiet.
	expect 75 $build -q
	silent "$out"
	! grep -q note "$err" || fail "a note with --quiet"
	expect 75 $build --json
	python3 - "$out" <<'PYTHON'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["status"] == 75 and d["waiting"]["module"] == "waiting/kpatch-plain-1-1.ko", d
assert [x["code"] for x in d["diagnostics"] if x["severity"] == "error"] == [], d
assert all("path" not in a for a in d["artifacts"]), d
PYTHON

	# Continued: a package with the signed module.
	sign waiting/$waits signed.ko
	expect 0 $build --signed signed.ko
	tool cpio
	unpack $rpm content
	cmp content/var/lib/kpatch/$K/$waits signed.ko
	expect 0 kpb verify $rpm
	python3 - content/usr/share/kpb/packages/*/manifest.json <<'PYTHON'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["modules"][0]["signed_by"] == {"form": "given"}, d["modules"]
assert "waiting" not in json.dumps(d) and "request_digest" not in json.dumps(d)
PYTHON
	rm -r $rpm content
	# Texts and formats can be different by then.
	expect 0 $build --signed signed.ko --summary "Signed" --cve CVE-2026-12345
	rm $rpm
	# Without the directory it is built again and compared.
	expect 0 kpb build -b --replace -k $K --module "$ko" --signed signed.ko
	rm $rpm

	# Another module than the one that waits.
	refused() { # refused MESSAGE COMMAND...
		words=$1
		shift
		expect 2 "$@"
		says "$err" "$words"
		[ ! -e $rpm ] || fail "a package was made all the same"
	}
	refused "it is not signed" $build --signed waiting/$waits
	: >empty.ko
	refused "it is not signed" $build --signed empty.ko
	refused "it is signed twice" $build --signed "$KPB_SYNTH/signed-twice.ko"
	sign "$KPB_SYNTH/jump-table.ko" other.ko
	refused "it is not the module that was built" $build --signed other.ko
	strip -g -o stripped.ko "$ko"
	sign stripped.ko stripped-signed.ko
	refused "it is shorter than the module that was built" $build --signed stripped-signed.ko

	# Another request: the message says what differs.
	differs() { # differs MESSAGE OPTION...
		words=$1
		shift
		refused "belongs to another request; $words" kpb build -b -k $K --sign-later waiting --signed signed.ko --name plain "$@"
	}
	cp "$ko" plain.ko
	expect 0 kpb build -q -b --replace -k $K --module plain.ko --sign-later waiting --signed signed.ko
	rm $rpm
	printf x >>plain.ko
	refused "/inputs/0/sha256 is " kpb build -b --replace -k $K --module plain.ko --sign-later waiting --signed signed.ko
	differs "/request/replace is 'no' now and was 'yes'" --no-replace --module "$ko"
	differs "/request/functions/0/object is 'vmlinux' was not given before" --no-replace --function vmlinux:f --module "$ko"
	refused "it contains no module that waits for its signature" kpb build -b --replace -k $K --module "$ko" --set-version 2 --sign-later waiting --signed signed.ko
	refused "/kernel/release is '6.1.0-57-amd64' now and was '6.1.0-56-amd64'" \
		kpb build -b --replace -k 6.1.0-57-amd64 --module "$ko" --sign-later waiting --signed signed.ko
	refused "/settings/package-prefix is 'x-' was not given before" kpb build -b --replace -k $K --module "$ko" --set package-prefix=x- --sign-later waiting --signed signed.ko

	# A waiting module is not overwritten by that of another request.
	refused "it contains the waiting module of another request; /kernel/release is" \
		kpb build -b --replace -k 6.1.0-57-amd64 --module "$ko" --sign-later waiting
	cmp waiting/$waits "$ko"

	# The waiting module or its description was changed.
	printf x >>waiting/$waits
	refused "it is not the module that kpb wrote there" $build --signed signed.ko
	cp "$ko" waiting/$waits
	cp waiting/$waits.json kept.json
	sed -i 's/"request_digest": "./"request_digest": "x/' waiting/$waits.json
	refused "belongs to another request" $build --signed signed.ko
	for text in '' '{' '[]' '{"schema": "kpb.package/1"}'; do
		printf '%s' "$text" >waiting/$waits.json
		refused "does not describe a module that waits" $build --signed signed.ko
		refused "does not describe a module that waits" $build
	done
	cp kept.json waiting/$waits.json
	rm waiting/$waits
	refused "cannot read 'waiting/$waits'" $build --signed signed.ko
	cp "$ko" waiting/$waits
	expect 0 $build --signed signed.ko
	rm $rpm

	# The directory.
	refused "--sign-later 'missing' cannot be used; No such file" kpb build -b --replace -k $K --module "$ko" --sign-later missing
	refused "--sign-later 'signed.ko' cannot be used; it is not a directory" kpb build -b --replace -k $K --module "$ko" --sign-later signed.ko
	chmod 0777 waiting
	refused "is writable by others" $build
	refused "is writable by others" $build --signed signed.ko
	chmod 0755 waiting

	# It fails a gate: nobody is asked to sign it.
	mkdir empty
	expect 2 kpb build -b --replace -k $K --module "$KPB_SYNTH/depends.ko" --sign-later empty
	says "$err" "modinfo has depends"
	same "$(ls -A empty)" "" "what waits of a module that no gate lets through"
	expect 2 kpb build -b --replace -k $K --module "$KPB_SYNTH/signed.ko" --sign-later empty
	says "$err" "the module is signed already"
	same "$(ls -A empty)" "" "what waits of a signed module"

	# A dry run leaves nothing.
	expect 0 kpb build --dry-run -b --replace -k $K --module "$ko" --sign-later empty
	same "$(ls -A empty)" "" "what a dry run leaves"
}

# A module that was compiled here is not compiled again.
[ -d "/usr/src/linux-headers-$K" ] || exit 0
cp "$KPB_SOURCE/docs/example/cmdline-livepatch.c" fix.c
expect 75 kpb build -b --replace -k $K --sign-later empty fix.c
sign empty/kpatch-fix-1-1.ko fix-signed.ko
expect 0 kpb build -d -b --replace -k $K --sign-later empty --signed fix-signed.ko fix.c
! grep -qE 'run.*make.* modules' "$err" || fail "it was compiled again"
expect 0 kpb verify kpatch-module-fix-$K-1-1.x86_64.rpm
touch -d @1700000000 fix.c
echo >>fix.c
expect 2 kpb build -b --replace -k $K --sign-later empty --signed fix-signed.ko fix.c
says "$err" "/inputs/0/sha256 is"
