# SPDX-License-Identifier: GPL-2.0-only
"""Hand-written live patches for Debian's stock kernel: each changes the text of one file in /proc,
which is visible from outside, and compiles against the headers in seconds. The parameters are the
function, the text, whether it replaces, and what else its init function does."""

PATCH = r"""// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static int new_show(struct seq_file *m, void *v)
{
	seq_puts(m, "@TEXT@\n");
	return 0;
}
static struct klp_func funcs[] = {
	{ .old_name = "@FUNCTION@", .new_func = new_show, },
	{ }
};
static struct klp_object objs[] = {
	{ @OBJECT@ .funcs = funcs, },
	{ }
};
static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
	.replace = @REPLACE@,
};
static int __init patch_init(void)
{
	@INIT@
	return klp_enable_patch(&patch);
}
static void __exit patch_exit(void)
{
}
module_init(patch_init);
module_exit(patch_exit);
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
"""

# A module that live patches change; it is not a live patch itself. Reading its file whose name ends
# in _wait sleeps in the function that patches replace, for as long as the file is kept open.
TARGET = r"""// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static noinline int kpb_target_show(struct seq_file *m, void *v)
{
	seq_puts(m, "target: old\n");
	return 0;
}
static noinline int kpb_wait_show(struct seq_file *m, void *v)
{
	while (!msleep_interruptible(100))
		;
	seq_puts(m, "wait: old\n");
	return 0;
}
static int __init target_init(void)
{
	proc_create_single("kpb_target", 0, NULL, kpb_target_show);
	proc_create_single("kpb_wait", 0, NULL, kpb_wait_show);
	return 0;
}
static void __exit target_exit(void)
{
	remove_proc_entry("kpb_target", NULL);
	remove_proc_entry("kpb_wait", NULL);
}
module_init(target_init);
module_exit(target_exit);
MODULE_LICENSE("GPL");
"""


def patch(text, function="version_proc_show", replace=True, target=None, init=""):
    values = {"TEXT": text, "FUNCTION": function, "REPLACE": "true" if replace else "false",
              "OBJECT": f'.name = "{target}",' if target else "", "INIT": init}
    source = PATCH
    for key, value in values.items():
        source = source.replace(f"@{key}@", value)
    return source
