#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A site changes the spec's text without changing the installation: its template is found by name,
# the first directory wins, and templates that it does not have come from the installation.
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

# Packages are made with it as well, and read back.
expect 0 kpb build -q -b -p classic -k 3.10.0-229.el7 --template-dir one --module "$KPB_SYNTH/el7.ko"
expect 0 kpb verify ./*.rpm

# The current directory is not searched.
mkdir -p rpm templates/rpm
echo "no spec" | tee rpm/package.spec templates/rpm/package.spec >package.spec
same "$(first)" "$(head -n 1 plain.spec)" "the spec in a directory with templates"

# A site's mistake is reported with file and line; it prevents the package and does no other harm.
tag() { printf '%s' "s/^AutoReqProv: no/&\\n$1/"; }
module='^<%#doc%>%doc <%\/doc%>%attr(0644,root,root) <%path%>'
for wrong in 's/^%install/%post\ntrue\n%install/' "$(tag 'Requires: something')" \
	's/0644,root,root/0600,root,root/' "$(tag 'Provides: something = 1')" \
	"s/$module/%caps(cap_net_admin=ep) &/" "s/$module/%config &/" "s/$module/%doc &/" "s/$module/%lang(de) &/" \
	"s/$module/%verify(not md5) &/" 's/^%files/&\n%dev(c,1,3) %attr(0644,root,root) \/dev\/kpbnull/' \
	's/^%install/&\nmkdir -p ${RPM_BUILD_ROOT:?}\/opt; ln -s \/etc ${RPM_BUILD_ROOT:?}\/opt\/link/; s/^%files/&\n\/opt\/link/' \
	"$(tag 'Prefix: \/var')" "$(tag 'Vendor: Somebody')" "$(tag 'Distribution: Something')" \
	"$(tag 'BugURL: https:\/\/example.org')" \
	"$(tag 'OrderWithRequires: something')" "$(tag 'Requires: rpmlib(Foo)')" "$(tag 'Requires(pre): something')" \
	"$(tag 'Provides: kpatch-module-wrong(other-64) = 1-1')" "$(tag 'Summary(de): Etwas')" "$(tag 'VCS: git')" \
	'$a\\n%changelog\n* Tue Nov 14 2023 A B <a@example.org> - 1-1\n- Something'; do
	sed "$wrong" "$installed" >one/rpm/package.spec
	cmp -s "$installed" one/rpm/package.spec && fail "nothing is changed by: $wrong"
	expect 4 kpb build -q -b -p classic -k 3.10.0-229.el7 --template-dir one --module "$KPB_SYNTH/el7.ko" --name wrong
	says "$err" kpatch-module-wrong-1-1.x86_64.rpm
done
# These two remain in the source package; rpmbuild obeys them and does not record them in the
# package.
for wrong in "$(tag 'ExcludeOS: hurd')" "$(tag 'ExclusiveArch: x86_64')"; do
	sed "$wrong" "$installed" >one/rpm/package.spec
	expect 4 kpb build -q -B srpm -p classic -k 3.10.0-229.el7 --template-dir one --module "$KPB_SYNTH/el7.ko" --name wrong
	says "$err" "kpatch-module-wrong-1-1.src.rpm: it has 'the header tag Exclu"
done
# One package, one list of files, whatever is made from the spec.
for wrong in 's/^%files/%files -n other\n&/' 's/^%files/&\n\n%files/' \
	's/^%prep/%package -n other\nSummary: x\n\n%description -n other\nx\n\n&/; $a\\n%files -n other' \
	's/^%prep/%package devel\nSummary: x\n\n%description devel\nx\n\n&/; $a\\n%files devel'; do
	sed "$wrong" "$installed" >one/rpm/package.spec
	cmp -s "$installed" one/rpm/package.spec && fail "nothing is changed by: $wrong"
	for format in rpm-spec rpm-build srpm; do
		expect 4 kpb build -q -B $format -p classic -k 3.10.0-229.el7 --template-dir one --module "$KPB_SYNTH/el7.ko" --name wrong
		says "$err" "error: the spec "
	done
done
# What a macro hides is visible in what rpmbuild made.
sed 's/^%prep/%define more() %{expand:%%%1 -n other}\n%{more package}\nSummary: x\n\n%{more description}\nx\n\n&/; $a\\n%{more files}' \
	"$installed" >one/rpm/package.spec
expect 4 kpb build -q -b -p classic -k 3.10.0-229.el7 --template-dir one --module "$KPB_SYNTH/el7.ko" --name wrong
says "$err" "it made other-1-1.x86_64.rpm too"
[ -z "$(find . -name '*wrong*')" ] || fail "a package that is wrong was left"
