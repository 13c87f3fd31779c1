#!/bin/sh
# zoo.sh KPB
# Bad plugins, one per way to be bad. Each must be refused with status 3 and a message that names it
# and says what is wrong; and where that can be known from the file alone, its constructor must not
# have run, because by then it is too late to refuse. The good ones among them prove that the others
# are refused for their fault.
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2086
set -eu

[ $# -eq 1 ] || { echo 'usage: zoo.sh KPB' >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/plugin_abi/report.sh
. "$here/report.sh"
kpb=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
[ -x "$kpb" ] || { echo "zoo.sh: $kpb: no such program" >&2; exit 2; }
include=$here/../../sdk/include
map=$here/../../sdk/cmake/plugin.map

umask 022
unset KPB_PLUGIN_PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
write_patch "$work/fix.patch"
export KPB_ZOO_CANARY="$work/canary"

# --- how the plugins are made: build_METHOD NAME leaves what the case needs in $dir ---

library="-fPIC -shared -fvisibility=hidden -Wl,--version-script=$map"
c_plugin() { gcc -std=c11 -Wall -Wextra -pedantic -I"$include" $library "$@"; }
# put_byte FILE OFFSET OCTAL
put_byte() { printf %b "\\0$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

build_c() { c_plugin "$here/zoo/$1.c" -o "$dir/$1.so"; }
build_cxx() {
  g++ -std=c++17 -Wall -Wextra -pedantic -I"$include" $library "$here/zoo/$1.cpp" -o "$dir/$1.so"
}
build_c_hangs() { build_c hangs; }
build_c_exits() { build_c exits; }
build_c_crashes() { build_c crashes; }
build_good() { build_c good; }
build_nothing() { :; }
build_text() { printf '#!/bin/sh\necho hello\n' >"$dir/text.so"; }
build_empty() { : >"$dir/empty.so"; }
build_truncated() { build_good; truncate -s "$1" "$dir/good.so"; }
build_cut_header() { build_truncated 40; }
build_cut_tables() { build_truncated 100; }
# Whole enough to show its note, too short to be mapped: touching the rest would be a SIGBUS.
build_cut_middle() { build_truncated 4096; }
build_other_machine() { build_good; put_byte "$dir/good.so" 18 363; } # EM_RISCV
build_class_32() { build_good; put_byte "$dir/good.so" 4 001; }
build_other_order() { build_good; put_byte "$dir/good.so" 5 002; }
build_many_headers() { build_good; put_byte "$dir/good.so" 56 377; put_byte "$dir/good.so" 57 377; }
main_program() { printf 'int main(void) { return 0; }\n#include "%s/zoo/good.c"\n' "$here"; }
build_static() { main_program | gcc -I"$include" -x c - -static -no-pie -o "$dir/good.so"; }
build_executable() { main_program | gcc -I"$include" -x c - -no-pie -o "$dir/good.so"; }
# Of the type of a shared library; the loader knows the difference.
build_pie() { main_program | gcc -I"$include" -x c - -fPIE -pie -o "$dir/good.so"; }
build_object() { gcc -I"$include" -fPIC -c "$here/zoo/good.c" -o "$dir/good.so"; }
build_missing_library() {
  echo 'int zoo_missing(void) { return 0; }' |
    gcc -fPIC -shared -x c - -Wl,-soname,libzoo-missing.so -o "$work/libzoo-missing.so"
  c_plugin "$here/zoo/good.c" -Wl,--no-as-needed "$work/libzoo-missing.so" -o "$dir/good.so"
}
build_fifo() { mkfifo "$dir/fifo.so"; }
build_directory() { mkdir "$dir/directory.so"; }
build_group_writable() { build_good; chmod 0775 "$dir/good.so"; }
build_world_writable() { build_good; chmod 0757 "$dir/good.so"; }
build_open_directory() { build_good; chmod 0777 "$dir"; }
build_group_directory() { build_good; chmod 0775 "$dir"; }
build_sticky_directory() { build_good; chmod 1777 "$dir"; }
build_inner() { mkdir "$dir/inner"; build_good; mv "$dir/good.so" "$dir/inner"; }
build_open_parent() { build_inner; chmod 0777 "$dir"; }
build_sticky_parent() { build_inner; chmod 1777 "$dir"; }
build_other_owner_directory() { build_good; chown 65534 "$dir"; }
build_other_owner_file() { build_good; chown 65534 "$dir/good.so"; }
build_symlink() { build_inner; mkdir "$dir/links"; ln -s ../inner/good.so "$dir/links/link.so"; }
build_symlink_to_open() { build_symlink; chmod 0777 "$dir/inner"; }
build_dangling() { ln -s nowhere.so "$dir/dangling.so"; }
build_two() { build_inner; mkdir "$dir/other"; cp "$dir/inner/good.so" "$dir/other"; }
build_twins() { build_good; cp "$dir/good.so" "$dir/twin.so"; }

# --- how they are called: call_METHOD, in "$dir" ---

build() { timeout 60 "$kpb" build -k 5.14.0-362.8.1.el9_3 "$@" "$work/fix.patch"; }
dry_run() { build --dry-run "$@"; }
call_use() { dry_run --plugin-dir "$dir" -p zoo; }
call_spec() { build -o - --plugin-dir "$dir" -p zoo; }
call_chain() { dry_run --plugin-dir "$dir" -p standard -p zoo; }
call_list() { timeout 60 "$kpb" plugins list --plugin-dir "$dir"; }
call_show() { timeout 60 "$kpb" plugins show zoo --plugin-dir "$dir"; }
call_show_standard() { timeout 60 "$kpb" plugins show standard --plugin-dir "$dir"; }
call_inner() { dry_run --plugin-dir "$dir/inner" -p zoo; }
call_links() { dry_run --plugin-dir "$dir/links" -p zoo; }
call_relative() { dry_run --plugin-dir . -p zoo; }
call_nowhere() { dry_run -p zoo; }
call_missing_directory() { dry_run --plugin-dir "$dir/missing" -p zoo; }
call_both() { dry_run --plugin-dir "$dir/inner" --plugin-dir "$dir/other" -p zoo; }
call_standard() { dry_run --plugin-dir "$dir" -p standard; }
call_path() { KPB_PLUGIN_PATH=$dir dry_run -p zoo; }
call_path_dot() { KPB_PLUGIN_PATH=. dry_run -p zoo; }
call_path_empty() { KPB_PLUGIN_PATH=:$dir dry_run -p zoo; }
call_path_relative() { KPB_PLUGIN_PATH=../$(basename "$dir") dry_run -p zoo; }

# What was temporary must be gone. A status of 99 says that it is not.
in_own_tmp() {
  mkdir "$dir/tmp"
  result=0
  TMPDIR=$dir/tmp "$@" || result=$?
  [ -z "$(ls -A "$dir/tmp")" ] || { echo "left: $(ls -A "$dir/tmp")"; return 99; }
  return $result
}
call_leaving() { in_own_tmp build --plugin-dir "$dir" -p zoo -o "$dir"; }
# SIGNAL COUNT: kpb's, which hangs by then.
stopped() {
  timeout -s KILL 60 "$kpb" build -k 5.14.0-362.8.1.el9_3 --plugin-dir "$dir" -p zoo -o - "$work/fix.patch" &
  pid=$!
  until [ -e "$KPB_ZOO_CANARY" ]; do sleep 0.1; done
  child=$(cat /proc/$pid/task/$pid/children)
  n=0
  while [ $n -lt "$2" ]; do
    sleep 0.3
    kill -s "$1" $child
    n=$((n + 1))
  done
  wait $pid
}
call_stopped_twice() { in_own_tmp stopped INT 2; }
call_stopped_once() { in_own_tmp stopped TERM 1; }
call_json() {
  dry_run --json --plugin-dir "$dir" -p zoo >"$dir/json" || return
  python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$dir/json"
}
# It ends in the middle of things; whoever reads its JSON is told so in JSON.
call_ends_json() {
  result=0
  dry_run --json --plugin-dir "$dir" -p zoo >"$dir/json" || result=$?
  cat "$dir/json"
  python3 -c 'import json, sys
told = json.load(open(sys.argv[1]))
assert told["status"] == int(sys.argv[2]) and told["command"] == "build", told
assert [d["code"] for d in told["diagnostics"]] == ["plugin-ended"], told' "$dir/json" $result || return 98
  return $result
}
call_mode() {
  (umask 022; build --plugin-dir "$dir" -p zoo -o "$dir/zoo.spec") && stat -c 'mode %a' "$dir/zoo.spec"
}

# The first text of $1 ("A & B & C") that is not in the output.
missing_text() {
  rest=$1
  while [ -n "$rest" ]; do
    text=${rest%% & *}
    case $rest in *' & '*) rest=${rest#* & } ;; *) rest= ;; esac
    case $text in DIR*) text=$dir${text#DIR} ;; esac
    case $text in *' DIR'*) text="${text%%DIR*}$dir${text#*DIR}" ;; esac
    if ! grep -qF -- "$text" "$work/said"; then
      echo "$text"
      return
    fi
  done
}

judge() {
  shown=$(head -c 600 "$work/said" | tr '\n' ' ')
  if [ "$status" -ne "$exit_status" ]; then
    not_ok "$name" "exit status $status instead of $exit_status: $shown"
    return
  fi
  text=$(missing_text "$says")
  if [ -n "$text" ]; then
    not_ok "$name" "nothing was said of '$text': $shown"
  elif [ "$ran" = no ] && [ -e "$KPB_ZOO_CANARY" ]; then
    not_ok "$name" "its constructor ran"
  elif [ "$ran" = yes ] && [ ! -e "$KPB_ZOO_CANARY" ]; then
    not_ok "$name" "its constructor left no trace, so the lack of one proves nothing"
  elif grep -q "$(printf '\033')" "$work/said"; then
    not_ok "$name" "an escape sequence reached the terminal"
  else
    ok "$name"
  fi
}

sed 's/ *| */|/g' "$here/zoo/cases.txt" >"$work/cases"
while IFS='|' read -r name built called exit_status ran says; do
  case $name in '' | '#'*) continue ;; esac
  case $built in
  other_owner*)
    if [ "$(id -u)" -ne 0 ]; then
      skip "$name" "only root can give a file away"
      continue
    fi
    ;;
  esac
  dir=$work/$name
  mkdir "$dir"
  if ! "build_$built" "$name" >"$work/said" 2>&1; then
    not_ok "$name" "cannot be built: $(head -n 1 "$work/said")"
    continue
  fi
  rm -f "$KPB_ZOO_CANARY"
  status=0
  (cd "$dir" && "call_$called") >"$work/said" 2>&1 </dev/null || status=$?
  judge
done <"$work/cases"

finish
