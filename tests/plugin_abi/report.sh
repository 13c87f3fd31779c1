# One line per case and a sum at the end, in the same form for every script here. Sourced.
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); echo "ok $1"; }
not_ok() { failed=$((failed + 1)); echo "not ok $1: $2"; }
skip() { skipped=$((skipped + 1)); echo "skip $1: $2"; }

# The sum; its status is the script's.
finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}

# A diff that every script can hand to kpb; nothing is built from it.
write_patch() {
  cat >"$1" <<'PATCH'
--- a/fs/proc/cmdline.c
+++ b/fs/proc/cmdline.c
@@ -8,6 +8,7 @@
 static int cmdline_proc_show(struct seq_file *m, void *v)
 {
 	seq_puts(m, saved_command_line);
+	seq_puts(m, " patched=1");
 	seq_putc(m, '\n');
 	return 0;
 }
PATCH
}
