#!/bin/sh
# docs_code.sh [FILE.md...]
# The code that the documentation shows is code that is compiled and run by the tests: a block after
# the line "<!-- file: PATH -->" must be that file, word for word. Without arguments, all of docs/.
# SPDX-License-Identifier: GPL-2.0-only
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/plugin_abi/report.sh
. "$here/../plugin_abi/report.sh"
if [ $# -eq 0 ]; then
  cd "$here/../.."
  set -- docs/*.md
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for page; do
  rm -f "$work"/block.*
  # block.N.path holds the path, block.N.text what stands between the fences.
  awk -v base="$work/block" '
    function lost() { n++; print path >(base "." n ".path"); want = 0 }
    /^<!-- file: .* -->$/ { if (want) lost(); path = $3; want = 1; next }
    want && /^```/ { n++; print path >(base "." n ".path"); printf "" >(base "." n ".text")
                     inside = 1; want = 0; next }
    inside && /^```$/ { inside = 0; next }
    inside { print >(base "." n ".text"); next }
    want && NF { lost() }
    END { if (want) lost() }
  ' "$page"
  for path_file in "$work"/block.*.path; do
    [ -e "$path_file" ] || continue
    path=$(cat "$path_file")
    text=${path_file%.path}.text
    if [ ! -e "$text" ]; then
      not_ok "$page: $path" "no code block follows the marker"
    elif [ ! -f "$here/../../$path" ]; then
      not_ok "$page: $path" "there is no such file"
    elif diff -u "$text" "$here/../../$path" >"$work/diff"; then
      ok "$page: $path"
    else
      not_ok "$page: $path" "the page (-) and the file (+) differ:"
      sed 1,2d "$work/diff"
    fi
  done
done

[ $((passed + failed)) -gt 0 ] || not_ok "$*" "no code block is marked with <!-- file: PATH -->"
finish
