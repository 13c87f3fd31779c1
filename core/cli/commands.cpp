// SPDX-License-Identifier: GPL-2.0-only
//
// The one table of commands. It contains only options that work.
#include "core/cli/command.hpp"
#include "core/request/options.hpp"

namespace kpb {

const std::vector<OptionSpec>& common_options() {
  static const std::vector<OptionSpec> options = {
      {"plugin-dir", 0, "DIR", true, "search DIR for plugins before the installed ones",
       "directory"},
      {"template-dir", 0, "DIR", true, "search DIR for templates before the installed ones",
       "directory"},
      {"json", 0, nullptr, false,
       "print one JSON document on standard output and nothing else there", nullptr},
      {"quiet", 'q', nullptr, false, "print errors and warnings only", nullptr},
      {"debug", 'd', nullptr, false, "print what is run and why", nullptr},
      {"color", 0, "WHEN", false, "colour messages: auto (default), always or never",
       "auto|always|never"},
      {"help", 'h', nullptr, false, "print this help", nullptr},
  };
  return options;
}

namespace {

CommandSpec build_spec() {
  return {
      "build",
      "[OPTIONS] PATCH...  |  [OPTIONS] --module FILE.ko",
      "make a package out of a patch, a hand-written module or a finished one",
      "Takes a kernel patch (a unified diff), a hand-written live-patch module (a .c file or a directory "
      "with a Kbuild), or a finished module, and makes a spec, a source RPM, an RPM or a deb that holds the "
      "live-patch module for one kernel. From a patch or a hand-written module, the formats rpm-spec and "
      "srpm describe how to build it and build nothing; rpm-build and deb build it here. The paths of what "
      "was made are printed on standard output.",
      build_options(),
      {
          {"kpb build -k 5.14.0-362.8.1.el9_3 fix.patch",
           "write fix.spec, which builds the patch with kpatch-build"},
          {"kpb build -b --replace --module livepatch-fix.ko -k 5.14.0-362.8.1.el9_3",
           "pack a finished module into an RPM"},
          {"kpb build -B srpm -B rpm-build --replace -k 6.1.0-56-amd64 fix.c",
           "compile a hand-written module; make a source RPM and an RPM"},
          {"kpb build -b --replace -k K --sign-file SIGN-FILE --sign-key KEY.pem --sign-cert CERT.pem fix.c",
           "compile it, sign it with the kernel's scripts/sign-file, make an RPM"},
          {"kpb build -b --replace -k K --sign-later waiting --signed kpatch-fix-1-1.ko fix.c",
           "pack what was signed elsewhere; first the same without --signed"},
          {"kpb build -o - --module m.ko --replace -k K | less", "look at the spec"},
          {"kpb build -b --explain --no-replace --on-top-of kpatch-module-base-K=1-1 --module hotfix.ko -k K",
           "a small fix on top of a cumulative one, and why its package excludes what it excludes"},
          {"kpb build -b -p rhel --subscription -k 5.14.0-362.8.1.el9_3",
           "the empty package that waits for the first patch of a kernel"},
          {"kpb build -b --metapackage --name site kpatch-module-fix-*.rpm",
           "one package that brings each kernel's patch"},
      },
      "file"};
}

CommandSpec inspect_spec() {
  return {
      "inspect",
      "[OPTIONS] FILE...",
      "show what a module or package holds",
      "Shows what a .ko, .rpm or .spec holds: kernel, architecture, name, whether it replaces, patched objects "
      "and functions, callbacks, signature, relations. Nothing is judged; kpb verify does that.",
      {},
      {{"kpb inspect livepatch-fix.ko", "what does this module patch?"},
       {"kpb inspect --json *.rpm", "the same for programs"}},
      "file"};
}

CommandSpec conflicts_spec() {
  return {
      "conflicts",
      "[OPTIONS] FILE|DIR...",
      "say which packages and modules cannot be together, and why",
      "Compares live-patch packages and modules, those below directories included (*.rpm without source packages, "
      "*.deb, *.ko): what rpm and dnf would refuse (a patch that replaces others, common functions and klp states, two "
      "versions of one package, packages that take over from each other), and what no solver sees (one module name "
      "twice, one package name with two contents, a newer cumulative patch that lacks functions, taking over across "
      "kernels). The exit status is 0 when there are none and 2 when there are some.",
      {{"replace", 0, nullptr, false,
        "modules that are named bare replace every other live patch (their files do not tell)",
        nullptr},
       {"no-replace", 0, nullptr, false, "modules that are named bare are added to others",
        nullptr}},
      {{"kpb conflicts repository/", "can all of these packages be offered together?"},
       {"kpb conflicts --json old.rpm new.rpm", "the same of two, for a program"}},
      "file"};
}

CommandSpec verify_spec() {
  return {
      "verify",
      "[OPTIONS] FILE...",
      "check modules and packages",
      "Puts modules through the gates (a live patch at all, name, kernel, architecture, no dependencies, no "
      "patched jump labels) and checks packages: digests of payload and files, no scriptlets, owners and modes, "
      "and the module inside against the kernel of its directory and the manifest. With --vmlinux, --modules and "
      "--symvers, what a module patches and uses is looked up in the target kernel's own files.",
      {{"kernel", 'k', "RELEASE", false,
        "the kernel that modules must be for; default: whatever they say", "kernel"},
       {"arch", 'a', "ARCH", false, "the architecture that modules must be for",
        "x86_64|aarch64|ppc64le|s390x"},
       {"vmlinux", 0, "FILE", false,
        "the target's vmlinux with its symbols: look up functions, symbols and compiler in it",
        "file"},
       {"modules", 0, "DIR", false,
        "the target's modules as DIR/NAME.ko: look up functions and symbols of patched modules",
        "directory"},
       {"symvers", 0, "FILE", false,
        "the target's Module.symvers: look up exported symbols and their CRCs", "file"}},
      {{"kpb verify kpatch-module-fix-1-1.x86_64.rpm",
        "is this package whole and does its module fit?"},
       {"kpb verify -k 6.1.0-56-amd64 fix.ko", "does this module fit that kernel?"},
       {"kpb verify --vmlinux vmlinux --modules modules --symvers Module.symvers fix.ko",
        "does the kernel that these files are of have all that it patches and uses?"}},
      "file"};
}

CommandSpec plugins_spec() {
  return {
      "plugins",
      "[OPTIONS] list  |  [OPTIONS] show NAME",
      "list the installed policies, builders and backends",
      "Lists what is installed and from where, or shows one plugin by the name of something it offers, by its "
      "id, or by its path. Works from the files' notes: nothing is loaded or run. A plugin that kpb refuses is "
      "shown with every reason (exit status 3).",
      {},
      {{"kpb plugins list", "what is there?"},
       {"kpb plugins show standard", "where does it come from?"}},
      "list|show"};
}

CommandSpec kernel_spec() {
  return {
      "kernel",
      "[OPTIONS] add | list | show KERNEL... | remove KERNEL... | prune [KERNEL...]",
      "prepare kernels that patches are built for",
      "A kernel is prepared once, from its source, configuration, debug vmlinux and modules, and patches are "
      "then built for it without compiling it again. add checks that what it is given belongs together, "
      "compiles the original through the builder, and prints the kernel's id. prune removes compiled originals, "
      "which the next patch makes again, of the kernels that are named, or of all; those in use stay. KERNEL is "
      "an id, a release that only one kernel has, or the first digits of a key. Preparing a source package (.dsc, .src.rpm) runs what the package says how to prepare it.",
      {
          {"kernel", 'k', "RELEASE", false, "add: the kernel's uname -r", "kernel"},
          {"builder", 0, "NAME", false,
           "add: who compiles the original: auto (default), klp-build or kpatch-build", "builder"},
          {"no-compile", 0, nullptr, false, "add: leave compiling the original to the first patch",
           nullptr},
          {"jobs", 'j', "N", false, "add: processes for that; default the processors", nullptr},
          {"arch", 'a', "ARCH", false,
           "add: its architecture; default the release's, else this machine's",
           "x86_64|aarch64|ppc64le|s390x"},
          {"source", 0, "PATH", false,
           "add: its source: a directory, a tarball, a linux-source .deb, a .dsc or a .src.rpm",
           "file"},
          {"config", 0, "FILE", false, "add: its configuration, or a package with it", "file"},
          {"vmlinux", 0, "FILE", false,
           "add: its vmlinux with debug information, or a package with it", "file"},
          {"modules", 0, "PATH", false, "add: its modules: a directory, a package or a single one",
           "file"},
          {"symvers", 0, "FILE", false, "add: its Module.symvers, or a package with it", "file"},
          {"package", 0, "FILE", true,
           "add: a binary RPM or deb of this kernel, of which whatever was not named is taken",
           "file"},
          {"root", 0, "DIR", false,
           "add: the root file system of the kernel's distribution, whose compiler builds for it",
           "directory"},
          {"store", 0, "DIR", false,
           "where prepared kernels are; default $KPB_STORE, else /var/cache/kpb or ~/.cache/kpb",
           "directory"},
          {"store-limit", 0, "GIB", false,
           "add: how large the store may become before compiled originals are removed; default "
           "$KPB_STORE_LIMIT, or 100",
           nullptr},
      },
      {
          {"kpb kernel add -k 6.12.94 --source linux-6.12.94 --root /srv/roots/trixie",
           "from a tree that the kernel was built in"},
          {"kpb kernel add -k 5.14.0-362.el9 --source k.src.rpm --package core.rpm --package debuginfo.rpm",
           "from a distribution's packages"},
          {"kpb kernel list", "what is there?"},
          {"kpb kernel prune", "make room: compiled originals can be made again"},
          {"kpb kernel remove 6.12.94", "make more room"},
      },
      "add|list|show|remove|prune"};
}

CommandSpec boot_test_spec() {
  return {
      "boot-test",
      "[OPTIONS] --kernel-image FILE PACKAGE...",
      "boot a kernel with packages and see whether they patch it",
      "Boots a kernel (an x86 bzImage) in QEMU with the packages' files, loads their modules, looks whether "
      "each is enabled and has patched every object, checks what --expect-file says, switches the patches "
      "off and removes them again. PACKAGE is an RPM, a deb or a bare module; of several, those that replace "
      "are loaded before those that are added. Nothing of this machine is touched. Exit status 4: a patch "
      "does not do what was expected. The lines of the file are WHEN: FILE contains TEXT (or lacks, is, is-not) or WHEN: run "
      "COMMAND (or run-fails), with WHEN one of before-load, after-load, after-unload, or patched: after loading it is "
      "so, and before and after unloading the contrary.",
      {
          {"kernel-image", 0, "FILE", false,
           "the kernel to boot: /boot/vmlinuz-K or a tree's arch/x86/boot/bzImage", "file"},
          {"expect-file", 0, "FILE", false, "what is expected of the patched kernel", "file"},
          {"target-module", 0, "FILE.ko", true,
           "a module of the kernel's own, loaded before the patches", "file"},
          {"late-target-module", 0, "FILE.ko", true, "the same, loaded after them", "file"},
          {"allow-unloaded", 0, nullptr, false,
           "that an object is not patched because its module is not loaded is no failure", nullptr},
          {"overlay", 0, "DIR", false,
           "put the files of DIR into the guest, whose root holds no programs (run needs some)",
           "directory"},
          {"append", 0, "TEXT", false, "add TEXT to the kernel's command line", nullptr},
          {"accel", 0, "NAME", false, "what runs the machine: tcg (default) or kvm", "tcg|kvm"},
          {"memory", 0, "MIB", false, "the machine's memory; default 512", nullptr},
          {"timeout", 0, "SECONDS", false, "how long the machine may run; default 300", nullptr},
      },
      {
          {"kpb boot-test --kernel-image /boot/vmlinuz-6.1.0-56-amd64 fix.rpm",
           "does it load, and is everything patched?"},
          {"kpb boot-test --kernel-image bzImage --expect-file fix.expect fix.rpm",
           "and does it do what it is for?"},
      },
      "file"};
}

CommandSpec series_spec() {
  return {
      "series",
      "[OPTIONS] plan | build | status MANIFEST  |  init DIR",
      "the same for a manifest of packages x patches x kernels",
      "Takes a manifest (YAML, docs/series.md) of packages, their patches and the kernels that these are for. plan "
      "shows the cells, each a package for a kernel, what they would be called, and what is left out and why; "
      "nothing is written. build builds them, each in a process of its own: interrupted or failed, the same "
      "command goes on, and what is finished is not built again. status shows where it stands. init prints a manifest "
      "to start from, with the patches in DIR.",
      {
          {"explain", 0, nullptr, false, "plan: also names, files and reasons of each cell",
           nullptr},
          {"why", 0, nullptr, false, "status: also what changed since a cell was built", nullptr},
          {"output", 'o', "DIR", false,
           "the result directory; default the manifest's name with .series", "directory"},
          {"jobs", 'j', "N", false,
           "build: processes in all, default the processors; with --engine slurm those of each job, default 1",
           nullptr},
          {"cells", 0, "N", false,
           "build: cells at a time, which share the processes; default as many", nullptr},
          {"fail-fast", 0, nullptr, false, "build: start nothing more after the first failure",
           nullptr},
          {"store", 0, "DIR", false,
           "where prepared kernels and finished cells are; default as for kpb kernel", "directory"},
          {"store-limit", 0, "GIB", false,
           "build: how large the store may become; default as for kpb kernel", nullptr},
          {"engine", 0, "NAME", false,
           "build: where jobs run: local (default), or slurm, a cluster that shares the directories",
           "local|slurm"},
          {"partition", 0, "NAME", false, "build: Slurm's partition, where the manifest names none",
           nullptr},
          {"emit-srpms", 0, nullptr, false,
           "make source packages instead, with a list of them, for Koji, Copr or OBS to build",
           nullptr},
          {"events", 0, "FILE", false,
           "build: append a JSON line to FILE for each thing that happens", "file"},
          {"sign-command", 0, "PROGRAM", false, "signing, as for kpb build; the same for all cells",
           "file"},
          {"sign-file", 0, "PROGRAM", false, "the same", "file"},
          {"sign-key", 0, "KEY", false, "the same", "file"},
          {"sign-cert", 0, "FILE", false, "the same", "file"},
          {"sign-hash", 0, "NAME", false, "the same", nullptr},
          {"sign-env", 0, "NAME", true, "the same", nullptr},
      },
      {
          {"kpb series init patches >packages.yml", "a manifest to start from"},
          {"kpb series plan packages.yml", "what would be built, for which kernel?"},
          {"kpb series build packages.yml", "build it, or go on building it"},
          {"kpb series status --why packages.yml", "where does it stand, and what changed?"},
      },
      "init|plan|build|status|file"};
}

CommandSpec help_spec() {
  return {"help",
          "[COMMAND]",
          "print help",
          "Prints the list of commands, or the help of one.",
          {{"man", 0, nullptr, false, "print the man page in roff", nullptr},
           {"bash-completion", 0, nullptr, false, "print the completion for bash", nullptr}},
          {{"kpb help build", "all options of kpb build"}},
          "command"};
}

} // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {build_spec(), command_build},         {inspect_spec(), command_inspect},
      {series_spec(), command_series},       {verify_spec(), command_verify},
      {conflicts_spec(), command_conflicts}, {boot_test_spec(), command_boot_test},
      {kernel_spec(), command_kernel},       {plugins_spec(), command_plugins},
      {help_spec(), command_help},
  };
  return table;
}

const Command* find_command(const std::string& name) {
  for (const auto& command : commands())
    if (name == command.spec.name)
      return &command;
  return nullptr;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& command : commands())
    names.emplace_back(command.spec.name);
  return names;
}

} // namespace kpb
