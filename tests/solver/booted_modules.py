# SPDX-License-Identifier: GPL-2.0-only
"""Hand-written live patches for the booted kernel: each makes its functions print its name. Besides
the kernel itself, two modules of our own are patched, because they have a function of the same name
in two objects, and two functions of the same name in one object."""
import glob
import os
import shutil
import subprocess

from parts import ENVIRONMENT, Failed

# What can be patched, and the file in which the function's output appears.
FILES = {"vmlinux:cmdline_proc_show:1": "/proc/cmdline", "vmlinux:version_proc_show:1": "/proc/version",
         "vmlinux:loadavg_proc_show:1": "/proc/loadavg", "vmlinux:uptime_proc_show:1": "/proc/uptime",
         "kpb_one:kpb_show:1": "/proc/kpb_one", "kpb_two:kpb_show:1": "/proc/kpb_two",
         "kpb_one:kpb_twin:1": "/proc/kpb_twin_1", "kpb_one:kpb_twin:2": "/proc/kpb_twin_2"}
TARGETS = ("kpb_one", "kpb_two")
# As patches write them: 0 and 1 are the same function.
FUNCTIONS = tuple(f[:-2] for f in FILES if "twin" not in f) + (
    "vmlinux:cmdline_proc_show:1", "kpb_one:kpb_show:1", "kpb_one:kpb_twin:1", "kpb_one:kpb_twin:2")

TARGET = """// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
static noinline int %(function)s(struct seq_file *m, void *v) { seq_puts(m, "original\\n"); return 0; }
struct proc_dir_entry *%(file)s_make(void);
struct proc_dir_entry *%(file)s_make(void) { return proc_create_single("%(file)s", 0444, NULL, %(function)s); }
"""
MAIN = """// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/proc_fs.h>
%(declare)s
static int __init made(void) { return %(make)s ? 0 : -ENOMEM; }
module_init(made);
MODULE_LICENSE("GPL");
"""
PATCH = """// SPDX-License-Identifier: GPL-2.0-only
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>
static int say(struct seq_file *m, void *v) { seq_puts(m, "kpb_is_" KBUILD_MODNAME "\\n"); return 0; }
%(functions)s
static struct klp_object objects[] = { %(objects)s { } };
static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects, .replace = %(replace)s };
static int __init on(void) { return klp_enable_patch(&patch); }
static void __exit off(void) { }
module_init(on);
module_exit(off);
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
"""


def patch_source(patch):
    objects, parts, rows = {}, [], []
    for function in patch.recipe.functions:
        obj, name, position = (function.split(":") + ["0"])[:3]
        objects.setdefault(obj, []).append('{ .old_name = "%s", .new_func = say, .old_sympos = %s }' % (name, position))
    for number, (obj, functions) in enumerate(sorted(objects.items())):
        parts.append("static struct klp_func of_%d[] = { %s, { } };" % (number, ", ".join(functions)))
        rows.append('{ %s.funcs = of_%d },' % ("" if obj == "vmlinux" else '.name = "%s", ' % obj, number))
    return PATCH % {"functions": "\n".join(parts), "objects": " ".join(rows), "replace": "true" if patch.replace else "false"}


def target_sources(directory):
    """kpb_one and kpb_two; the lines for their Kbuild."""
    files = {"kpb_one": [("kpb_one", "kpb_show"), ("kpb_twin_1", "kpb_twin"), ("kpb_twin_2", "kpb_twin")],
             "kpb_two": [("kpb_two", "kpb_show")]}
    lines = []
    for module, members in files.items():
        for file, function in members:
            with open("%s/%s_file.c" % (directory, file), "w") as out:
                out.write(TARGET % {"file": file, "function": function})
        with open("%s/%s_main.c" % (directory, module), "w") as out:
            out.write(MAIN % {"declare": "\n".join("struct proc_dir_entry *%s_make(void);" % f for f, _ in members),
                              "make": " && ".join(f + "_make()" for f, _ in members)})
        lines.append("%s-y := %s_main.o %s" % (module, module, " ".join(f + "_file.o" for f, _ in members)))
    return lines


def compile_all(patches, build, directory):
    """{patch: module}; the targets' modules are in the same directory."""
    os.makedirs(directory)
    lines = target_sources(directory)
    for patch in patches:
        with open("%s/%s.c" % (directory, patch.recipe.stem), "w") as out:
            out.write(patch_source(patch))
    lines.append("obj-m := " + " ".join([t + ".o" for t in TARGETS] + [p.recipe.stem + ".o" for p in patches]))
    with open(directory + "/Kbuild", "w") as out:
        out.write("\n".join(lines) + "\n")
    done = subprocess.run(["make", "-s", "-j%d" % os.cpu_count(), "-C", build, "M=" + directory, "modules"],
                          env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Failed("the modules do not compile:\n" + done.stdout)
    return {p: "%s/%s.ko" % (directory, p.recipe.stem) for p in patches}


def kernel(cache):
    """(release, build tree, image) of a kernel whose headers and image are available, or the reason
    why there is none."""
    builds = sorted(glob.glob("/lib/modules/*/build/Module.symvers"))
    for path in builds:
        release = path.split("/")[3]
        for image in ("/boot/vmlinuz-" + release, "%s/kernel/%s/vmlinuz" % (cache, release)):
            if os.access(image, os.R_OK):
                return (release, os.path.dirname(path), image), ""
    if not builds:
        return None, "no kernel's headers are installed; sh tests/deps.sh boot"
    return None, "the image of none of the kernels whose headers are installed is here; sh tests/boot/fetch-kernel.sh"


def initramfs(modules, steps, directory):
    root = directory + "/guest"
    for name in ("bin", "dev", "proc", "sys", "modules"):
        os.makedirs(os.path.join(root, name))
    shutil.copy(shutil.which("busybox"), root + "/bin/busybox")
    for path in modules:
        shutil.copy(path, root + "/modules/")
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "booted_guest.sh"), root + "/init")
    os.chmod(root + "/init", 0o755)
    with open(root + "/steps.sh", "w") as out:
        out.write(steps)
    names = subprocess.run(["find", "."], cwd=root, check=True, capture_output=True).stdout
    with open(directory + "/initramfs", "wb") as out:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "--owner=0:0"], cwd=root, check=True, input=names, stdout=out)
    return directory + "/initramfs"
