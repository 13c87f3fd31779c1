# SPDX-License-Identifier: GPL-2.0-only
# matrix.sh: each package manager's actions on a package, for the running kernel, for another
# kernel, and in a root within the root. Sourced after guest.sh, with $format (rpm or deb) and
# $prefix (for the names of the cells) set. One action per boot; its effect must still be there
# after the next boot.
own=kpatch-module-mark-$release
other_release=$(cat /payload/other-release)
other=kpatch-module-elsewhere-$(echo "$other_release" | tr '~' '_')
inner=kpatch-module-inner-$release
chroot=/run/inner/root

# packed NAME VERSION: the file.
packed() {
	case $format in
	rpm) echo "/payload/$1-$2.x86_64.rpm" ;;
	deb) echo "/payload/$1_$2_amd64.deb" ;;
	esac
}
# transact ROOT ACTION NAME: the package manager's own command for it.
transact() {
	root=$1 action=$2 name=$3
	set -- ""
	[ -z "$root" ] || set -- chroot "$root"
	[ -n "$1" ] || shift
	case $format:$action in
	rpm:install) "$@" rpm -i "$(packed "$name" 1-9)" ;;
	rpm:upgrade) "$@" rpm -U "$(packed "$name" 1-10)" ;;
	rpm:downgrade) "$@" rpm -U --oldpackage "$(packed "$name" 1-9)" ;;
	rpm:reinstall) "$@" rpm -U --replacepkgs "$(packed "$name" 1-9)" ;;
	rpm:reinstall_newer) "$@" rpm -U --replacepkgs "$(packed "$name" 1-10)" ;;
	rpm:erase) "$@" rpm -e "$name" ;;
	deb:install) "$@" dpkg -i "$(packed "$name" 1-9)" ;;
	deb:upgrade) "$@" dpkg -i "$(packed "$name" 1-10)" ;;
	deb:downgrade) "$@" dpkg --force-downgrade -i "$(packed "$name" 1-9)" ;;
	deb:reinstall) "$@" dpkg -i "$(packed "$name" 1-9)" ;;
	deb:erase) "$@" dpkg --purge "$name" ;;
	esac
}
# after ACTION: the version that is installed then, "" for none.
after() {
	case $1 in
	install | downgrade | reinstall) echo 1-9 ;;
	upgrade | reinstall_newer) echo 1-10 ;;
	*) echo '' ;;
	esac
}
# The names of a version's module and its file; vendor.sh has others.
module_of() { echo "kpatch_mark_$1" | tr - _; }
file_of() { echo "kpatch-mark-$1.ko"; }
# The module files of a kernel below a root.
files_of() { (cd "$1/var/lib/kpatch/$2" 2>/dev/null && ls) | paste -sd ' '; }

# runs_patched CELL VERSION: the running kernel has that patch and no other ("": none).
runs_patched() {
	if [ -n "$2" ]; then
		is "$1: /proc/version" "$(says /proc/version)" "mark $2"
		is "$1: active" "$(active)" "$(module_of "$2")"
		is "$1: file" "$(files_of '' "$release")" "$(file_of "$2")"
	else
		is "$1: /proc/version" "$(says /proc/version | cut -d ' ' -f 1-3)" "Linux version $release"
		is "$1: active" "$(active)" ''
		is "$1: file" "$(files_of '' "$release")" ''
	fi
}

