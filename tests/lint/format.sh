#!/bin/sh
# format.sh [--fix]
# Every C and C++ file of the project must be formatted according to .clang-format. Without an option,
# prints the files that are not, with exit status 1; --fix formats them. Files whose bytes are tested
# (fixtures, modules and patches in the kernel's own style) are left as they are.
# Exit status: 0 all are, 1 some are not, 2 usage, 77 not the clang-format that the rules were written for.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
cd "$(dirname "$0")/../.."

action='--dry-run -Werror'
case ${1-} in
    '') ;;
    --fix) action=-i ;;
    *) echo 'usage: format.sh [--fix]' >&2; exit 2 ;;
esac
# Versions differ in small details, so one of them must be the rule: Debian 12's.
case $(clang-format --version 2>/dev/null) in
    *' version 14.'*) ;;
    *) echo 'format.sh: needs clang-format 14 (Debian 12)'; exit 77 ;;
esac
files=$(git ls-files -co --exclude-standard -- '*.c' '*.h' '*.cpp' '*.hpp' |
    grep -v -E '^(tests/fixtures|tests/e2e|tests/fuzz/corpus|docs/example)/' |
    while read -r file; do [ -f "$file" ] && echo "$file"; done)
[ -n "$files" ] || { echo 'format.sh: no files: is this a git checkout?'; exit 77; }
# shellcheck disable=SC2086 # the options and the names are words
clang-format $action $files 2>&1 | sed -n 's/:[0-9]*:[0-9]*: error: code should be clang-formatted.*//p' | sort -u |
    sed 's/$/: not formatted; sh tests\/lint\/format.sh --fix/' | { ! grep .; }
