#!/bin/sh
# run.sh KPB_PREFIX
# Does what a site does: takes the starter, builds it against the *installed* kpb, and uses it.
# Finds what a build inside our tree hides: a header that is not installed, a path into the source
# tree, a header that needs another one, a language version or a warning that only a site turns on.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

[ $# -eq 1 ] || { echo 'usage: run.sh KPB_PREFIX' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/plugin_abi/report.sh
. "$here/../plugin_abi/report.sh"
prefix=$(cd "$1" && pwd)
kpb=$prefix/bin/kpb
[ -x "$kpb" ] || { echo "run.sh: $kpb: no such program" >&2; exit 2; }

umask 022
unset KPB_PLUGIN_PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
said=$work/said
write_patch "$work/fix.patch"
package=kpatch-module-fix-5.14.0-362.8.1.el9_3

# attempt NAME COMMAND...: the case is that the command succeeds.
attempt() {
  case_name=$1
  shift
  if "$@" >"$said" 2>&1 </dev/null; then
    ok "$case_name"
  else
    not_ok "$case_name" "$(grep -m 1 -i error "$said" || tail -n 1 "$said")"
    return 1
  fi
}

# expect NAME STATUS TEXT COMMAND...: it ends so, and says that.
expect() {
  case_name=$1 wanted=$2 text=$3 status=0
  shift 3
  "$@" >"$said" 2>&1 </dev/null || status=$?
  if [ "$status" -ne "$wanted" ]; then
    not_ok "$case_name" "exit status $status instead of $wanted; $(tail -n 1 "$said")"
  elif ! grep -qF -- "$text" "$said"; then
    not_ok "$case_name" "nothing was said of '$text'; $(tail -n 1 "$said")"
  else
    ok "$case_name"
  fi
}

# --- every header, alone ---

# alone HEADER LANGUAGE COMPILER STANDARD...
alone() {
  header=$1 language=$2 compiler=$3
  shift 3
  for standard; do
    name="$header $compiler $standard"
    if ! command -v "$compiler" >/dev/null; then
      skip "$name" "$compiler is not installed"
      continue
    fi
    echo "#include <$header>" >"$work/alone.txt"
    attempt "$name" "$compiler" "-std=$standard" -Wall -Wextra -Wconversion -Wshadow -pedantic \
      -Werror -I"$prefix/include" -fsyntax-only -x "$language" "$work/alone.txt" || true
  done
}

headers=$(cd "$prefix/include" && find kpb -name '*.h' -o -name '*.hpp' | sort)
for header in $headers; do
  case $header in
  kpb/abi/*.h)
    alone "$header" c gcc c11 c17
    alone "$header" c clang c11 c17
    ;;
  esac
  alone "$header" c++ g++ c++17 c++20
  alone "$header" c++ clang++ c++17 c++20
done
if (cd "$here/../../sdk/include" && find kpb -type f | sort) >"$work/ours" &&
    (cd "$prefix/include" && find kpb -type f | sort) | cmp -s "$work/ours" -; then
  ok "all headers are installed"
else
  not_ok "all headers are installed" "$prefix/include/kpb is not what sdk/include/kpb holds"
fi

# --- the starter, as a site would use it ---

# configure NAME SOURCE BUILD OPTION...
configure() {
  case_name=$1 source=$2 build=$3
  shift 3
  attempt "$case_name" cmake -S "$source" -B "$build" "-DCMAKE_PREFIX_PATH=$prefix" "$@"
}

dry_run() {
  "$kpb" build --dry-run -k 5.14.0-362.8.1.el9_3 --plugin-dir "$plugins" "$@" "$work/fix.patch"
}

cp -R "$here/../../sdk/starter" "$work/starter"
plugins=$work/build/plugins
if configure "starter configures" "$work/starter" "$work/build" \
    "-DCMAKE_CXX_FLAGS=-Wall -Wextra -pedantic -Werror" &&
    attempt "starter builds" cmake --build "$work/build"; then
  exported=$(nm -D --defined-only "$plugins/acme.so" | awk '{ print $NF }')
  if [ "$exported" = kpb_plugin_entry ]; then
    ok "starter exports its entry alone"
  else
    not_ok "starter exports its entry alone" "it exports: $(echo "$exported" | tr '\n' ' ')"
  fi
  expect "starter is known" 0 com.example.acme "$kpb" plugins show acme --plugin-dir "$plugins"
  expect "starter is listed" 0 "$plugins/acme.so" "$kpb" plugins list --plugin-dir "$plugins"
  expect "without it, the plain name" 0 "$package" dry_run -p standard
  expect "with it, the prefix" 0 "acme-$package" dry_run -p standard -p acme
  expect "with it, as JSON" 0 "\"acme-$package\"" dry_run --json -p standard -p acme
  expect "its setting" 0 "site-$package" dry_run -p standard -p acme --set acme-prefix=site
  expect "its refusal" 2 "no package name to put the prefix before" dry_run -p acme
  expect "its hint" 2 "hint: name a policy that gives one first" dry_run -p acme

  attempt "starter installs" cmake --install "$work/build" --prefix "$work/site" || true
  installed=$(find "$work/site" -name acme.so ! -perm /022)
  case $installed in
  "$work"/site/lib*/kpb/plugins/acme.so) ok "starter installs beside kpb's plugins" ;;
  *) not_ok "starter installs beside kpb's plugins" "found at: $installed" ;;
  esac
fi

# A -z defs would make this link fail: the sanitizer's symbols are in the executable.
if configure "with a sanitizer, configures" "$work/starter" "$work/sanitized" \
    -DCMAKE_CXX_FLAGS=-fsanitize=address,undefined; then
  attempt "with a sanitizer, builds" cmake --build "$work/sanitized" || true
fi

# --- a site without C++ ---

mkdir "$work/c"
cp "$here/../plugin_abi/c11_policy.c" "$work/c"
cat >"$work/c/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(c-site LANGUAGES C)
find_package(kpb-sdk 0.1 REQUIRED)
kpb_add_plugin(c11 SOURCES c11_policy.c)
CMAKE
plugins=$work/c-build/plugins
if configure "C only, configures" "$work/c" "$work/c-build" &&
    attempt "C only, builds" cmake --build "$work/c-build"; then
  expect "C only, is used" 0 "c11-$package" dry_run -p standard -p c11
fi

finish
