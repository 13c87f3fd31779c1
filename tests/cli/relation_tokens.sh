#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Function names on their way through rpmbuild: names that compilers create arrive unchanged, and
# whatever rpm would split, expand or misread is refused before. At most 2,000 functions are
# allowed.
. "$(dirname "$0")/common.inc"
tool rpm

K=6.1.0-56-amd64
pack() { kpb build -q -b --name fix --no-replace -k $K --module "$KPB_SYNTH/plain.ko" "$@"; }
functions() { rpm -qp --"$1" ./*.rpm | grep '^kpatch-func'; }

long=$(printf 'f%.0s' $(seq 300))
for name in f f.isra.0 f.constprop.1 f.part.0.cold '$x' 'a$b' _RNvCs1_5crate3foo a..b "$long"; do
	set -- "$@" --function "vmlinux:$name"
	echo "kpatch-func($K/vmlinux:$name:1)"
done | LC_ALL=C sort >wanted
for name in f f.isra.0 f.constprop.1 f.part.0.cold '$x' 'a$b' _RNvCs1_5crate3foo a..b "$long"; do
	set -- "$@" --function "vmlinux:$name"
done
expect 0 pack "$@"
for kind in provides conflicts; do
	same "$(functions $kind | LC_ALL=C sort)" "$(cat wanted)" "what the package $kind"
done
rm ./*.rpm

for name in 'a b' 'a,b' 'f(int)' 'f(int, char)' 'a[0]' 'a{b}' 'a<b' 'a<b>' 'a=b' 'a%b' '%{name}' '%(touch owned)' 'a/b' 'a"b' \
	"a'b" 'a\b' 'a;b' 'caf'"$(printf '\303\251')" 'ns::f' "$(printf 'f%.0s' $(seq 512))"; do
	expect 2 pack --function "vmlinux:$name"
	says "$err" "--function "
	says "$err" "is refused"
	expect 2 pack --function "$name:f"
done
files wanted

# many COUNT: a package with that many functions
many() {
	set --
	for i in $(seq "$count"); do set -- "$@" --function "vmlinux:function_number_$i"; done
	pack "$@"
}
count=2000
expect 0 many
same "$(functions provides | wc -l) $(functions conflicts | wc -l)" "2000 2000" "how many functions are named"
expect 0 kpb verify ./*.rpm
rm ./*.rpm
count=2001
expect 2 many
says "$err" "the module patches 2001 functions; a package has at most 2000"
