# SPDX-License-Identifier: GPL-2.0-only
# vendor.sh: the negative control of matrix.sh. Packages with the scriptlets of vendors are put
# through some of its cells, with Debian's kpatch and without kpb-runtime; vendor.py knows which of
# these cells must fail. Sourced after guest.sh; redefines functions of matrix.sh for the vendor's
# names.
format=rpm prefix=vendors with_kpatch=yes without_runtime=yes
. /payload/matrix.sh

# vendor NAME: from here on that vendor's package is used.
vendor() {
	own=vendor-$1 prefix=$1
	case $1 in
	same-name) # the version is neither in the file's name nor in the module's
		module_of() { echo vendor_same_name; }
		file_of() { echo vendor-same-name.ko; }
		;;
	*)
		module_of() { echo "${own}_$1" | tr - _; }
		file_of() { echo "$own-$1.ko"; }
		;;
	esac
}
gone() {
	quietly rpm -e "$own"
	for patch in $(active); do quietly kpatch unload "$patch"; done
	rm -rf /var/lib/kpatch
}

first() {
	setup
	vendor load-install
	running install
	running upgrade
	running reinstall_newer
	gone
	vendor same-name
	running install
	running upgrade
	gone
	vendor post-postun
	running install
	running upgrade
	running reinstall_newer
}
second() {
	vendor post-postun
	settled
	runs_patched "$prefix/reinstall_newer/running: after a reboot" 1-10
	gone
}
