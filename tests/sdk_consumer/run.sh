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
  expect "its refusal" 2 "there is no package name to add the prefix to" dry_run -p acme
  expect "its hint" 2 "hint: use a policy that sets one first" dry_run -p acme

  attempt "starter installs" cmake --install "$work/build" --prefix "$work/site" || true
  installed=$(find "$work/site" -name acme.so ! -perm /022)
  case $installed in
  "$work"/site/lib*/kpb/plugins/acme.so) ok "starter installs beside kpb's plugins" ;;
  *) not_ok "starter installs beside kpb's plugins" "found at: $installed" ;;
  esac
fi

# --- names of a site's own, with kpb's relations ---

kernel=5.14.0-362.8.1.el9_3
python3 "$here/../fixtures/set_vermagic.py" "$here/../fixtures/klp-livepatch-test.ko" "$kernel.x86_64" "$work/fix.ko"

# pack DIRECTORY OPTION...: makes an RPM, and in DIRECTORY.txt what it says of other packages.
pack() {
  directory=$1
  shift
  mkdir -p "$directory"
  "$kpb" build -B rpm-build -o "$directory" -k "$kernel" --module "$work/fix.ko" --no-replace --cve CVE-2026-12345 \
    --plugin-dir "$plugins" "$@" || return 1
  for relation in requires provides conflicts obsoletes; do
    rpm -qp "--$relation" "$directory"/*.rpm | sed "s/^/$relation: /"
  done | grep -v 'rpmlib(' >"$directory.txt"
}

# own_names NAME OPTION...: builds the example so, and packs with it what policy standard packs.
own_names() {
  label="own names$1" site=$work/names$1
  shift
  cp -R "$prefix/share/kpb/examples/own_names" "$site"
  configure "$label, configures" "$site" "$site/build" "$@" || return 0
  attempt "$label, builds" cmake --build "$site/build" || return 0
  plugins=$site/build/plugins
  exported=$(nm -D --defined-only "$plugins/acme-names.so" | awk '{ print $NF }')
  if [ "$exported" = kpb_plugin_entry ]; then
    ok "$label, exports its entry alone"
  else
    not_ok "$label, exports its entry alone" "it exports: $(echo "$exported" | tr '\n' ' ')"
  fi
  attempt "$label, packs" pack "$site/own" -p acme-names || return 0
  attempt "$label, standard packs" pack "$site/standard" -p standard || return 0
  own=acme-livepatch-CVE-2026-12345-$kernel
  if [ -e "$site/own/$own-1-1.x86_64.rpm" ]; then
    ok "$label, the package's name"
  else
    not_ok "$label, the package's name" "there is $(ls "$site/own")"
  fi
  expect "$label, the module's file" 0 "/$kernel.x86_64/acme-CVE-2026-12345-1-1.ko" \
    rpm -qpl "$site/own/$own-1-1.x86_64.rpm"
  # Line by line what standard says, but for the name and the one relation more.
  { sed "s/$package/$own/g" "$site/standard.txt"; echo 'requires: acme-release'; } | sort >"$site/wanted.txt"
  sort "$site/own.txt" >"$site/found.txt"
  if ! grep -qF "conflicts: kpatch-func($kernel.x86_64/vmlinux:" "$site/found.txt"; then
    not_ok "$label, the relations" "none keeps two patches of one function apart"
  elif diff "$site/wanted.txt" "$site/found.txt" >"$said"; then
    ok "$label, the relations"
  else
    not_ok "$label, the relations" "$(grep -m 1 '^[<>]' "$said")"
  fi
}

if ! command -v rpmbuild >/dev/null; then
  skip "own names" "rpmbuild is not installed"
else
  own_names "" "-DCMAKE_CXX_FLAGS=-Wall -Wextra -pedantic -Werror"
  own_run() {
    "$kpb" build --dry-run -k "$kernel" --plugin-dir "$work/names/build/plugins" -p acme-names "$@" "$work/fix.patch"
  }
  expect "own names, no CVE" 2 "hint: add --cve CVE-YEAR-NUMBER" own_run
  # Whether a package is for this kernel is told by its name, also where it is the site's.
  expect "own names, takes over from its own" 0 "acme-livepatch-CVE-2026-10002-$kernel" \
    own_run --cve CVE-2026-10002 --supersedes "acme-livepatch-CVE-2026-10001-$kernel=1-1"
  expect "own names, not from another kernel's" 2 "its name does not contain the kernel" \
    own_run --cve CVE-2026-10002 --supersedes "acme-livepatch-CVE-2026-10001-5.14.0-427.1.1.el9_4=1-1"
  # kpb::policy has std::string and std::vector in its interface: it must come from the site's own compiler.
  own_names ", old strings" "-DCMAKE_CXX_FLAGS=-D_GLIBCXX_USE_CXX11_ABI=0"
  own_names ", debug containers" "-DCMAKE_CXX_FLAGS=-D_GLIBCXX_DEBUG"
  if echo '#include <string>' | clang++ -stdlib=libc++ -fsyntax-only -x c++ - 2>"$said"; then
    own_names ", libc++" -DCMAKE_CXX_COMPILER=clang++ "-DCMAKE_CXX_FLAGS=-stdlib=libc++"
  else
    skip "own names, libc++" "clang++ or libc++ is not installed"
  fi
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
