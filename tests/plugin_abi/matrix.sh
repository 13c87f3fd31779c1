#!/bin/sh
# matrix.sh PREFIX_OR_BUILD
# Proves that a plugin works however it was built: other compiler, other standard library, other
# flags, another language. Plain C++ interfaces crash for three of the first seven builds here
# (docs/plugin-abi.md), so this is what must never break. Each build is shown, used, and made to
# throw; then all of them work in one process.
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2086
set -eu

[ $# -eq 1 ] || { echo 'usage: matrix.sh PREFIX_OR_BUILD' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/plugin_abi/report.sh
. "$here/report.sh"
kpb=$(cd "$1" && pwd)/bin/kpb
[ -x "$kpb" ] || { echo "matrix.sh: $kpb: no such program" >&2; exit 2; }
include=$here/../../sdk/include
map=$here/../../sdk/cmake/plugin.map

umask 022
unset KPB_PLUGIN_PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
mkdir "$work/plugins"
write_patch "$work/fix.patch"
link="-fPIC -shared -fvisibility=hidden -Wl,--version-script=$map -Wl,-z,defs"

# status, and what was said in "$work/said": whatever the exit status.
run() {
  status=0
  (cd "$work" && timeout 60 "$kpb" "$@") >"$work/said" 2>&1 </dev/null || status=$?
}
dry_run() {
  run build --dry-run -k 5.14.0-362.8.1.el9_3 --plugin-dir "$work/plugins" "$@" fix.patch
}
said() { grep -qF -- "$1" "$work/said"; }
last_line() { tail -n 1 "$work/said"; }

# check NAME STATUS TEXT...: the last run ended so and said all that.
check() {
  case_name=$1 wanted=$2
  shift 2
  if [ "$status" -ne "$wanted" ]; then
    not_ok "$case_name" "exit status $status instead of $wanted; $(last_line)"
    return
  fi
  for text; do
    if ! said "$text"; then
      not_ok "$case_name" "nothing was said of '$text'; $(last_line)"
      return
    fi
  done
  ok "$case_name"
}

chain=
prefix=
try() {
  name=$1
  run plugins show "$name" --plugin-dir "$work/plugins"
  check "$name shown" 0 "$name"
  dry_run -p standard -p "$name"
  check "$name used" 0 "$name-kpatch-module-fix-5.14.0-362.8.1.el9_3"
  chain="$chain -p $name"
  prefix="$name-$prefix"
}

# build NAME COMPILER FLAG...
build() {
  name=$1
  shift
  if ! command -v "$1" >/dev/null; then
    skip "$name" "$1 is not installed"
    return
  fi
  # Is it the machine that lacks something (libc++, a linker), or our header that does not compile?
  if ! echo '#include <string>
    std::string text() { return "x"; }' | "$@" $link -x c++ - -o "$work/probe" 2>"$work/said"; then
    skip "$name" "does not compile here: $(grep -m 1 error "$work/said" || last_line)"
    return
  fi
  if ! "$@" -O1 -Wall -Wextra -pedantic -Werror -I"$include" "-DMATRIX_NAME=\"$name\"" $link \
      "$here/matrix_policy.cpp" -o "$work/plugins/$name.so" 2>"$work/said"; then
    not_ok "$name" "does not compile: $(grep -m 1 error "$work/said" || last_line)"
    return
  fi
  if [ "$name" = stripped ]; then strip "$work/plugins/$name.so"; fi
  try "$name"
  dry_run -p standard -p "$name" --set matrix-throw=exception
  check "$name throws an exception" 3 "thrown by $name" "org.example.matrix.$name"
  dry_run -p standard -p "$name" --set matrix-throw=number
  check "$name throws a number" 3 "unknown exception" "org.example.matrix.$name"
  dry_run -p standard -p "$name" --set matrix-throw=refusal
  check "$name refuses" 2 "refused by $name" "hint: leave matrix-throw out"
}

build plain g++ -std=c++20
build clang clang++ -std=c++20
build old-strings g++ -std=c++20 -D_GLIBCXX_USE_CXX11_ABI=0
build libcxx clang++ -std=c++20 -stdlib=libc++
build debug-containers g++ -std=c++20 -D_GLIBCXX_DEBUG
build static-runtime g++ -std=c++20 -static-libstdc++ -static-libgcc
build cxx17 g++ -std=c++17
build clang-cxx17 clang++ -std=c++17
build lto g++ -std=c++17 -O2 -flto
build gc-sections g++ -std=c++17 -ffunction-sections -fdata-sections -Wl,--gc-sections
build stripped g++ -std=c++17
build gold g++ -std=c++17 -fuse-ld=gold
build lld clang++ -std=c++17 -fuse-ld=lld

for compiler in gcc clang; do
  name=c11
  if ! command -v "$compiler" >/dev/null; then
    skip "$name-$compiler" "$compiler is not installed"
  elif "$compiler" -std=c11 -O1 -Wall -Wextra -pedantic -Werror -I"$include" $link \
      "$here/c11_policy.c" -o "$work/plugins/c11.so" 2>"$work/said"; then
    run plugins show c11 --plugin-dir "$work/plugins"
    check "c11 by $compiler shown" 0 org.example.c11
    dry_run -p standard -p c11
    check "c11 by $compiler used" 0 c11-kpatch-module-fix-5.14.0-362.8.1.el9_3
    dry_run -p c11
    check "c11 by $compiler refuses" 2 'use -p standard -p c11'
  else
    not_ok "c11-$compiler" "does not compile: $(grep -m 1 error "$work/said" || last_line)"
  fi
done

# Every build in one process: two standard libraries, two layouts of std::string, two unwinders.
dry_run --name x -p standard $chain
check "all in one process" 0 "${prefix}kpatch-module-x-5.14.0-362.8.1.el9_3"

finish
