#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A build does not depend on the user's dot files and variables, and runs none of them: each of
# these changed a package or executed code when rpmbuild, make or bash was called in the user's
# environment.
. "$(dirname "$0")/common.inc"
need_headers

cp "$KPB_SOURCE/docs/example/cmdline-livepatch.c" fix.c
touch -d @1700000000 fix.c
mkdir clean dirty
# build OUTPUT COMMAND...
build() {
	output=$1
	shift
	expect 0 "$@" kpb build -B rpm-spec -B srpm -B rpm-build -k "$kernel" --replace -o "$output" fix.c
}
build clean env

canary=$top/canary
cat >"$HOME/.rpmmacros" <<MACROS
%_topdir /nonexistent
%_builddir /nonexistent
%_rpmdir /nonexistent
%_sourcedir /nonexistent
%_tmppath /nonexistent
%_rpmfilename %%{NAME}.rpm
%packager Somebody Else
%vendor Somebody Else
%distribution Somebody's Linux
%dist .somebody
%disttag somebody
%_binary_payload w2.xzdio
%_source_payload w2.xzdio
%_binary_filedigest_algorithm 1
%_rpmformat 6
%_build_id_links all
%_build_name_fmt %%{NAME}.rpm
%__os_install_post touch $canary
%__spec_install_pre touch $canary; %{___build_pre}
%__spec_prep_pre touch $canary; %{___build_pre}
%debug_package %package debuginfo
%_enable_debug_packages 1
%_buildhost somebodys-host
%_smp_mflags -j100
%clamp_mtime_to_source_date_epoch 0
%use_source_date_epoch_as_buildtime 0
%source_date_epoch_from_changelog 1
%_gpg_name somebody
%__gpg_sign_cmd touch $canary
MACROS
cp "$HOME/.rpmmacros" "$HOME/.rpmrc"
mkdir -p "$HOME/.config/rpm" "$top/rpmconfig" "$top/bin" "$top/open"
cp "$HOME/.rpmmacros" "$HOME/.config/rpm/macros"
echo "%(touch $canary)" >"$top/rpmconfig/macros"
echo "touch $canary" >"$top/bash-env"
# Somebody else's tools in directories of PATH that must not be trusted.
for tool in rpmbuild make gcc sh tar gzip; do
	for directory in "$top/open" .; do
		printf '#!/bin/sh\ntouch %s\nexit 0\n' "$canary" >"$directory/$tool"
		chmod +x "$directory/$tool"
	done
done
chmod 0777 "$top/open"

# All variables are set together below; to find the culprit, set one of them alone.
hostile="HOME=$HOME
RPM_CONFIGDIR=$top/rpmconfig
RPM_POPTEXEC_PATH=$top/open
XDG_CONFIG_HOME=$HOME/.config
BASH_ENV=$top/bash-env
ENV=$top/bash-env
SHELLOPTS=xtrace
PS4=\$(touch $canary)
CDPATH=/:/tmp
MAKEFLAGS=-n
MAKEFILES=$top/bash-env
GNUMAKEFLAGS=-n
KCFLAGS=-DSOMEBODY
KAFLAGS=-DSOMEBODY
KCPPFLAGS=-DSOMEBODY
CFLAGS=-O0
LDFLAGS=-s
CC=/nonexistent/cc
CPATH=/nonexistent
C_INCLUDE_PATH=$top
COMPILER_PATH=$top/open
GCC_EXEC_PREFIX=/nonexistent/
DEPENDENCIES_OUTPUT=$canary
ARCH=arm64
CROSS_COMPILE=somebody-
O=/nonexistent
M=/nonexistent
KBUILD_OUTPUT=/nonexistent
KBUILD_EXTMOD=/nonexistent
KBUILD_BUILD_USER=somebody
KBUILD_BUILD_HOST=somebodys-host
INSTALL_MOD_STRIP=1
V=1
GZIP=-1
TAR_OPTIONS=--to-command=touch
XZ_DEFAULTS=-0
GREP_OPTIONS=-v
BASH_FUNC_make%%=() { touch $canary; }
BASH_FUNC_touch%%=() { /bin/touch $canary; }
LD_LIBRARY_PATH=$top/open
LANG=tr_TR.UTF-8
LC_ALL=tr_TR.UTF-8
LANGUAGE=tr
TZ=Asia/Kathmandu
TERM=
COLUMNS=1
PATH=.:$top/open::$PATH"
old_ifs=$IFS
IFS='
'
# shellcheck disable=SC2086
set -- $hostile
IFS=$old_ifs
build dirty env "$@"
for made in clean/*; do
	cmp "$made" "dirty/$(basename "$made")" || fail "$(basename "$made") differs in a hostile environment"
done
[ ! -e "$canary" ] || fail "something of the environment was run"

# What cannot be undone, or was ignored, is reported.
says "$err" "part of PATH is not searched for tools; '.' is not an absolute directory"
says "$err" "directory $top/open is writable by others"
says "$err" 'LD_LIBRARY_PATH is set'

# The same for the old program, whose only variable is TMPDIR.
expect 0 env "$@" kpatch-package-builder -k 3.10.0-229.el7 "$KPB_FIXTURES/livepatch-test.patch"
[ ! -e "$canary" ] || fail "something of the environment was run"
