#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A site changes the spec's text without touching the installation: its template is found by name, the
# first directory wins, and what it does not have comes from the installed one.
. "$(dirname "$0")/common.inc"

K=5.14.0-362.8.1.el9_3
patch=$KPB_FIXTURES/livepatch-test.patch
installed=$KPB_PREFIX/share/kpb/templates/rpm/package.spec
for site in one two; do
	mkdir -p $site/rpm
	{
		echo "# site $site, for <%name%> <%version%>"
		cat "$installed"
	} >$site/rpm/package.spec
done
mkdir empty
name=kpatch-module-livepatch-test-$K

expect 0 kpb build -o plain.spec -k $K "$patch"
# first ARGUMENTS...: the first line of the spec
first() {
	expect 0 kpb build -o - -k $K "$@" "$patch"
	head -n 1 "$out"
}
same "$(first --template-dir one)" "# site one, for $name 1" "the spec of one site"
same "$(first --template-dir one --template-dir two)" "# site one, for $name 1" "the spec with two sites"
same "$(first --template-dir two --template-dir one)" "# site two, for $name 1" "the spec with two sites"
same "$(first --template-dir empty --template-dir "$PWD/two")" "# site two, for $name 1" "the spec with an empty site"
same "$(first --template-dir empty)" "$(head -n 1 plain.spec)" "the spec with an empty site alone"
expect 0 kpb build -o - -k $K --template-dir one "$patch"
tail -n +2 "$out" | cmp - plain.spec

# A package is made by it as well, and read back.
expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --template-dir one --module "$KPB_SYNTH/el7.ko"
expect 0 kpb verify ./*.rpm

# The current directory is no site.
mkdir -p rpm templates/rpm
echo "no spec" | tee rpm/package.spec templates/rpm/package.spec >package.spec
same "$(first)" "$(head -n 1 plain.spec)" "the spec in a directory with templates"

# What a site gets wrong is said with its file and line, and costs the package, not the machine.
for wrong in 's/^%install/%post\ntrue\n%install/' 's/^AutoReqProv: no/&\nRequires: something/' \
	's/0644,root,root/0600,root,root/' 's/^AutoReqProv: no/&\nProvides: something = 1/'; do
	sed "$wrong" "$installed" >one/rpm/package.spec
	expect 4 kpb build -q -b -p classic -k 3.10.0-229.el7 --template-dir one --module "$KPB_SYNTH/el7.ko" --name wrong
	says "$err" kpatch-module-wrong-1-1.x86_64.rpm
done
[ -z "$(find . -name '*wrong*')" ] || fail "a package that is wrong was left"
