// SPDX-License-Identifier: GPL-2.0-only
//
// Which files of a tree are source, which symlinks stay inside it, and where packages keep their
// files.
#include "core/kernel/archive.hpp"
#include "core/kernel/import_source.hpp"
#include "core/kernel/package_paths.hpp"
#include "core/kernel/tree_filter.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

TEST_CASE("tree: sources that look like products stay", "[kernel]") {
  for (const char* path : {"Makefile",
                           "scripts/Makefile.modpost",
                           "scripts/Makefile.modfinal",
                           "scripts/link-vmlinux.sh",
                           "arch/x86/kernel/vmlinux.lds.S",
                           "include/asm-generic/vmlinux.lds.h",
                           "scripts/module.lds.S",
                           "scripts/mod/modpost.c",
                           "include/config.h",
                           "include/linux/generated.h",
                           "certs/Makefile",
                           "certs/default_x509.genkey",
                           "kernel/configs/debug.config",
                           ".gitignore",
                           ".gitattributes",
                           "Documentation/kbuild/modules.rst",
                           "include/generated-x.h",
                           "tools/include/generated/x.h",
                           "lib/ko.c",
                           "drivers/a.o_shipped",
                           "net/core/dev.c",
                           "kernel/time/timeconst.bc",
                           "crypto/testmgr.pem.h"}) {
    INFO(path);
    CHECK_FALSE(is_build_product(path));
  }
}

TEST_CASE("tree: products and keys go", "[kernel]") {
  for (const char* path : {".git",
                           ".git/HEAD",
                           "tools/x/.git",
                           "kernel/fork.o",
                           "fs/ext4/ext4.ko",
                           "fs/ext4/ext4.mod",
                           "fs/ext4/ext4.mod.c",
                           "kernel/.fork.o.cmd",
                           ".tmp_vmlinux1",
                           "vmlinux",
                           "vmlinux.o",
                           "vmlinux.symvers",
                           "Module.symvers",
                           "modules.order",
                           "System.map",
                           ".config",
                           ".config.old",
                           "include/config",
                           "include/config/auto.conf",
                           "include/generated/autoconf.h",
                           "arch/x86/include/generated",
                           "arch/x86/include/generated/asm/x.h",
                           "certs/signing_key.pem",
                           "certs/signing_key.x509",
                           "signing_key.priv",
                           "certs/rhel.pem",
                           "klp-tmp/1-orig/x",
                           "lib/built-in.a",
                           ".scmversion"}) {
    INFO(path);
    CHECK(is_build_product(path));
  }
}

TEST_CASE("tree: links that stay inside, whatever other links do", "[kernel]") {
  CHECK(stays_inside("a/b/link", "../x"));
  CHECK(stays_inside("a/b/link", "../../x"));
  CHECK(stays_inside("link", "x/y"));
  CHECK(stays_inside("link", "./x"));
  CHECK(stays_inside("link", "."));
  CHECK_FALSE(stays_inside("a/b/link", "../../../x"));
  CHECK_FALSE(stays_inside("link", "/etc/passwd"));
  CHECK_FALSE(stays_inside("link", ".."));
  CHECK_FALSE(stays_inside("link", ""));
  // If d is a link to ".", d/.. is outside.
  CHECK_FALSE(stays_inside("a/link", "d/.."));
  CHECK_FALSE(stays_inside("a/link", "../d/../x"));
}

TEST_CASE("tree: a member's path", "[kernel]") {
  CHECK(member_path("./usr/src/x") == "usr/src/x");
  CHECK(member_path("/usr/src/x/") == "usr/src/x");
  CHECK(member_path("a b") == "a b");
  for (const char* path : {"", ".", "..", "./", "a/../b", "a//b", "a/./b", "../a", "a/.."})
    CHECK(member_path(path).empty());
}

TEST_CASE("tree: the version of a Makefile", "[kernel]") {
  CHECK(version_in_makefile(
            "# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 94\nEXTRAVERSION =\n") == "6.12.94");
  CHECK(version_in_makefile("VERSION=7\nPATCHLEVEL=2\n") == "7.2");
  CHECK(version_in_makefile("all:\n\techo\n").empty());
  CHECK(version_in_makefile("VERSION = $(shell x)\nPATCHLEVEL = 1\n").empty());
  CHECK(version_in_makefile("").empty());
}

TEST_CASE("packages: where distributions keep things", "[kernel]") {
  const auto part = [](const char* path) { return package_part(path); };
  using Kind = TargetKind;
  CHECK(part("boot/config-6.1.0-56-amd64") == PackagePart{Kind::config, "6.1.0-56-amd64"});
  CHECK(part("lib/modules/5.14.0-1.el9.x86_64/config") ==
        PackagePart{Kind::config, "5.14.0-1.el9.x86_64"});
  CHECK(part("usr/lib/modules/6.4.0-1-default/config") ==
        PackagePart{Kind::config, "6.4.0-1-default"});
  CHECK(part("usr/lib/debug/boot/vmlinux-K") == PackagePart{Kind::vmlinux, "K"});
  CHECK(part("usr/lib/debug/lib/modules/K/vmlinux") == PackagePart{Kind::vmlinux, "K"});
  CHECK(part("usr/lib/debug/usr/lib/modules/K/vmlinux") == PackagePart{Kind::vmlinux, "K"});
  CHECK(part("usr/src/kernels/K/Module.symvers") == PackagePart{Kind::symvers, "K"});
  CHECK(part("usr/src/linux-headers-K/Module.symvers") == PackagePart{Kind::symvers, "K"});
  CHECK(part("usr/lib/modules/K/symvers.gz") == PackagePart{Kind::symvers, "K"});
  CHECK(part("lib/modules/K/kernel/fs/ext4/ext4.ko.xz") == PackagePart{Kind::module, "K"});
  CHECK(part("usr/lib/modules/K/kernel/x.ko.zst") == PackagePart{Kind::module, "K"});
  for (const char* path :
       {"boot/vmlinuz-K", "boot/config-", "lib/modules/K/vmlinuz",
        "usr/lib/debug/lib/modules/K/x.ko.debug", "usr/src/linux-headers-K/.config",
        "lib/modules/K/modules.dep", "usr/share/doc/config", "boot/config-K/x",
        "usr/src/kernels/K/scripts/Module.symvers"}) {
    INFO(path);
    CHECK_FALSE(part(path));
  }
}

TEST_CASE("packages: a module's name", "[kernel]") {
  CHECK(module_of_file("a-b.ko") == "a_b");
  CHECK(module_of_file("a_b.ko.xz") == "a_b");
  CHECK(module_of_file("8139too.ko.gz") == "8139too");
  for (const char* name :
       {".ko", "a.ko.debug", "a.o", "a.ko.lz4", "a b.ko", "a", "ko", "-.ko.xz.gz"})
    CHECK(module_of_file(name).empty());
}
