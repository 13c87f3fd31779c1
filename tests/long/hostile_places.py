# SPDX-License-Identifier: GPL-2.0-only
"""The names of hostile_names.py, and the places of kpb into which they are put."""
import os
import shutil

from stage import FIXTURES, KPB, SYNTH

CANARY = b"kpbcanary"
ATOMS = [b"%", b"%%", b"%{", b"}", b"%(", b"(", b")", b"%(kpbcanary)", b"%{lua:os.execute('kpbcanary')}",
         b"%{summary}", b"%{nil}", b"%post", b"%include", b"$(kpbcanary)", b"`kpbcanary`", b";kpbcanary;", b"|kpbcanary",
         b"&kpbcanary&", b"\nkpbcanary\n", b"$(shell kpbcanary)", b"${IFS}", b"$$", b"$@", b"$", b"'", b'"', b"\\", b"\\\n",
         b" ", b"  ", b"\t", b"\n", b"\r", b"\x1b[31m", b"\x7f", b"\x01", b"\xff", b"\xc3\x28", b"\xc3\xa9",
         b"\xe2\x80\xae", b"\xe6\x97\xa5", b"*", b"?", b"[a", b"]", b"{a,b}", b"~", b"!", b"#", b"&", b"<", b">", b"|",
         b"=", b":", b",", b"@", b"^", b"+", b"-", b"-o", b"--help", b"..", b".", b"a", b"fix", b"CVE-2024-1", b"1.0",
         b"{{x}}", b"<%name%>", b"<%&name%>", b".patch", b".ko", b".c", b".so", b"Kbuild", b"x" * 60, b"x" * 200,
         b"obj-m:=x.o", b"M=/", b"include", b"endef", b"$(eval x)", b"@INC@", b".mod", b".o", b".git"]
MILD = [b"a", b"fix", b"1.0", b"+", b"-", b".", b"_", b"~", b"CVE-2024-1", b"9", b"Z", b"x" * 60]  # some are accepted
KERNEL = ["-k", "5.14.0-362.8.1.el9_3"]
PATCH = open(os.path.join(FIXTURES, "livepatch-test.patch"), "rb").read()
CODE = open(os.path.join(FIXTURES, "kbuild-dir", "main.c"), "rb").read()
MODULE = open(os.path.join(SYNTH, "plain.ko"), "rb").read()
# What kpb leaves out of a directory: results of a build, files of editors, hidden files.
LEFT_OUT = (b".o", b".ko", b".mod", b".mod.c", b".cmd", b".symvers", b".order", b".a", b"~")
FUNCTION = ["--function", "vmlinux:cmdline_proc_show"]
# Can be in a package; can be in it except as the package's name; cannot.
PLAIN, TILDE, ODD = b"plainname", b"plain~name", b"od d"
TEMPLATE = os.path.join(os.environ["KPB_PREFIX"], "share", "kpb", "templates", "rpm", "package.spec")
CLASSIC = os.path.join(os.path.dirname(KPB), "kpatch-package-builder")


def put(path, content):
    with open(path, "wb") as file:
        file.write(content)
    return path


