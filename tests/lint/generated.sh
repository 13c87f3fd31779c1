#!/bin/sh
# generated.sh [--approve] KPB_FIELDS
# The committed files that follow from the tables of fields (core/model/*_fields.cpp) are what the program KPB_FIELDS
# prints: the constants, the JSON Schemas, and the tables in docs/document.md, each between the lines
# "<!-- fields: TABLE -->" and "<!-- end of fields -->". --approve writes them; git diff shows what changed.
# Exit status: 0 all are, 1 some are not (the differences are printed), 2 usage.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
approve=no
[ "${1-}" = --approve ] && { approve=yes; shift; }
[ $# -eq 1 ] && [ -x "$1" ] || { echo 'usage: generated.sh [--approve] KPB_FIELDS' >&2; exit 2; }
fields=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# same FILE: FILE has the content of $work/wanted.
same() {
    if [ "$approve" = yes ]; then
        cmp -s "$here/$1" "$work/wanted" || cp "$work/wanted" "$here/$1"
    elif ! diff -u "$here/$1" "$work/wanted"; then
        bad=1
    fi
}

# follows FILE WORDS...: FILE is what `kpb-fields WORDS...` prints.
follows() {
    file=$1
    shift
    "$fields" "$@" >"$work/wanted"
    same "$file"
}

follows sdk/include/kpb/sdk/fields.hpp constants sdk
for header in result series awaiting kernel; do
    follows core/model/own_fields/$header.hpp constants $header
done
for schema in awaiting event kernel package result series-result status; do
    follows core/model/schemas/$schema.schema.json schema $schema
done

page=docs/document.md
tables=$(sed -n 's/^<!-- fields: \(.*\) -->$/\1/p' "$here/$page")
for table in $tables; do
    "$fields" table "$table" >"$work/$table.table"
done
awk -v work="$work" '
    /^<!-- end of fields -->$/ { inside = 0 }
    !inside
    /^<!-- fields: .* -->$/ {
        file = work "/" $3 ".table"
        while ((getline line <file) > 0)
            print line
        inside = 1
    }
    END { exit inside }' "$here/$page" >"$work/wanted" || { echo "$page: a table has no end"; exit 1; }
same $page
for table in $("$fields" list tables); do
    case " "$(echo $tables)" " in
        *" $table "*) ;;
        *) echo "$page: has no table '$table'"; bad=1 ;;
    esac
done

[ "$bad" -eq 0 ] || echo 'to approve: sh tests/lint/generated.sh --approve BUILD/bin/kpb-fields'
exit "$bad"
