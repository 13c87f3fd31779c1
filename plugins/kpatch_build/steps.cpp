// SPDX-License-Identifier: GPL-2.0-only
//
// See steps.hpp. kpatch-build's own ways of finding things download them, know few distributions
// and keep everything in $HOME, hence --sourcedir with all three inputs named. It takes more from
// the environment than it documents, hence env -i.
#include "steps.hpp"

#include <map>
#include <sstream>

namespace kpb::builders {
namespace {

// A line that begins with a blank continues the line before it.
//
// kpatch-build patches the tree in place, and leaves it patched when it is killed: hence the copy.
// With .git it would also edit scripts/setlocalversion, and the release could get a "-dirty". No
// patch can be called like the two directories: names of patches begin with a letter or a digit.
//
// KERNELRELEASE: a tree from a source package names its kernel by version alone. -a stops when the
// vmlinux is that of another kernel. -d -d: all output of make, in the package's build log.
constexpr std::string_view k_steps = R"(: "${KERNEL_CONFIG:=}" "${KERNEL_VMLINUX:=}"
: "${KERNEL_SOURCE:?set it to the source tree of kernel @K@}"
for place in "$KERNEL_SOURCE/.config" /usr/src/kernels/@K@/.config /lib/modules/@K@/config
 /boot/config-@K@; do
 [ -n "$KERNEL_CONFIG" ] || ! [ -f "$place" ] || KERNEL_CONFIG=$place; done
: "${KERNEL_CONFIG:?set it to the configuration of kernel @K@}"
for place in /usr/lib/debug/lib/modules/@K@/vmlinux /usr/lib/debug/boot/vmlinux-@K@
 /usr/lib/debug/usr/lib/modules/@K@/vmlinux; do
 [ -n "$KERNEL_VMLINUX" ] || ! [ -f "$place" ] || KERNEL_VMLINUX=$place; done
: "${KERNEL_VMLINUX:?set it to the vmlinux of kernel @K@ with debug information}"
rm -rf _kernel-source _kpatch-cache
mkdir _kpatch-cache || exit 1
cp -a "$KERNEL_SOURCE/." _kernel-source || exit 1
rm -rf _kernel-source/.git
env -i PATH="$PATH" HOME="$PWD/_kpatch-cache" CACHEDIR="$PWD/_kpatch-cache" LC_ALL=C
 MAKEFLAGS=KERNELRELEASE=@K@ kpatch-build -d -d -a @K@ -j "${RPM_BUILD_NCPUS:-1}"
 -s "$PWD/_kernel-source" -c "$KERNEL_CONFIG" -v "$KERNEL_VMLINUX"
 -n @NAME@@REPLACE@ -o "$PWD" @PATCHES@ || exit 1
)";

// All that is needed is in the package; the configuration is the one to compile with, without the target's
// key files.
constexpr std::string_view k_carried_steps = R"(rm -rf _kpatch-cache
mkdir _kpatch-cache || exit 1
cp @CONFIG@ kernel-source/.config || exit 1
xz -dc @VMLINUX@ >_kernel-vmlinux || exit 1
env -i PATH="$PATH" HOME="$PWD/_kpatch-cache" LC_ALL=C MAKEFLAGS=KERNELRELEASE=@K@
 make -s -C kernel-source olddefconfig || exit 1
env -i PATH="$PATH" HOME="$PWD/_kpatch-cache" CACHEDIR="$PWD/_kpatch-cache" LC_ALL=C
 MAKEFLAGS=KERNELRELEASE=@K@ kpatch-build -d -d -a @K@ -j "${RPM_BUILD_NCPUS:-1}"
 -s "$PWD/kernel-source" -v "$PWD/_kernel-vmlinux"
 -n @NAME@@REPLACE@ -o "$PWD" @PATCHES@ || exit 1
)";

std::string fill(std::string_view text, const std::map<std::string_view, std::string>& values) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.front() == '@' ? text.find('@', 1) : std::string_view::npos;
    const bool is_key = end != std::string_view::npos;
    if (is_key)
      out += values.at(text.substr(1, end - 1));
    else
      out += text.front();
    text.remove_prefix(is_key ? end + 1 : 1);
  }
  return out;
}

std::vector<std::string> unfold_lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.front() == ' ')
      out.back() += line;
    else
      out.push_back(line);
  return out;
}

// A kernel package with a variant ("+rt", ".debug") has debug information of another name.
bool is_standard_kernel(std::string_view release_without_arch) {
  if (release_without_arch.find('+') != std::string_view::npos)
    return false;
  return release_without_arch.substr(release_without_arch.rfind('.') + 1) != "debug";
}

} // namespace

CarriedKernel carried_of(const sdk::Document& document) {
  return {std::string(document.text(fields::kernel_carried_source)),
          std::string(document.text(fields::kernel_carried_config)),
          std::string(document.text(fields::kernel_carried_vmlinux))};
}

std::vector<std::string> shell_steps(const sdk::Document& document,
                                     const std::vector<std::string>& patches) {
  std::string files;
  for (const auto& patch : patches)
    files.append(files.empty() ? "\"$PWD/" : " \"$PWD/").append(patch).append("\"");
  const bool replace = document.boolean(fields::request_replace, true);
  const auto carried = carried_of(document);
  const auto& steps = carried.source.empty() ? k_steps : k_carried_steps;
  return unfold_lines(fill(steps, {{"CONFIG", carried.config},
                                   {"VMLINUX", carried.vmlinux},
                                   {"K", std::string(document.text(fields::kernel_release))},
                                   {"NAME", std::string(document.text(fields::module_name))},
                                   {"REPLACE", replace ? "" : " -R"},
                                   {"PATCHES", files}}));
}

std::vector<std::string> build_requires(const sdk::Document& document) {
  // What a whole kernel needs to be built, by names that RPM distributions share; without dwarves
  // the kernel's configuration would quietly change.
  std::vector<std::string> out = {"kpatch-build",
                                  "gcc",
                                  "make",
                                  "bison",
                                  "flex",
                                  "bc",
                                  "gawk",
                                  "patchutils",
                                  "dwarves",
                                  "pkgconfig(libelf)",
                                  "pkgconfig(openssl)"};
  if (document.has(fields::kernel_carried_source)) {
    out.insert(out.end(), {"tar", "xz"});
    return out;
  }
  if (document.has(fields::kernel_devel_requires))
    out.emplace_back(document.text(fields::kernel_devel_requires));
  const auto family = document.text(fields::kernel_family);
  const std::string version(document.text(fields::kernel_release_without_arch));
  if ((family == "el" || family == "fc") && is_standard_kernel(version))
    out.push_back("kernel-debuginfo = " + version);
  return out;
}

} // namespace kpb::builders
