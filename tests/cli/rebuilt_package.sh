#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Somebody takes kpb's own spec and sources, changes something, and builds the package again: all
# digests in it are right, but kpb verify says what differs from the package's manifest.
. "$(dirname "$0")/common.inc"
tool cpio
tool rpmbuild

K=6.12.107-kpbtest
export SOURCE_DATE_EPOCH=1700000000
expect 0 kpb build -q -B rpm-build -B srpm --replace -k $K --name fix --cve CVE-2026-12345 --epoch 1 \
	--packager 'Kernel Team <kernel@example.org>' --description '%not a macro' --module "$KPB_FIXTURES/livepatch-two.ko"
name=kpatch-module-fix-$K
expect 0 kpb verify $name-1-1.x86_64.rpm
silent "$err"
same "$(cat "$out")" "$name-1-1.x86_64.rpm: ok" "what is said of a good one"
expect 0 kpb verify $name-1-1.src.rpm
unpack $name-1-1.src.rpm pristine

# rebuilt NAME EDIT...: makes bad.rpm from the spec and sources after EDIT... was run in their
# directory
rebuilt() {
	rm -rf top bad.rpm
	mkdir -p top/SOURCES
	cp pristine/* top/SOURCES
	(cd top/SOURCES && "$@")
	expect 0 rpmbuild -bb --nodeps --define "_topdir $PWD/top" --define "_specdir $PWD/top/SOURCES" \
		"top/SOURCES/$name.spec"
	mv top/RPMS/*/*.rpm bad.rpm
}
refused() { # MESSAGE
	expect 4 kpb verify bad.rpm
	says "$err" "$1"
	[ "$(kpb verify --json bad.rpm 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["files"][0]["ok"])')" = False ] ||
		fail "as JSON it is good"
}
spec() { sed -i "$1" "$name.spec"; }
tag() { spec "s|^AutoReqProv: no|&\\n$1|"; }
filed() { spec "s|^%files|&\\n$1|"; } # without creating anything in the build root
installed() { spec "s|^%install|&\\n$1|" && filed "$2"; }
ko=/var/lib/kpatch/$K/kpatch-fix-1_1-1.ko
data=/usr/share/kpb/packages/$name

# Positive control: an unchanged package is good.
rebuilt true
expect 0 kpb verify bad.rpm
same "$(cat "$out")" "bad.rpm: ok" "what is said of an unchanged one"

rebuilt spec 's/^Summary: .*/Summary: Another one/'
refused "its summary is 'Another one'; its manifest says 'Live patch fix"
rebuilt spec 's/^License: .*/License: MIT/'
refused "its license is 'MIT'"
rebuilt spec 's/^%description/&\nAnother one./'
refused "its description is 'Another one."
rebuilt spec 's/^Epoch: .*/Epoch: 2/'
refused "its epoch is '2'"
rebuilt spec 's/^- Fixes CVE-2026-12345/- Fixes CVE-2026-54321/'
refused "its changelog is"
rebuilt spec '/^%changelog/,$d'
refused "its changelog is ''"
rebuilt spec '/^Packager:/d'
refused "its packager is ''"
rebuilt tag 'URL: https://example.org'
refused "its url is 'https://example.org'"
rebuilt tag 'Vendor: Somebody'
refused "it has 'the header tag Vendor'"
rebuilt tag 'Provides: kernel = 99'
refused "it has the relation 'provides: kernel = 99'; its manifest does not"
rebuilt tag 'Obsoletes: glibc < 99'
refused "it has the relation 'obsoletes: glibc < 99'"
rebuilt tag 'Requires: foo'
refused "it has the relation 'requires: foo'"
rebuilt tag "Provides: $name(aarch-64) = 1:1-1"
refused "it has the relation 'provides: $name(aarch-64) = 1:1-1'"
rebuilt installed 'mkdir -p "${RPM_BUILD_ROOT:?}/etc/cron.d"; : >"${RPM_BUILD_ROOT:?}/etc/cron.d/x"' '%attr(0644,root,root) /etc/cron.d/x'
refused "it holds '/etc/cron.d/x'; its manifest does not list it"
rebuilt filed '%dev(c,1,3) %attr(0666,root,root) /dev/kpbnull'
refused "it holds '/dev/kpbnull'"
says "$err" "is neither a file nor a directory"
rebuilt filed '%ghost %attr(0644,root,root) /etc/passwd'
refused "it holds '/etc/passwd'"
rebuilt spec "s|^%attr(0644,root,root) $ko|%caps(cap_net_admin=ep) &|"
refused "the capabilities cap_net_admin=ep on $ko"
rebuilt spec "s|^%attr(0644,root,root) $ko|%doc &|"
refused "it has 'the mark doc on $ko'"
rebuilt spec "s|^%attr(0644,root,root) $ko|%verify(not size) &|"
refused "it has 'the mark noverify on $ko'"
rebuilt spec "s|^%attr(0644,root,root) $data/modules.conf|%config &|"
refused "it has 'the mark config on $data/modules.conf'"
rebuilt spec "s|^%attr(0644,root,root) $data/modules.conf|%attr(0600,root,root) $data/modules.conf|"
refused "its mode of $data/modules.conf is '0600'"
rebuilt spec "s|^install.*/modules.conf\"$|ln -s /etc/passwd \"\${RPM_BUILD_ROOT:?}$data/modules.conf\"|; s|^find .*touch.*||
	s|^%attr(0644,root,root) $data/modules.conf|$data/modules.conf|"
