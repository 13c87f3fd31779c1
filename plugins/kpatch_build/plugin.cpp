// SPDX-License-Identifier: GPL-2.0-only
//
// The builder for diffs, by kpatch-build: in a view of a prepared kernel, or as the recipe of a source
// package, which then builds where the kernel's tree and debug vmlinux are.
#include "plugins/common/diff_builder/view_build.hpp"
#include "spare_relink.hpp"
#include "steps.hpp"
#include <kpb/sdk/builder_limits.hpp>
#include <kpb/sdk/names.hpp>

#include <set>

namespace kpb::builders {
namespace {

// The host's rule for a source's name, and what the shell takes as one word.
bool is_plain_name(std::string_view name) { return name.size() <= 200 && is_package_name(name); }

std::string numbered_name(size_t index) {
  const std::string digits = std::to_string(index + 1);
  return "patch-" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits + ".patch";
}

// The names stand unquoted in the steps, and all sources of a package lie in one directory: a name
// that is not plain, or taken (also by one of `others`), becomes a number. Numbers that users chose
// themselves are left out.
std::vector<std::string> safe_names(const std::vector<std::string>& given,
                                    const std::set<std::string>& others) {
  std::set<std::string> taken(given.begin(), given.end());
  std::set<std::string> used = others;
  std::vector<std::string> out;
  size_t next = 0;
  for (const auto& name : given) {
    std::string safe = name;
    if (!is_plain_name(name) || used.count(name) != 0)
      do
        safe = numbered_name(next++);
      while (taken.count(safe) != 0);
    used.insert(safe);
    out.push_back(safe);
  }
  return out;
}

constexpr const char* k_tool = "kpatch-build";

class KpatchBuild : public sdk::Builder {
public:
  bool probe(const sdk::Host& host, const sdk::Document& document, uint32_t purpose,
             const sdk::Sink& out) override {
    if (document.text(fields::request_kind) != "diff") {
      out.note({.code = "kpatch-build-input", .what = "the builder kpatch-build takes diffs"});
      return false;
    }
    if (purpose != KPB_PURPOSE_SOURCES)
      return can_build(host, document, out);
    // Of a kernel that is prepared it is known whether it can be built for.
    const auto view = sdk::draft::View::of(host);
    return !view || fits(view->read(".config").value_or(""), out);
  }

  void build(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out) override {
    const auto view = sdk::draft::View::of(host);
    const auto script = view ? view->read(view->find(k_tool).value_or("")) : std::nullopt;
    if (!view || !script)
      throw sdk::Error({.fault = sdk::Fault::environment,
                        .code = "tool-missing",
                        .what = "kpatch-build no longer exists"});
    sdk::draft::ViewRun run;
    run.depends_on = *script;
    run.primed = "no changed objects found";
    run.prime = command(*view, document, "kpb_original", false,
                        {view->place(KPB_PLACE_INPUT) + "/patch-001.patch"});
    run.build =
        command(*view, document, std::string(document.text(fields::module_name)),
                !document.boolean(fields::request_replace, true), patch_paths(*view, document));
    run.build.environment.push_back(spare_relink(view->place(KPB_PLACE_TREE),
                                                 view->place(KPB_PLACE_KERNEL) + "/tree",
                                                 view->place(KPB_PLACE_INPUT)));
    build_in_view(Tool::kpatch_build, version_of(*script), *view, run, host, document, out);
  }

