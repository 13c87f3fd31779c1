#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A module that a kernel's own build made, with real CRCs, is compared with the Module.symvers that
# it was built with, and with one that has another CRC.
. "$(dirname "$0")/common.inc"
need_headers

symvers=/usr/src/linux-headers-$kernel/Module.symvers
expect 0 kpb build -q -b -k "$kernel" --replace "$KPB_SOURCE/docs/example/cmdline-livepatch.c"
rpm=kpatch-module-cmdline-livepatch-$kernel-1-1.x86_64.rpm
expect 0 kpb verify --symvers "$symvers" "$rpm"
sed 's/^0x[0-9a-f]*\(\tklp_enable_patch\t\)/0x01234567\1/' "$symvers" >another
cmp -s "$symvers" another && fail "the headers export no klp_enable_patch"
expect 4 kpb verify --symvers another "$rpm"
says "$err" "of 'klp_enable_patch', the target exports it with 0x01234567"
same "$(grep -c error: "$err")" 1 "the number of errors"
