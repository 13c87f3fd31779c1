# SPDX-License-Identifier: GPL-2.0-only
# operating.sh: runs the commands of docs/operating.md, one file of /payload/commands after the
# other, and returns their output. A command may end the machine; the next boot continues after it.
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
