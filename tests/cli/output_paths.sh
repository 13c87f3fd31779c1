#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Where output files go, and that the directory always contains the complete old file or the
# complete new one.
. "$(dirname "$0")/common.inc"

K=5.14.0-362.8.1.el9_3
patch=$KPB_FIXTURES/livepatch-test.patch
module="-p classic -k 3.10.0-229.el7 --name fix --module $KPB_SYNTH/el7.ko"
rpm=kpatch-module-fix-1-1.x86_64.rpm

expect 0 kpb build -k $K "$patch"
same "$(cat "$out")" livepatch-test.spec "the path that is told"
mv livepatch-test.spec reference.spec

# A file, a directory, a directory with a slash, an absolute one.
mkdir dir
for output in other.spec dir dir/ "$PWD/dir" dir/named; do
	expect 0 kpb build -k $K -o "$output" "$patch"
	case $output in
	other.spec | dir/named) path=$output ;;
	*) path=${output%/}/livepatch-test.spec ;;
	esac
	same "$(cat "$out")" "$path" "the path that is told with -o $output"
	cmp "$path" reference.spec
	same "$(stat -c %a "$path")" 644 "the file's mode"
	rm "$path"
done

# An existing file is replaced, not overwritten: programs that have it open read the old content.
echo old >old.spec
ln old.spec link-to-the-old
exec 3<old.spec
expect 0 kpb build -k $K -o old.spec "$patch"
cmp old.spec reference.spec
same "$(cat <&3)" old "what a reader of the old file sees"
same "$(cat link-to-the-old)" old "the old file itself"
exec 3<&-
# Not if there is an error.
echo old >old.spec
expect 4 sh -c 'mkdir -p site/rpm && sed "s/^Summary:.*/Summary: x/" "$KPB_PREFIX/share/kpb/templates/rpm/package.spec" >site/rpm/package.spec &&
	exec kpb build -k '"$K"' -o old.spec --template-dir site "$1"' sh "$patch"
same "$(cat old.spec)" old "the old file after an error"
rm -r site old.spec link-to-the-old

# A symlink is what the user wants: it stays, and its target is replaced.
ln -s ../dir/target.spec dir/link.spec
echo old >dir/target.spec
expect 0 kpb build -k $K -o dir/link.spec "$patch"
[ -L dir/link.spec ] || fail "the link was replaced"
cmp dir/target.spec reference.spec
rm dir/*

# Packages: in the current directory or the one that is named; several formats are made together or
# not at all.
# shellcheck disable=SC2086
{
	expect 0 kpb build -b $module
	same "$(cat "$out")" $rpm "the path that is told"
	expect 0 kpb build -b -o dir $module
	same "$(cat "$out")" dir/$rpm "the path that is told"
	cmp $rpm dir/$rpm
	expect 0 kpb build -b -o dir $module
	cmp $rpm dir/$rpm
	rm dir/$rpm
	mkdir dir/$rpm
	expect 2 kpb build -B srpm -B rpm-build -o dir $module
	says "$err" "the output file 'dir/$rpm' cannot be written; it exists, but is not a regular file"
	same "$(ls -A dir)" $rpm "the output directory after an error"
	rmdir dir/$rpm
	expect 0 kpb build -B srpm -B rpm-build -B rpm-spec -o dir $module
	same "$(sort "$out")" "dir/fix.spec
dir/kpatch-module-fix-1-1.src.rpm
dir/$rpm" "the paths that are told"
}
rm dir/*

# Several runs at once into the same directory.
expect 0 sh -c 'for i in 1 2 3 4; do kpb build -q -k '"$K"' -o dir "$1" & done; wait' sh "$patch"
same "$(ls -A dir)" livepatch-test.spec "the output directory after four runs at once"
cmp dir/livepatch-test.spec reference.spec
rm dir/*

# A directory that is not writable.
if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups test -r dir; then
	chmod 1777 "$TMPDIR"
	expect 5 setpriv --reuid=65534 --regid=65534 --clear-groups kpb build -k $K -o dir "$patch"
	says "$err" "cannot write 'dir/livepatch-test.spec'; Permission denied"
	says "$err" "hint: choose an --output that you may write to"
	same "$(ls -A dir)" "" "the output directory after an error"
fi
