#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Free text from the command line goes into a spec, which rpm would execute. It must come back from
# the package's header unchanged, and nothing may have been executed on the way.
. "$(dirname "$0")/common.inc"

canary=$top/canary
build() {
	rm -f ./*
	expect 0 kpb build -B rpm-spec -B rpm-build -p classic -k 3.10.0-229.el7 --module "$KPB_SYNTH/el7.ko" --name fix "$@"
	rpmspec -P fix.spec >parsed
	same "$(rpm -qp --scripts --triggers ./*.rpm)" "" "what runs at installation"
	same "$(rpm -qlp ./*.rpm)" /var/lib/kpatch/3.10.0-229.el7.x86_64/kpatch-fix.ko "the file list"
	expect 0 kpb verify ./*.rpm
	[ ! -e "$canary" ] || fail "it was run: $*"
}
field() { rpm -qp --qf "%{$1}" ./*.rpm; }

# On one line: every tag gets it unchanged.
while IFS= read -r text; do
	url=$(printf '%s' "$text" | tr ' ' _) # a URL has no blanks
	build --summary "$text" --license "$text" --url "$url" --packager "$text" --description "$text and more"
	for tag in SUMMARY LICENSE PACKAGER; do
		same "$(field $tag)" "$text" "the tag $tag"
	done
	same "$(field URL)" "$url" "the tag URL"
	case $text in
	[%\#]*) same "$(field DESCRIPTION)" "| $text and more" "the description" ;;
	*) same "$(field DESCRIPTION)" "$text and more" "the description" ;;
	esac
done <<TEXTS
%(touch $canary)
x %(touch $canary) y
%{lua:io.open("$canary", "w")}
%{expand:%(touch $canary)}
%%(touch $canary)
%%%(touch $canary)
%{?nothing:%(touch $canary)}%{!?nothing:%(touch $canary)}
%{summary} %{name} %1 %* %# %-f
100% \$(touch $canary) \`touch $canary\`
<%name%> {{name}} &amp; <b> " ' ;
# no comment
Name: other
Ünïcödé 内核 🩹
TEXTS

# Lines that rpm interprets: sections, conditions, includes, comments, continuations.
text="first
%post
touch $canary
%files
/etc/passwd
%if 0
gone?
%endif
%include /etc/passwd
 %define indented 1
# no comment
	a tab
back \\
slash
%changelog
%package other
Summary: other

last"
build --description "$text"
# What RPM cannot store unchanged gets a mark before it; nothing is lost.
same "$(field DESCRIPTION | sed 's/^| //; s/^\(back .\) \.$/\1/')" "$(printf '%s\n' "$text" | tr '\t' ' ')" "the description"
same "$(rpm -qp --changelog ./*.rpm)" "" "the changelog"
