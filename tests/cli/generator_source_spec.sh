#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kpb's own source packages: a package built from one has the same relations as the one that kpb
# packages itself. For a stacked diff the functions are only known after the build, so its spec
# requires the generator, and does not build without it. The module's builder is
# tests/stubs/kpatch-build: it copies a module that the real one made earlier.
. "$(dirname "$0")/common.inc"
. "$(dirname "$0")/generator.inc"
tool cpio
K=6.12.107-kpbtest
export PATH="$KPB_SOURCE/tests/stubs:$PATH"
mkdir tree
echo 0 >tree/kpb-stub-status
echo /dev/null >tree/kpb-stub-log
: >tree/vmlinux
: >tree/.config
export KERNEL_SOURCE="$PWD/tree" KERNEL_VMLINUX="$PWD/tree/vmlinux"
cp "$KPB_FIXTURES/livepatch-test.patch" ab.patch
# The name that kpb gives it, which has the same length.
sed 's/livepatch_two/kpatch_ab_1_1/g' "$KPB_FIXTURES/livepatch-two.ko" >made.ko

# rpmbuild removes the sources afterwards.
rebuild() { with_generator --rebuild --define "_sourcedir $PWD/top/SOURCES" "$@"; }

# both OPTION...: source.rpm, built from the source package, and packed.rpm, with the same module.
both() {
	rm -f ./*.rpm
	cp made.ko tree/kpb-stub-module
	expect 0 kpb build -q -b --no-replace -k $K --name ab "$@" --module made.ko
	mv ./*.rpm packed.rpm
	expect 0 kpb build -q -B srpm --no-replace -k $K --name ab "$@" ab.patch
	! grep -q functions-follow "$err" || fail "it is still said that the package will not name its functions"
	mv ./*.src.rpm ab.src.rpm
	expect 0 rebuild ab.src.rpm
	cp top/RPMS/*/*.rpm source.rpm
	same "$(relations source.rpm)" "$(relations packed.rpm)" "what the package says that was built from source, with $*"
	expect 0 kpb verify source.rpm
}

base=kpatch-module-base-$K=1-1
for options in '' "--on-top-of $base" '--state 7' "--supersedes kpatch-module-old-$K=1-1" '--set runtime=none' \
	'--set install-dir=/usr/lib/kpatch' '--set install-dir=/opt/a+b.c'; do
	# shellcheck disable=SC2086
	both $options
	relations source.rpm | grep -qxF "conflicts: kpatch-func($K/vmlinux:cmdline_proc_show:1)" ||
		fail "the package does not say that it patches cmdline_proc_show"
done
both --state 7

# It has the relations of the one packaged by kpb, each once.
same "$(relations source.rpm | uniq -d)" "" "what it says twice"
# And its relations are compared with what the module patches.
unpack ab.src.rpm src
sed -i 's|^Provides: kpatch-stack.*|&\nProvides: kpatch-func('$K'/vmlinux:another:1)|' src/*.spec
cp src/*.spec other.spec
cp src/* .
expect 0 with_generator -bb other.spec
expect 4 kpb verify top/RPMS/*/*.rpm
says "$err" "it has the relation 'provides: kpatch-func($K/vmlinux:another:1)'"
sed -i '/another:1/d; s|^%global _fileattrsdir.*|%global _fileattrsdir %{_rpmconfigdir}/fileattrs|' other.spec
expect 0 with_generator -bb other.spec
expect 4 kpb verify top/RPMS/*/*.rpm
says "$err" "it does not have the relation 'provides: kpatch-func($K/vmlinux:cmdline_proc_show:1)'"

# A module that does not state what it patches stops the build.
sed 's/\.kpatch\.funcs/.kpatch.funny/' made.ko >tree/kpb-stub-module
expect 1 rebuild ab.src.rpm
says "$err" 'it is not known which functions the stacked module patches'
cp made.ko tree/kpb-stub-module

# Without the generator, nothing is built: rpm reports it missing, and so does the spec when rpm is
# told not to check.
rpm -qp --requires ab.src.rpm | grep -qxF kpb-rpm-generators || fail "rpm is not told what building it needs"
rm -rf top
expect 1 rpmbuild --rebuild --nodeps --define "_topdir $PWD/top" ab.src.rpm
says "$err" 'the package kpb-rpm-generators is not installed'
[ -z "$(find top -name '*.rpm')" ] || fail "there is a package without functions"
[ ! -e top/BUILD/kpb-build ] || fail "it was found out only after the build"

# If all relations are known beforehand, no generator is needed: such specs build everywhere.
expect 0 kpb build -q -B srpm --replace -k $K --name re ab.patch
! rpm -qp --requires ./*re-*.src.rpm | grep -q kpb-rpm || fail "a package of a replacing patch asks for the generator"
expect 0 kpb build -q -B srpm -p classic --no-replace -k $K --name cl ab.patch
! rpm -qp --requires ./*cl-*.src.rpm | grep -q kpb-rpm || fail "a classic package asks for the generator"
sed 's/livepatch_two/kpatch_re_1_1/g' "$KPB_FIXTURES/livepatch-two.ko" >tree/kpb-stub-module
cp tree/kpb-stub-module re.ko
expect 0 rpmbuild --rebuild --nodeps --define "_topdir $PWD/top" ./*re-*.src.rpm
expect 0 kpb build -q -b --replace -k $K --name re -o . --module re.ko
same "$(relations top/RPMS/*/*re-*.rpm)" "$(relations ./kpatch-module-re-$K-1-1.x86_64.rpm)" "what a replacing one says"

# Declared functions are in the spec, which builds without the generator; a wrong declaration is
# noticed.
cp made.ko tree/kpb-stub-module
for function in version_proc_show another; do
	rm -rf top ./*.src.rpm
	expect 0 kpb build -q -B srpm --no-replace -k $K --name ab --function vmlinux:cmdline_proc_show \
		--function vmlinux:$function ab.patch
	expect 0 rpmbuild --rebuild --nodeps --define "_topdir $PWD/top" ./*.src.rpm
	case $function in
	another)
		expect 4 kpb verify top/RPMS/*/*.rpm
		says "$err" "its module's functions differ from the declared ones"
		;;
	*)
		expect 0 kpb verify top/RPMS/*/*.rpm
		expect 0 kpb build -q -b --no-replace -k $K --name ab --module made.ko
		same "$(relations top/RPMS/*/*.rpm)" "$(relations kpatch-module-ab-$K-1-1.x86_64.rpm)" "what it says by declaration"
		;;
	esac
done