refused "its kind of $data/modules.conf is 'link'"
rebuilt spec "/modules.conf/d"
refused "it lacks '$data/modules.conf'"

# The sources.
rebuilt sh -c 'echo "x=%(id)" >modules.conf'
refused "its content of $data/modules.conf is"
rebuilt sed -i 's/^replace=yes/replace=no/' modules.conf
refused "its content of $data/modules.conf is"
rebuilt sh -c 'echo garbage >manifest.json'
refused "$data/manifest.json: it is not a package document"
rebuilt sed -i 's|kpb.package/1|kpb.package/9|' manifest.json
refused "its schema is 'kpb.package/9', not 'kpb.package/1'"
rebuilt sed -i 's/"replace": true/"replace": false/' manifest.json
refused "its content of $data/modules.conf is"
rebuilt sed -i 's/"cmdline_proc_show"/"other_proc_show"/' manifest.json
refused "its module's functions/0/name differs from the one in its manifest"
rebuilt sed -i 's/"vermagic": "6/"vermagic": "7/' manifest.json
refused "its module's vermagic differs from"
rebuilt sed -i 's/"name": "livepatch_two"/"name": "livepatch_six"/' manifest.json
refused "its module's name differs from"
rebuilt sed -i 's/"release": "6.12.107-kpbtest"/"release": "6.12.108-kpbtest"/' manifest.json
refused "its kernel is '6.12.107-kpbtest'; its manifest says '6.12.108-kpbtest'"
rebuilt sed -i 's/"schema":/"schema": "kpb.package\/9", "schema":/' manifest.json
refused "bad.rpm"
rebuilt sed -i '1s/{/{ /' manifest.json
refused "its manifest is not in the form that kpb writes"
rebuilt sed -i '/"sha256"/d' manifest.json
refused "bad.rpm"
rebuilt spec '/manifest.json/d'
refused "it contains no manifest; a package with files below /usr/share/kpb must have one"
rebuilt spec "s|$data/manifest.json|/usr/share/kpb/packages/other/manifest.json|"
refused "bad.rpm"
# The module is replaced by another one that passes the gates; the digest in the manifest stays.
rebuilt sed -i 's/GCC: (/gcc: (/' kpatch-fix-1_1-1.ko
refused "its content of $ko is"

# If there is no manifest, the result says so.
expect 0 kpb build -q -b -p classic -k $K --name fix --module "$KPB_FIXTURES/livepatch-two.ko"
expect 0 kpb verify kpatch-module-fix-1-1.x86_64.rpm
same "$(cat "$out")" "kpatch-module-fix-1-1.x86_64.rpm: ok (no manifest, so header and relations were not compared)" \
	"what is said of a classic one"
expect 0 kpb verify --json kpatch-module-fix-1-1.x86_64.rpm
says "$out" '"not_checked": "no manifest, so header and relations were not compared"'
