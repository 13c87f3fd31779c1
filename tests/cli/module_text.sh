#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A module whose strings are more than a line of text is refused wherever it is read, alone or in a package; and a
# package whose modules.conf the runtime reads as something else than its manifest says is refused, however
# consistent it is.
. "$(dirname "$0")/common.inc"

K=6.12.107-kpbtest
export SOURCE_DATE_EPOCH=1700000000
cat >"$top/text.py" <<'PYTHON'
import sys
data = open(sys.argv[1], "rb").read()
at = data.index(b"vermagic=")
end = data.index(b"\0", at)
open(sys.argv[2], "wb").write(data[:at] + data[at:end].replace(b"SMP ", b"SMP\n", 1) + data[end:])
PYTHON
python3 "$top/text.py" "$KPB_FIXTURES/livepatch-two.ko" x.ko
for command in inspect verify; do
	expect 2 kpb $command x.ko
	says "$err" "modinfo's 'vermagic' is '6.12.107-kpbtest SMP\\x0a"
	says "$err" "control character \\x0a"
done
expect 2 kpb build -q -B deb -o . -k $K --replace --module x.ko
says "$err" "control character \\x0a"
files x.ko

# Somebody makes the package by hand: module, manifest and modules.conf agree, and all digests are right.
expect 0 kpb build -q -B deb -k $K --replace --name fix --module "$KPB_FIXTURES/livepatch-two.ko"
deb=$(echo ./*.deb)
expect 0 kpb verify "$deb"
for more in '\nmodule=evil\nfile=/tmp/evil.ko' '\nunknown=1' '\xc2\x85'; do
	python3 "$KPB_SOURCE/tests/cli/deb_forge.py" "$deb" bad.deb told ' mod_unload' " mod_unload$more"
	expect 4 kpb verify bad.deb
	says "$err" "modules.conf' is not what its manifest says"
done
