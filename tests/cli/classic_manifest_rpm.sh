#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# From the unchanged manifest of 2015 to an RPM for EL 7. No such kernel can be compiled here: the
# builder is the STUB of tests/stubs, which copies a finished module that was given the kernel's
# name.
. "$(dirname "$0")/common.inc"
release=3.10.0-229.el7.x86_64 version=3 patchlevel=10 sublevel=0 extra=-229.el7.x86_64
. "$(dirname "$0")/stub_kernel.inc"

rm -r tree/scripts/livepatch # it did not exist yet
cp "$KPB_SOURCE/tests/stubs/kpatch-build" "$root/usr/bin/kpatch-build"
echo 'ERROR: no changed objects found.' >"$root/kpb-stub-original"
cp symvers "$root/kpb-stub-symvers"
expect 0 kpb kernel add -k $release --root "$root" --source tree --config config --vmlinux vmlinux --symvers symvers \
	--builder kpatch-build
# The new name is longer than the old one, so its sections are replaced instead of overwritten.
# Without an output file, objcopy would rewrite its input.
objcopy --dump-section .modinfo=modinfo --dump-section .gnu.linkonce.this_module=this "$KPB_FIXTURES/livepatch-two.ko" \
	unused.ko
python3 - <<'PYTHON'
old, new = b"livepatch_two\0", b"kpatch_livepatch_test\0"
text = open("modinfo", "rb").read()
open("modinfo", "wb").write(text.replace(b"name=" + old, b"name=" + new))
this = open("this", "rb").read()
at = this.index(old)
open("this", "wb").write(this[:at] + new + this[at + len(new):])
PYTHON
objcopy --update-section .modinfo=modinfo --update-section .gnu.linkonce.this_module=this "$KPB_FIXTURES/livepatch-two.ko" \
	named.ko
python3 "$KPB_FIXTURES/set_vermagic.py" named.ko $release "$root/kpb-stub-module"
echo 'SUCCESS' >"$root/success.log"
echo success.log >"$root/kpb-stub-log"
echo 0 >"$root/kpb-stub-status"

cp "$KPB_FIXTURES/manifests/2015.yml" packages.yml
cp ab.patch livepatch-test.patch
expect 0 kpatch-package-builder --manifest packages.yml --build-rpm
says "$err" "kpatch-package-builder: generating spec file..."
says "$err" "kpatch-package-builder: building RPM..."
says "$err" "kpatch-package-builder: writing kpatch-module-livepatch-test-1-1.x86_64.rpm..."
same "$(rpm -qpl kpatch-module-livepatch-test-1-1.x86_64.rpm 2>/dev/null)" \
	"/var/lib/kpatch/$release/kpatch-livepatch-test.ko" "what the RPM holds"