  void sources(const sdk::Host& host, const sdk::Document& document,
               const sdk::Sink& out) override {
    const auto patches = views::inputs(document);
    std::vector<std::string> given;
    for (const auto& patch : patches)
      given.push_back(patch.name);
    const auto carried = carried_of(document);
    const auto names = safe_names(given, {carried.source, carried.config, carried.vmlinux});
    for (size_t i = 0; i < names.size(); ++i)
      out.file(names[i], host.read(patches[i].stored, out));
    for (const auto& step : shell_steps(document, names))
      out.put(pointer(fields::source_steps, "-"), step);
    for (const auto& package : build_requires(document))
      out.put(pointer(fields::source_requires, "-"), package);
    if (!carried.source.empty()) {
      out.put(pointer(fields::source_unpack, "-"), carried.source);
      for (const auto& file : {carried.source, carried.config, carried.vmlinux})
        out.put(pointer(fields::source_carry, "-"), file);
    }
    out.put(fields::source_product, std::string(document.text(fields::module_name)) + ".ko");
  }

private:
  // By what the kernel and the root really have, not by versions.
  static bool can_build(const sdk::Host& host, const sdk::Document& document,
                        const sdk::Sink& out) {
    const auto view = prepared_kernel(host, document, k_tool, out);
    if (!view)
      return false;
    // lsdiff and modprobe: without them kpatch-build skips its checks, and says nothing.
    const std::string missing = missing_tools(
        *view, {k_tool, "gawk", "patch", "lsdiff", "modprobe", "readelf", "objcopy", "make"});
    if (!missing.empty())
      return cannot(out, k_tool,
                    {.code = "root-tools",
                     .what = "the build root lacks " + missing,
                     .hint = "install them there, or give another root with --root"});
    return fits(view->read(".config").value_or(""), out);
  }

  static bool fits(const std::string& config, const sdk::Sink& out) {
    if (config_value(config, "CONFIG_LIVEPATCH") != "y")
      return cannot(out, k_tool,
                    {.code = "kernel-no-livepatch", .what = "the kernel has no CONFIG_LIVEPATCH"});
    if (config_value(config, "CONFIG_DEBUG_INFO") != "y")
      return cannot(
          out, k_tool,
          {.code = "kernel-no-debug-info", .what = "the kernel has no CONFIG_DEBUG_INFO"});
    const auto* limit = refused_option(k_tool, [&](std::string_view option) {
      return config_value(config, "CONFIG_" + std::string(option)) == "y";
    });
    if (limit != nullptr)
      return cannot(out, k_tool,
                    {.code = "kernel-config",
                     .what = "CONFIG_" + std::string(limit->option) + " is set: it cannot " +
                             std::string(limit->what)});
    return true;
  }

  // The script says it in a line of its own; the file tells whether it is there.
  static std::string version_of(const std::string& script) {
    const std::string begin = "\nVERSION=";
    const size_t at = script.find(begin);
    if (at == std::string::npos)
      return "unknown";
    const size_t value = at + begin.size();
    return script.substr(value, script.find('\n', value) - value);
  }

  // --sourcedir: the other modes download, know few distributions, and keep one kernel. -d -d: make's whole
  // output on standard output.
  static sdk::draft::ViewCommand command(const sdk::draft::View& view,
                                         const sdk::Document& document, const std::string& name,
                                         bool stacked, const std::vector<std::string>& patches) {
    sdk::draft::ViewCommand out;
    out.arguments = {k_tool,
                     "-d",
                     "-d",
                     "-j",
                     "@JOBS@",
                     "-a",
                     std::string(document.text(fields::kernel_release)),
                     "-s",
                     view.place(KPB_PLACE_TREE),
                     "-v",
                     view.place(KPB_PLACE_KERNEL) + "/vmlinux",
                     "-n",
                     name,
                     "-o",
                     view.place(KPB_PLACE_OUTPUT)};
    if (stacked)
      out.arguments.emplace_back("-R");
    out.arguments.insert(out.arguments.end(), patches.begin(), patches.end());
    out.environment = builder_environment(document);
    out.environment.push_back("CACHEDIR=" + view.place(KPB_PLACE_CACHE));
    return out;
  }
};

} // namespace
} // namespace kpb::builders

KPB_EXPORT_BUILDER("org.kpb.builder.kpatch-build", "0.1.0", "kpatch-build", "diff",
                   kpb::builders::KpatchBuild);
