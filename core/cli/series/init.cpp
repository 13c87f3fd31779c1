// SPDX-License-Identifier: GPL-2.0-only
//
// See init.hpp. What the files do not tell is written as a comment, for the user to fill in.
#include "core/cli/series/init.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"

#include <fmt/core.h>
#include <set>

namespace kpb {

namespace {

constexpr const char* k_head =
    "# A series for kpb: packages x patches x kernels. All keys: docs/series.md.\n"
    "#   kpb series plan FILE     what would be built, and why\n"
    "#   kpb series build FILE    build it, or go on building it\n"
    "\n"
    "# date: 2026-11-25           # kernels whose end_of_life lies before it are left out\n"
    "\n"
    "defaults:\n"
    "  policy: standard           # how packages are named; kpb plugins list shows others\n"
    "  backends: [rpm-build]      # and deb, srpm, rpm-spec\n"
    "  # limits: {time: 4h, memory: 8G}\n"
    "\n"
    "kernels:\n";

constexpr const char* k_kernel =
    "    # Of a kernel that is not in the store (kpb kernel list), what it is prepared from:\n"
    "    # source: linux-source.tar.xz\n"
    "    # config: config\n"
    "    # vmlinux: vmlinux        # with debug information\n"
    "    # modules: modules\n"
    "    # symvers: Module.symvers\n"
    "    # root: /srv/roots/trixie # the build root of its distribution\n"
    "    # end_of_life: 2028-06-30\n"
    "\n"
    "packages:\n";

std::string quoted(const std::string& text) {
  const bool plain = made_of(text, "_./+-") && text[0] != '-';
  return plain ? text : "'" + replace_all(text, "'", "''") + "'";
}

// P from a file's name; "" if nothing is left of it.
std::string stem_of(std::string name) {
  for (const char* suffix : {".patch", ".diff", ".c", ".ko"})
    if (name.ends_with(suffix)) {
      name.resize(name.size() - std::string_view(suffix).size());
      break;
    }
  std::string out;
  for (const char c : name) {
    const bool good = is_alnum(c) || (!out.empty() && contains("._+-", {&c, 1}));
    if (good)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  CollectingSink unheard;
  return check_stem(out, "", unheard) ? out : "";
}

} // namespace

bool series_init(Session& session, const std::string& directory) {
  auto& sink = session.diagnostics();
  const auto names = session.files().list(directory);
  if (!names)
    return fail(sink, {.fault = Fault::input,
                       .code = "series-init",
                       .where = directory,
                       .what = "the directory cannot be listed",
                       .why = names.error().reason(),
                       .hint = "kpb series init takes a directory of patches"});
  std::string text = k_head;
  const std::string release = session.environment().kernel_release();
  text +=
      "  running:                   # a name for the patches below; * and ? stand for any\n    release: " +
      quoted(release) + "\n" + k_kernel;
  const std::string prefix =
      directory == "." ? "" : directory + (directory.ends_with("/") ? "" : "/");
  std::set<std::string> taken;
  for (const auto& name : *names) {
    const bool module = name.ends_with(".ko"), source = name.ends_with(".c");
    if (name[0] == '.' ||
        !(module || source || name.ends_with(".patch") || name.ends_with(".diff")))
      continue;
    const std::string stem = stem_of(name);
    if (stem.empty() || first_control_byte(prefix + name, false) || !taken.insert(stem).second) {
      warn(sink, {.code = "series-init",
                  .what = fmt::format("{} is left out", shown(name)),
                  .why = "no package name can be made from its name, or the name is already taken",
                  .hint = "add it by hand"});
      continue;
    }
    text += "  - name: " + stem + "\n    version: 1\n    # cves: [CVE-2026-1234]\n";
    if (module || source)
      text +=
          "    # replace: true         # the module replaces all other live patches, or not: its file does not say\n";
    text +=
        std::string(
            "    patches:            # for one kernel, all of them become one module\n      - ") +
        (module ? "module: " : "filename: ") + quoted(prefix + name) +
        "\n        kernels: [running]\n";
  }
  if (taken.empty())
    return fail(sink, {.fault = Fault::input,
                       .code = "series-init",
                       .where = directory,
                       .what = "it contains no patches",
                       .hint = "patches are files NAME.patch, NAME.diff, NAME.c or NAME.ko"});
  session.out(text);
  return true;
}

} // namespace kpb