class Places:
    """Each method puts a name into one place: what to run, where, and the name that the package
    must get."""

    def __init__(self, random, plugin, package):
        self.random, self.plugin, self.package = random, plugin, package

    def named(self, arguments, stem):
        """In half of the cases --name replaces the name from the file."""
        if self.random.random() < 0.5:
            return arguments + ["--name", "fix"], b"fix"
        return arguments, stem

    def format(self):
        return ["-B", self.random.choice(["rpm-spec"] * 6 + ["srpm"])]

    def patch(self, root, name):
        path = put(os.path.join(root, name + b".patch"), PATCH)
        return self.named(["build", *self.format(), *KERNEL, path], name)

    def plain_patch(self, root, name):
        path = put(os.path.join(root, name), PATCH)
        stem = name
        for suffix in (b".patch", b".diff", b".c", b".ko"):
            if name.endswith(suffix):
                stem = name[:-len(suffix)]
                break
        return self.named(["build", *self.format(), *KERNEL, "--replace", path], stem)

    def c_file(self, root, name):
        path = put(os.path.join(root, name + b".c"), CODE)
        return self.named(["build", *self.format(), *KERNEL, "--replace", *FUNCTION, path], name)

    def directory(self, root, name):
        path = os.path.join(root, name)
        shutil.copytree(os.fsencode(os.path.join(FIXTURES, "kbuild-dir")), path)
        return self.named(["build", *self.format(), *KERNEL, "--replace", *FUNCTION, path], name)

    def file_in_directory(self, root, name):
        path = os.path.join(root, b"tree")
        shutil.copytree(os.fsencode(os.path.join(FIXTURES, "kbuild-dir")), path)
        put(os.path.join(path, self.random.choice([b".", b"src"]), name), b"/* */\n")
        return ["build", *self.format(), *KERNEL, "--replace", *FUNCTION, path], b"tree"

    def module(self, root, name):
        path = put(os.path.join(root, name + b".ko"), MODULE)
        kind = self.random.choice(["rpm-spec"] * 8 + ["srpm", "rpm-build"])
        return self.named(["build", "-B", kind, "-k", "6.1.0-56-amd64", "--replace", *FUNCTION, "--module", path], name)

    def name(self, root, name):
        path = put(os.path.join(root, b"fix.patch"), PATCH)
        return ["build", *self.format(), *KERNEL, b"--name=" + name, path], name

    def setting(self, root, name):
        """Settings that become part of paths and names inside the package."""
        path = put(os.path.join(root, b"fix.patch"), PATCH)
        option = self.random.choice([b"--set=package-prefix=", b"--set=module-prefix=", b"--set=install-dir=/usr/lib/",
                                     b"--set-version=", b"--set-release=", b"--kernel=5.14."])
        kernel = [] if option.startswith(b"--kernel") else KERNEL
        return ["build", *self.format(), *kernel, option + name, path], None

    def link(self, root, name):
        """The target of a link with a plain name."""
        put(os.path.join(root, name), PATCH)
        os.symlink(name, os.path.join(root, b"fix.patch"))
        return ["build", *self.format(), *KERNEL, os.path.join(root, b"fix.patch")], b"fix"

    def json(self, root, name):
        return ["build", "--json", "--name", "fix", *KERNEL, put(os.path.join(root, name + b".patch"), PATCH)], b"fix"

    def template_dir(self, root, name):
        site = os.path.join(root, name, b"rpm")
        os.makedirs(site)
        shutil.copy(os.fsencode(TEMPLATE), site)
        return ["build", *KERNEL, "--template-dir", os.path.dirname(site), put(os.path.join(root, b"fix.patch"), PATCH)], b"fix"

    def plugin_dir(self, root, name):
        """A directory of plugins and a plugin in it, or only one of them."""
        which = self.random.choice((0, 1, 2))
        site = os.path.join(root, b"site" if which == 0 else name + b"d")
        os.mkdir(site)
        shutil.copy(os.fsencode(self.plugin), os.path.join(site, (b"zoo" if which == 1 else name) + b".so"))
        return ["build", *KERNEL, "--plugin-dir", site, "-p", "zoo", put(os.path.join(root, b"fix.patch"), PATCH)], None

    def inspect(self, root, name):
        path = put(os.path.join(root, name), *self.random.choice(((MODULE,), (self.package,))))
        return [self.random.choice(("inspect", "verify")), *self.random.choice(([], ["--json"])), path], None

    def old_command_line(self, root, name):
        path = put(os.path.join(root, name + b".patch"), PATCH)
        return ["-k", "3.10.0-229.el7", *self.random.choice(([path], ["-p", path]))], name

    def around(self, root, name):
        """Where kpb runs and works; none of it may get into the package."""
        path = put(os.path.join(root, b"fix.patch"), PATCH)
        return ["build", *self.format(), *KERNEL, path], b"fix"


ALL = ("patch", "plain_patch", "c_file", "directory", "file_in_directory", "module", "name", "setting", "link", "json",
       "template_dir", "plugin_dir", "inspect", "old_command_line", "around", "output", "output_file", "old_output",
       "kernel_tree")
# The name is not part of the result: every name is accepted, and the bytes are the same.
INDEPENDENT = ("link", "json", "template_dir", "plugin_dir", "inspect", "around", "output", "output_file", "old_output",
               "kernel_tree")


def hostile_name(random):
    atoms = MILD if random.random() < 0.3 else ATOMS
    while True:
        name = b"".join(random.choice(atoms) for _ in range(random.randint(1, 6))).replace(b"/", b"")[:240]
        if name not in (b"", b".", b".."):
            return name
