#!/bin/sh
# quickstart.sh: from a bare Debian 12 (as root) to a booted kernel that is live-patched by a package of kpb.
# Every step is a command that a user would type, and is shown before it runs. Only Debian packages are
# installed on the system; kpb itself goes to build/quickstart.
# Takes at most 5 minutes on 2 cores. Exit status: 0 when the patch was seen to work.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

say 'install the dependencies from Debian'
run sh tests/deps.sh build boot

say 'build kpb and install it to build/quickstart'
run cmake --preset release
run cmake --build --preset release
run cmake --install build/release --prefix build/quickstart >/dev/null
PATH=$PWD/build/quickstart/bin:$PATH
run kpb --version

# The newest kernel whose headers are installed; it does not have to be the running one.
kernel=$(ls -d /usr/src/linux-headers-*-amd64 | sed 's|.*/linux-headers-||' | sort -V | tail -n 1)
out=build/quickstart/out
rm -rf "$out"
mkdir -p "$out"

say "make a spec, a source RPM and an RPM of the example live patch, for kernel $kernel"
build_example() {
    run kpb build "$@" -B rpm-spec -B srpm -B rpm-build -o "$out" -k "$kernel" --replace \
        --function vmlinux:cmdline_proc_show docs/example/cmdline-livepatch.c
}
# Status 5: a container without namespaces, in which nothing can be confined. The example is our own.
build_example || { [ $? = 5 ] && build_example --unconfined; }
rpm=$(ls "$out"/*.x86_64.rpm)

say 'look at the package'
run rpm -qip "$rpm"
run rpm -qlp "$rpm"
run kpb inspect "$rpm"
run kpb verify "$rpm" "$out"/*.src.rpm

say 'make kpb-runtime, the package that loads live patches'
run cmake --build --preset release --target runtime-packages
runtime=$(ls build/release/packages/kpb-runtime-*.x86_64.rpm)

# The root is empty: it has no shell, which the runtime requires and its trigger runs in.
say 'install both into a separate root'
root=$PWD/build/quickstart/root
rm -rf "$root"
mkdir -p "$root"
run rpm --root "$root" --initdb
run rpm --root "$root" --nosignature --nodeps --install "$runtime"
run rpm --root "$root" --nosignature --notriggers --install "$rpm"
find "$root/var/lib/kpatch/$kernel" -name '*.ko'

say "boot Debian's kernel in QEMU with the package, and check /proc/cmdline"
image=$(run sh tests/boot/fetch-kernel.sh | tail -n 1)
run cat docs/example/cmdline-livepatch.expect
run kpb boot-test --kernel-image "$image" --expect-file docs/example/cmdline-livepatch.expect "$rpm"

say "done: $rpm patches kernel $kernel"
