// SPDX-License-Identifier: GPL-2.0-only
//
// See make_command.hpp. A module with debug information names directories: that of the module, that
// of the kernel's build tree and, for a kernel built with O=, that of its source. The prefix maps
// replace all of them, so the bytes do not tell where anything was. Of two maps that match,
// compilers take the later one.
#include "make_command.hpp"

#include "text.hpp"

#include <algorithm>

namespace kpb::builders {
namespace {

// As find_build_dir() and make_command() do it. env -i: a package's build has variables of its own,
// and make takes some of them for its own.
constexpr std::string_view k_steps = R"(: "${KERNEL_BUILD:=}"
for place in @PLACES@; do
 [ -n "$KERNEL_BUILD" ] || ! [ -d "$place" ] || KERNEL_BUILD=$place; done
: "${KERNEL_BUILD:?there is no build tree of kernel @K@, install its headers or set KERNEL_BUILD}"
KERNEL_BUILD=$(cd "$KERNEL_BUILD" && pwd -P) || exit 1
if ! grep -qF 'UTS_RELEASE "@K@"' "$KERNEL_BUILD/include/generated/utsrelease.h"; then
 echo "$KERNEL_BUILD is not for kernel @K@" >&2; exit 1; fi
if ! [ -f "$KERNEL_BUILD/Module.symvers" ]; then
 echo "$KERNEL_BUILD has no Module.symvers" >&2; exit 1; fi
kpb_source=$(cd "$KERNEL_BUILD/source" 2>/dev/null && pwd -P) || kpb_source=$KERNEL_BUILD
kpb_module=$(pwd -P)/@DIRECTORY@
kpb_maps="@BUILD_MAP@"
if [ "$kpb_source" != "$KERNEL_BUILD" ]; then kpb_maps="$kpb_maps @SOURCE_MAP@"; fi
kpb_maps="$kpb_maps @MODULE_MAP@"
kpb_config=$KERNEL_BUILD/include/config/auto.conf
kpb_tools=
if grep -q '^CONFIG_CC_IS_CLANG=y' "$kpb_config"; then kpb_tools=CC=clang; fi
if grep -q '^CONFIG_LD_IS_LLD=y' "$kpb_config"; then kpb_tools="$kpb_tools LD=ld.lld"; fi
env -i PATH="$PATH" LC_ALL=C @VARIABLES@
 make -C "$KERNEL_BUILD" M="$kpb_module" -j"${RPM_BUILD_NCPUS:-1}"
 KCFLAGS="$kpb_maps" KAFLAGS="$kpb_maps" $kpb_tools modules || exit 1
)";

// Only debug information: for texts in the module (__FILE__) kbuild has its own map of the kernel.
std::string kernel_map(const std::string& place, const sdk::Document& document) {
  return "-fdebug-prefix-map=" + place + "=/usr/src/linux-" +
         std::string(document.text(fields::kernel_release));
}

std::string module_map(const std::string& place, const sdk::Document& document) {
  return "-ffile-prefix-map=" + place + "=/usr/src/" +
         std::string(document.text(fields::module_name));
}

} // namespace

std::vector<std::string> make_command(const BuildDir& dir, const std::string& module_dir,
                                      const sdk::Document& document) {
  std::string maps = kernel_map(dir.path, document);
  if (!dir.source.empty())
    maps.append(" ").append(kernel_map(dir.source, document));
  maps.append(" ").append(module_map(module_dir, document));
  const int64_t jobs = std::clamp<int64_t>(document.integer(fields::request_jobs, 1), 1, 1024);
  std::vector<std::string> command = {"make",
                                      "-C",
                                      dir.path,
                                      "M=" + module_dir,
                                      "-j" + std::to_string(jobs),
                                      "KCFLAGS=" + maps,
                                      "KAFLAGS=" + maps};
  // A kernel's headers do not say by themselves that they want clang.
  if (dir.is_clang)
    command.emplace_back("CC=clang");
  if (dir.is_lld)
    command.emplace_back("LD=ld.lld");
  command.emplace_back("modules");
  return command;
}

std::vector<std::string> make_environment(const sdk::Document& document) {
  return {"KBUILD_BUILD_TIMESTAMP=@" + std::to_string(document.integer(fields::source_date_epoch)),
          "KBUILD_BUILD_USER=kpb", "KBUILD_BUILD_HOST=kpb"};
}

std::vector<std::string> shell_steps(const std::string& directory, const sdk::Document& document) {
  const std::string release(document.text(fields::kernel_release));
  std::string places;
  for (const auto& place : build_dir_candidates(release))
    places.append(places.empty() ? "" : " ").append(place);
  std::string variables;
  for (const auto& variable : make_environment(document))
    variables.append(variables.empty() ? "" : " ").append(variable);
  return unfold_lines(fill(k_steps, {{"K", release},
                                     {"PLACES", places},
                                     {"DIRECTORY", directory},
                                     {"VARIABLES", variables},
                                     {"BUILD_MAP", kernel_map("$KERNEL_BUILD", document)},
                                     {"SOURCE_MAP", kernel_map("$kpb_source", document)},
                                     {"MODULE_MAP", module_map("$kpb_module", document)}}));
}

} // namespace kpb::builders
