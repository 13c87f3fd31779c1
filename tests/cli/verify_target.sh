#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kpb verify looks up in the target kernel's files what a module patches and uses. Here they are a
# program with the same symbols as a vmlinux, and a Module.symvers with the symbols that the module
# uses.
. "$(dirname "$0")/common.inc"
tool cc
tool objcopy

module=$KPB_FIXTURES/livepatch-two.ko
# target COMPILER FUNCTION...: makes ./vmlinux
target() {
	printf '%s\0' "$1" >comment
	shift
	{
		echo 'char* saved_command_line; const char linux_proc_banner[] = "Linux"; int _start;'
		for function; do echo "void $function(void) {}"; done
	} >k.c
	cc -nostdlib -static -fno-lto -Wl,--build-id=none -o vmlinux k.c
	objcopy --update-section .comment=comment vmlinux
}
gcc='GCC: (Debian 14.2.0-19) 14.2.0'
for symbol in __kmalloc_noprof klp_enable_patch kfree __fentry__ _printk const_pcpu_hot strcmp seq_write \
	seq_printf __seq_puts; do
	printf '0x00000000\t%s\tvmlinux\tEXPORT_SYMBOL_GPL\t\n' $symbol
done >symvers
mkdir modules

target "$gcc" cmdline_proc_show version_proc_show
expect 0 kpb verify --vmlinux vmlinux --modules modules --symvers symvers "$module"
same "$(cat "$out")" "$module: ok" "what it says of a module that fits"
silent "$err"

# The kernel lacks something.
target 'GCC: (GNU) 4.8.5' version_proc_show
grep -v seq_printf symvers >fewer
expect 2 kpb verify --vmlinux vmlinux --symvers fewer "$module"
says "$err" "patches 'cmdline_proc_show' of vmlinux, but the target's has no such symbol"
says "$err" "uses 'seq_printf', which the target does not export"
says "$err" "compiled by '$gcc', the target's vmlinux by 'GCC: (GNU) 4.8.5'"
same "$(grep -c error: "$err")" 3 "the number of errors"

# In a package it is the package that is bad; a damaged file of the target is still an input error.
tool rpmbuild
expect 0 kpb build -q -b -p classic -k 6.12.107-kpbtest --module "$module" --name fix
rpm=kpatch-module-fix-1-1.x86_64.rpm
expect 4 kpb verify --vmlinux vmlinux $rpm
says "$err" "$rpm: /var/lib/kpatch/6.12.107-kpbtest/kpatch-fix.ko: patches 'cmdline_proc_show'"
echo MZ >vmlinuz
expect 2 kpb verify --vmlinux vmlinuz $rpm
says "$err" "vmlinuz: is no ELF file"
target "$gcc" cmdline_proc_show version_proc_show
expect 0 kpb verify --vmlinux vmlinux --symvers symvers $rpm

expect 2 kpb verify --json --vmlinux vmlinux --symvers fewer "$module"
says "$out" '"code": "target-undefined"'
