#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Signing with the kernel's own sign-file and a key made here: the packaged module is the given one
# with a signature that openssl verifies. A package whose module lost the signature on the way is
# refused.
. "$(dirname "$0")/common.inc"
tool openssl
tool cpio
sign_file=$(for path in /usr/lib/linux-kbuild-*/scripts/sign-file /usr/src/linux-headers-*/scripts/sign-file \
	/usr/src/kernels/*/scripts/sign-file; do
	[ -x "$path" ] && echo "$path"
done | sort -V | tail -n 1)
[ -n "$sign_file" ] || skip "no sign-file of a kernel is installed (linux-kbuild-*)"

K=6.1.0-56-amd64
ko=$KPB_SYNTH/plain.ko
mkdir keys
pin=do-not-tell-4711
openssl req -new -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=kpb-test -keyout keys/plain.pem -out keys/cert.pem 2>/dev/null
KEY_PIN=$pin openssl rsa -aes128 -in keys/plain.pem -passout env:KEY_PIN -out keys/locked.pem 2>/dev/null
openssl x509 -in keys/cert.pem -outform DER -out keys/cert.der
chmod 0600 keys/*.pem

# signature SIGNED UNSIGNED: SIGNED is UNSIGNED with one signature, and openssl verifies it.
signature() {
	python3 - "$1" "$2" <<'PYTHON'
import struct, sys
data, module = (open(name, "rb").read() for name in sys.argv[1:])
magic = b"~Module signature appended~\n"
assert data.endswith(magic), "no trailer"
info = data[-len(magic) - 12:-len(magic)]
size, = struct.unpack(">I", info[8:])
assert info[:8] == b"\0\0\2\0\0\0\0\0", info
end = len(data) - len(magic) - 12
assert data[:end - size] == module, "the module was changed"
open("body", "wb").write(module)
open("sig.p7s", "wb").write(data[end - size:end])
PYTHON
	openssl cms -verify -binary -inform DER -in sig.p7s -content body -certfile keys/cert.pem -noverify -out /dev/null 2>cms ||
		fail "openssl does not agree with the signature" "$(cat cms)"
	rm -f body sig.p7s cms
}
# packaged RPM: the module in it
packaged() {
	rm -rf content
	unpack "$1" content
	find content -name '*.ko'
}
build="kpb build -b --replace -k $K --module $ko"
by_file="--sign-file $sign_file --sign-key keys/plain.pem --sign-cert keys/cert.pem"
rpm=kpatch-module-plain-$K-1-1.x86_64.rpm

# shellcheck disable=SC2086
{
	expect 0 $build $by_file
	signature "$(packaged $rpm)" "$ko"
	expect 0 kpb verify $rpm
	expect 0 kpb inspect $rpm
	says "$out" "signature  present"
	cp $rpm first.rpm

	# The same bytes again: the signature contains no time.
	export SOURCE_DATE_EPOCH=1700000000
	expect 0 $build $by_file
	mv $rpm one.rpm
	expect 0 $build $by_file
	cmp one.rpm $rpm
	unset SOURCE_DATE_EPOCH

	# Another digest, a certificate in DER form, and a program found in PATH.
	expect 0 $build --sign-file "$sign_file" --sign-key "$PWD/keys/plain.pem" --sign-cert keys/cert.der --sign-hash sha512
	signature "$(packaged $rpm)" "$ko"
	expect 0 env PATH="${sign_file%/*}:$PATH" $build --sign-file sign-file --sign-key keys/plain.pem --sign-cert keys/cert.pem
	signature "$(packaged $rpm)" "$ko"

	# The manifest and --json say how it was signed, and nothing about the key.
	expect 0 $build --json $by_file
	cp "$out" told.json
	python3 - told.json "$(packaged $rpm)" content/usr/share/kpb/packages/*/manifest.json <<'PYTHON'
import hashlib, json, sys
told = json.load(open(sys.argv[1]))["packages"][0]
packed = json.load(open(sys.argv[3]))
content = open(sys.argv[2], "rb").read()
for d in told, packed:
    module = d["modules"][0]
    assert module["signed_by"] == {"form": "sign-file", "program": "sign-file", "hash": "sha256"}, module["signed_by"]
    assert module["sha256"] == hashlib.sha256(content).hexdigest() and module["size"] == len(content), module
    assert module["signature"]["size"] > 200 and not module["signature"]["stacked"], module["signature"]
    assert d["provenance"]["/modules/0/signed_by/form"] == "command line", d["provenance"]
    assert d["provenance"]["/modules/0/signed_by/hash"] == "default", d["provenance"]
    assert "plain.pem" not in json.dumps(d) and "keys" not in json.dumps(d)
assert not any(t["name"].endswith("sign-file") for t in told["tools"]), told["tools"]
PYTHON

	# A key with a passphrase: passed in the environment, and nowhere to be found afterwards.
	locked="--sign-file $sign_file --sign-key keys/locked.pem --sign-cert keys/cert.pem"
	expect 0 env KBUILD_SIGN_PIN=$pin $build -d $locked
	signature "$(packaged $rpm)" "$ko"
	! grep -rqF $pin "$out" "$err" content || fail "the passphrase is told"
	rm $rpm
	expect 1 env KBUILD_SIGN_PIN=wrong-4711 $build -d $locked
	says "$err" "failed with exit status"
	says "$err" KBUILD_SIGN_PIN
	! grep -qF wrong-4711 "$err" || fail "the passphrase is told"
	expect 1 $build $locked
	chmod 0644 keys/plain.pem
	expect 0 $build $by_file
	says "$err" "everybody on this machine can read the key"
	chmod 0600 keys/plain.pem

	# A classic package is signed as well.
	expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --module "$KPB_SYNTH/el7.ko" --name fix $by_file
	signature "$(packaged kpatch-module-fix-1-1.x86_64.rpm)" "$KPB_SYNTH/el7.ko"

	# A module that is compiled here.
	if [ -d "/usr/src/linux-headers-$K" ]; then
		cp "$KPB_SOURCE/docs/example/cmdline-livepatch.c" fix.c
		expect 0 kpb build -b --replace -k $K $by_file fix.c
		expect 0 kpb inspect kpatch-module-fix-$K-1-1.x86_64.rpm
		says "$out" "signature  present"
	fi

	# It is not signed a second time.
	signed=$(packaged first.rpm)
	expect 2 kpb build -b --replace -k $K --module "$signed" --name again $by_file
	says "$err" "the module is signed already"
	expect 0 kpb build -b --replace -k $K --module "$signed" --name again
	signature "$(packaged kpatch-module-again-$K-1-1.x86_64.rpm)" "$ko"

	# A spec that strips the signature: noticed when the package is read back.
	mkdir -p site/rpm
	rm -f $rpm
	sed 's/^%files.*/find "${RPM_BUILD_ROOT:?}" -name "*.ko" -exec strip -g {} +\n\n&/' \
		"$KPB_PREFIX/share/kpb/templates/rpm/package.spec" >site/rpm/package.spec
	expect 4 $build --template-dir site $by_file
	says "$err" "content of /var/lib/kpatch/$K/kpatch-plain-1-1.ko"
	[ ! -e $rpm ] || fail "a package whose module lost its signature was left"
}

# The signature was removed by hand from a package with otherwise the same content: kpb verify says
# what is missing.
packaged first.rpm >/dev/null
mkdir -p top/SOURCES
rm -rf content/usr/share/doc
(cd content && tar cf ../top/SOURCES/content.tar .)
cp "$ko" top/SOURCES/plain.ko
cat >lost.spec <<SPEC
Name: kpatch-module-plain-$K
Version: 1
Release: 1
Summary: x
License: x
Source0: content.tar
Source1: plain.ko
%global debug_package %{nil}
%global __os_install_post %{nil}
AutoReqProv: no
%description
x
%install
mkdir -p %{buildroot}
tar -C %{buildroot} -xf %{SOURCE0}
install -m 0644 %{SOURCE1} %{buildroot}/var/lib/kpatch/$K/kpatch-plain-1-1.ko
%files
%defattr(0644,root,root,0755)
/var/lib/kpatch/$K
/usr/share/kpb/packages/*
SPEC
expect 0 rpmbuild -bb --define "_topdir $PWD/top" --define "_build_id_links none" \
	lost.spec
expect 4 kpb verify top/RPMS/*/*.rpm
says "$err" "kpatch-plain-1-1.ko: has lost its signature; it was signed when it was packaged"
