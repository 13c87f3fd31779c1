# SPDX-License-Identifier: GPL-2.0-only
# operating.sh: types what docs/operating.md says an operator types, one file of /payload/commands after the
# other, and sends back what came out. A command may take the machine down; the next boot goes on behind it.
cd /payload || exit 1
for command in /payload/commands/*; do
	name=$(basename "$command")
	[ ! -e "$state/$name" ] || continue
	: >"$state/$name"
	sync
	settled
	note "begin $name"
	sh "$command" >/run/output 2>&1 </dev/null
	status=$?
	settled
	sed 's/^/#|/' /run/output >$tap
	ok "$name: $status"
done
