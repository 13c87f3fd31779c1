// SPDX-License-Identifier: GPL-2.0-only
//
// See steps.hpp. kpatch-build's own ways of finding things download them, know few distributions and
// keep everything in $HOME, hence --sourcedir with all three inputs named. It takes more from the
// environment than it documents, hence env -i.
#include "steps.hpp"

namespace kpb::builders {
namespace {

// Sets `variable`, unless the caller did, to the first file that exists.
std::string first_file(const std::string& variable, const std::string& candidates) {
  return "for place in " + candidates + "; do [ -n \"$" + variable + "\" ] || ! [ -f \"$place\" ] || " +
         variable + "=$place; done";
}

// A kernel package with a variant ("+rt", ".debug") has debug information of another name.
bool is_standard_kernel(std::string_view release_without_arch) {
  if (release_without_arch.find('+') != std::string_view::npos)
    return false;
  return release_without_arch.substr(release_without_arch.rfind('.') + 1) != "debug";
}

} // namespace

std::vector<std::string> shell_steps(const sdk::Document& document,
                                     const std::vector<std::string>& patches) {
  const std::string release(document.text("/kernel/release"));
  const std::string name(document.text("/modules/0/name"));
  const std::string debug = "/usr/lib/debug";
  const std::string modules = "/lib/modules/" + release;
  std::string files;
  for (const auto& patch : patches)
    files += " \"$PWD/" + patch + "\"";

  return {
      ": \"${KERNEL_SOURCE:?set it to the source tree of kernel " + release + "}\"",
      ": \"${KERNEL_CONFIG:=}\" \"${KERNEL_VMLINUX:=}\"",
      first_file("KERNEL_CONFIG", "\"$KERNEL_SOURCE/.config\" /usr/src/kernels/" + release +
                                      "/.config " + modules + "/config /boot/config-" + release),
      ": \"${KERNEL_CONFIG:?set it to the configuration of kernel " + release + "}\"",
      first_file("KERNEL_VMLINUX", debug + modules + "/vmlinux " + debug + "/boot/vmlinux-" + release +
                                       " " + debug + "/usr" + modules + "/vmlinux"),
      ": \"${KERNEL_VMLINUX:?set it to the vmlinux of kernel " + release + " with debug information}\"",
      // kpatch-build patches the tree in place, and leaves it patched when it is killed. With .git it
      // would also edit scripts/setlocalversion, and the release could get a "-dirty". No patch can be
      // called like the two directories: names of patches begin with a letter or a digit.
      "rm -rf _kernel-source _kpatch-cache",
      "cp -a \"$KERNEL_SOURCE/.\" _kernel-source || exit 1",
      "rm -rf _kernel-source/.git",
      "mkdir _kpatch-cache || exit 1",
      // KERNELRELEASE: a tree from a source package names its kernel by version alone. -a: stops
      // when the vmlinux is that of another kernel.
      "env -i PATH=\"$PATH\" HOME=\"$PWD/_kpatch-cache\" CACHEDIR=\"$PWD/_kpatch-cache\" LC_ALL=C "
      "MAKEFLAGS=KERNELRELEASE=" + release + " kpatch-build -d -d -a " + release +
          " -j \"${RPM_BUILD_NCPUS:-1}\" -s \"$PWD/_kernel-source\" -c \"$KERNEL_CONFIG\" -v "
          "\"$KERNEL_VMLINUX\" -n " + name +
          (document.boolean("/request/replace", true) ? "" : " -R") + " -o \"$PWD\"" + files +
          " || exit 1",
  };
}

std::vector<std::string> build_requires(const sdk::Document& document) {
  // What a whole kernel needs to be built, by names that RPM distributions share; without dwarves the
  // kernel's configuration would quietly change.
  std::vector<std::string> out = {"kpatch-build", "gcc", "make", "bison", "flex", "bc", "gawk",
                                  "patchutils", "dwarves", "pkgconfig(libelf)", "pkgconfig(openssl)"};
  if (document.has("/kernel/devel_requires"))
    out.emplace_back(document.text("/kernel/devel_requires"));
  const auto family = document.text("/kernel/family");
  const std::string version(document.text("/kernel/release_without_arch"));
  if ((family == "el" || family == "fc") && is_standard_kernel(version))
    out.push_back("kernel-debuginfo = " + version);
  return out;
}

} // namespace kpb::builders