running() { # ACTION
	cell="$prefix/$1/running"
	does "$cell: the transaction" transact '' "$1" "$own"
	settled
	if [ "$1" = erase ]; then
		# Nothing is disabled on a running machine; the next boot is without the patch.
		is "$cell: /proc/version" "$(says /proc/version)" 'mark 1-9'
		is "$cell: file" "$(files_of '' "$release")" ''
		return
	fi
	runs_patched "$cell" "$(after "$1")"
	if [ -n "${with_kpatch-}" ]; then
		kpatch list 2>>$log | grep -q "^$(module_of "$(after "$1")") \[enabled\]"
		verdict $? "$cell: kpatch list shows it"
	fi
}
elsewhere() { # ACTION: a package for another kernel changes nothing here, and waits for its own
	cell="$prefix/$1/other kernel"
	before=$(says /proc/version)$(active)
	does "$cell: the transaction" transact '' "$1" "$other"
	settled
	is "$cell: files" "$(files_of '' "$other_release")" "$([ -z "$(after "$1")" ] || echo "kpatch-elsewhere-$(after "$1").ko")"
	is "$cell: what runs" "$(says /proc/version)$(active)" "$before"
	[ -z "$(after "$1")" ] || [ -n "${without_runtime-}" ] || {
		kpb-reconcile status --all 2>&1 | grep -q "waiting.*$other"
		verdict $? "$cell: status says that it waits"
	}
}
inside() { # ACTION: the same in a root within the root, with and without /proc there
	cell="$prefix/$1/chroot"
	modprobe overlay
	mkdir -p /run/inner
	mount -t tmpfs tmpfs /run/inner
	mkdir -p /run/inner/upper /run/inner/work $chroot
	mount -t overlay -o lowerdir=/,upperdir=/run/inner/upper,workdir=/run/inner/work overlay $chroot || note 'no overlay'
	mkdir -p $chroot/payload
	cp /payload/*inner* $chroot/payload/
	[ -c $chroot/dev/null ] || mknod -m 0666 $chroot/dev/null c 1 3
	# The slot is not free as long as the outer root's package is in the inner root's database.
	case $format in
	rpm) quietly chroot $chroot rpm -e "$own" ;;
	deb) quietly chroot $chroot dpkg --purge "$own" ;;
	esac
	case $1 in
	upgrade | reinstall | erase) quietly transact $chroot install "$inner" ;;
	downgrade) quietly transact $chroot install "$inner" && quietly transact $chroot upgrade "$inner" ;;
	esac
	case $1 in upgrade | reinstall) mount -t proc proc $chroot/proc && mount -t sysfs sys $chroot/sys ;; esac
	settled
	before=$(says /proc/version)$(active)$(cut -d ' ' -f 1 /proc/modules | sort | paste -sd ' ')
	ran=$(systemctl show -P ExecMainStartTimestampMonotonic kpb-reconcile.service)
	does "$cell: the transaction" transact $chroot "$1" "$inner"
	settled
	is "$cell: files" "$(files_of $chroot "$release")" "$([ -z "$(after "$1")" ] || echo "kpatch-inner-$(after "$1").ko")"
	is "$cell: what runs" "$(says /proc/version)$(active)$(cut -d ' ' -f 1 /proc/modules | sort | paste -sd ' ')" "$before"
	is "$cell: the outer reconcile ran at" "$(systemctl show -P ExecMainStartTimestampMonotonic kpb-reconcile.service)" "$ran"
	umount -l $chroot
	umount -l /run/inner
}
setup() {
	case $format in
	rpm)
		does "$prefix: the database" rpm --initdb
		does "$prefix: what the database lacks" rpm -i /payload/machine-base.rpm
		[ -n "${without_runtime-}" ] || does "$prefix: kpb-runtime" rpm -i /payload/kpb-runtime.rpm
		;;
	deb)
		[ -n "${without_runtime-}" ] || does "$prefix: kpb-runtime" dpkg -i /payload/kpb-runtime.deb
		;;
	esac
	[ -z "${with_kpatch-}" ] || does "$prefix: kpatch" dpkg -i /payload/kpatch.deb
	quietly systemctl daemon-reload
	settled
}

# actions_of ACTION...: one per boot.
actions_of() {
	set -- "$@"
	before=$((stage - 1))
	eval "previous=\${$before-}" "action=\${$stage-}"
	[ $stage != 1 ] || previous=''
	[ $stage != 1 ] || setup
	settled
	if [ -n "$previous" ]; then
		runs_patched "$prefix/$previous/running: after a reboot" "$(after "$previous")"
	fi
	[ -n "$action" ] || return 0
	elsewhere "$action"
	running "$action"
	inside "$action"
	again
}
