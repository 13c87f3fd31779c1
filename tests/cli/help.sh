#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Help, man page and completion are generated from one table and installed: they render, parse, and
# contain every option.
. "$(dirname "$0")/common.inc"

expect 0 kpb help
commands=$(sed -nE 's/^  ([a-z-]+) +[a-z].*/\1/p' "$out" | grep -v '^kpb$')
same "$(echo "$commands" | paste -s -d ' ')" "build inspect series verify conflicts boot-test kernel plugins help" "the commands"
page=$KPB_PREFIX/share/man/man1/kpb.1
[ -f "$page" ] || fail "there is no man page"
expect 0 kpb help --man
cmp "$out" "$page"
completion=$KPB_PREFIX/share/bash-completion/completions/kpb
[ -f "$completion" ] || fail "there is no completion"

# Every option is in the man page and in the completion.
for command in $commands; do
	expect 0 kpb help "$command"
	silent "$err"
	[ "$(wc -L <"$out")" -le 100 ] || fail "a line of kpb help $command is longer than 100"
	for option in $(grep -oE '^ +(-[a-z], +)?--[a-z-]+' -i "$out" | grep -oE -- '--[a-z-]+'); do
		grep -qF -- "$(echo "$option" | sed 's/-/\\-/g')" "$page" || fail "$option is not in the man page"
		grep -qF -- "$option" "$completion" || fail "$option is not in the completion"
	done
	# And it works, at least in that it is not unknown.
	expect 0 kpb "$command" --help
done

if command -v groff >/dev/null; then
	expect 0 groff -man -Tutf8 -ww -z "$page"
	silent "$err"
fi
if command -v man >/dev/null; then
	MANWIDTH=80 man -l "$page" >rendered 2>/dev/null || true
	[ ! -s rendered ] || says rendered "kpb build"
fi

tool bash
expect 0 bash -n "$completion"
# offered WORDS...: the completions for the last word
offered() {
	# shellcheck disable=SC2016
	expect 0 bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kpb; printf "%s\n" "${COMPREPLY[@]}"' \
		bash "$completion" "$@"
	silent "$err"
	sort "$out" | paste -s -d ' '
}
same "$(offered kpb in)" inspect "the completion of kpb in"
same "$(offered kpb build --set-)" "--set-release --set-version" "the completion of kpb build --set-"
same "$(offered kpb build -p '')" "classic rhel standard suse" "the completion of kpb build -p"
same "$(offered kpb build --arch aa)" aarch64 "the completion of kpb build --arch aa"
same "$(offered kpb plugins '')" "list show" "the completion of kpb plugins"
: >fix.patch
same "$(offered kpb build fi)" fix.patch "the completion of kpb build fi"
