#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kpb plugins shows what is installed and where it is from; users look there if a name is unknown.
. "$(dirname "$0")/common.inc"

expect 0 kpb plugins list
silent "$err"
same "$(sed -nE 's/^(policy|builder|backend) +([^ ]+) .*/\1 \2/p' "$out" | paste -s -d ,)" \
	"backend deb,backend rpm-build,backend rpm-spec,backend srpm,builder kbuild,builder klp-build,builder kpatch-build,builder prebuilt,policy classic,policy rhel,policy standard,policy suse" \
	"what is installed"
plugins=$(sed 1d "$out" | awk '{ print $NF }' | sort -u)
for plugin in $plugins; do
	case $plugin in "$KPB_PREFIX"/lib*/kpb/plugins/*.so) ;; *) fail "$plugin is elsewhere" ;; esac
	[ -f "$plugin" ] || fail "$plugin does not exist"
	# By path, by id and by what it offers.
	expect 0 kpb plugins show "$plugin"
	cp "$out" by-path
	id=$(head -n 1 "$out" | cut -d ' ' -f 1)
	expect 0 kpb plugins show "$id"
	cmp "$out" by-path
	for offer in $(sed -nE 's/^ +offers +[a-z]+ ([^ ,]+).*/\1/p' by-path); do
		expect 0 kpb plugins show "$offer"
		cmp "$out" by-path
	done
	says by-path "file     $plugin"
	says by-path "abi      1."
done

# All of them are files that only their owner can write, and that export one symbol.
for plugin in $plugins; do
	same "$(find "$plugin" -perm /022)" "" "what others may write"
	! command -v nm >/dev/null || same "$(nm -D --defined-only "$plugin" | awk '{ print $NF }')" kpb_plugin_entry "what $plugin exports"
done

# An installation that was moved, and symlinks to its programs, find their own files.
cp -R "$KPB_PREFIX" moved
mkdir bin
ln -s ../moved/bin/kpb bin/kpb
ln -s ../moved/bin/kpatch-package-builder bin/kpatch-package-builder
expect 0 bin/kpb plugins show standard
says "$out" "$PWD/moved/lib"
expect 0 bin/kpb build -k 5.14.0-362.8.1.el9_3 "$KPB_FIXTURES/livepatch-test.patch"
expect 0 bin/kpatch-package-builder -k 3.10.0-229.el7 "$KPB_FIXTURES/livepatch-test.patch"
# But not if others could have written there.
chmod 0777 moved/lib*/kpb/plugins
expect 3 bin/kpb build -o - -k 5.14.0-362.8.1.el9_3 "$KPB_FIXTURES/livepatch-test.patch"
says "$err" "is writable by others"
