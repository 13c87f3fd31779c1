// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest live patch whose effect is plain to see: while it is on,
 * /proc/cmdline ends in " kpb_live_patch=1". It is written by hand and needs
 * the kernel's headers only, so it compiles in seconds where kpatch-build or
 * klp-build would first build a whole kernel. With a file "Kbuild" beside it
 * that says "obj-m := cmdline-livepatch.o":
 *
 *	make -C /lib/modules/$(uname -r)/build M="$PWD" modules
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#define MARK " kpb_live_patch=1"

/* What /proc/cmdline said before the patch; see remember_cmdline(). */
static char cmdline[4096];

/*
 * The replacement. Its signature must be that of the function it replaces
 * (cmdline_proc_show in fs/proc/cmdline.c): the kernel does not compare them,
 * it makes the old function's entry jump here.
 */
static int livepatch_cmdline_proc_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s" MARK "\n", cmdline);
	return 0;
}

/* What is replaced: functions by name, ended by an empty entry, ... */
static struct klp_func funcs[] = {
	{
		.old_name = "cmdline_proc_show",
		.new_func = livepatch_cmdline_proc_show,
	},
	{ }
};

/* ... grouped by where they live. No .name means the kernel itself; a module's
 * functions would stand under the name of that module.
 */
static struct klp_object objs[] = {
	{
		.funcs = funcs,
	},
	{ }
};

/*
 * .replace: once this patch is on, every other live patch goes off. So an
 * upgrade is one atomic step, and this file has to carry everything that the
 * kernel shall be patched with.
 */
static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
	.replace = true,
};

/*
 * The original prints saved_command_line, which is not exported to modules
 * (the builders work around that with relocations of their own; by hand it
 * cannot be written). The command line never changes after boot, so asking
 * for it once, the way a program does, is as good.
 */
static int __init remember_cmdline(void)
{
	struct file *file = filp_open("/proc/cmdline", O_RDONLY, 0);
	size_t len = 0;
	ssize_t got;
	loff_t pos = 0;
	char *end;

	if (IS_ERR(file))
		return PTR_ERR(file);
	do {
		got = kernel_read(file, cmdline + len, sizeof(cmdline) - len, &pos);
		if (got > 0)
			len += got;
	} while (got > 0 && len < sizeof(cmdline));
	filp_close(file, NULL);
	if (got < 0)
		return got;
	if (len == sizeof(cmdline))
		return -E2BIG;

	/* An earlier version of this patch may be on: do not add MARK twice. */
	end = strstr(cmdline, MARK);
	if (!end)
		end = strchrnul(cmdline, '\n');
	*end = '\0';
	return 0;
}

static int __init cmdline_livepatch_init(void)
{
	int err = remember_cmdline();

	/* From here on the kernel moves task after task to the new code. */
	return err ? err : klp_enable_patch(&patch);
}

/*
 * Needed although it does nothing: without an exit function a module can never
 * be unloaded. The kernel allows it only after the patch was disabled
 * (echo 0 > /sys/kernel/livepatch/cmdline_livepatch/enabled).
 */
static void __exit cmdline_livepatch_exit(void)
{
}

module_init(cmdline_livepatch_init);
module_exit(cmdline_livepatch_exit);
MODULE_DESCRIPTION("Example live patch: marks /proc/cmdline");
MODULE_LICENSE("GPL");
/* Tells the kernel's loader (and kpb) that this module is a live patch. */
MODULE_INFO(livepatch, "Y");
