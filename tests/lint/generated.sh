#!/bin/sh
# generated.sh [--approve] KPB_FIELDS
# The committed files that follow from the field table (core/model/*_fields.cpp) must be what the program
# KPB_FIELDS prints. --approve writes them; git diff shows what changed.
# Exit status: 0 all are, 1 some are not (the differences are printed), 2 usage.
# SPDX-License-Identifier: GPL-2.0-only
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
approve=no
[ "${1-}" = --approve ] && { approve=yes; shift; }
[ $# -eq 1 ] && [ -x "$1" ] || { echo 'usage: generated.sh [--approve] KPB_FIELDS' >&2; exit 2; }
fields=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
bad=0

# FILE WHAT...: FILE must be what `kpb-fields WHAT...` prints.
follows() {
    file=$here/$1
    shift
    "$fields" "$@" >"$printed"
    if [ "$approve" = yes ]; then
        cmp -s "$file" "$printed" || cp "$printed" "$file"
    elif ! diff -u "$file" "$printed"; then
        bad=1
    fi
}

follows sdk/include/kpb/sdk/fields.hpp constants
[ "$bad" -eq 0 ] || echo 'to approve: sh tests/lint/generated.sh --approve BUILD/bin/kpb-fields'
exit "$bad"
