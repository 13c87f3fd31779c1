// SPDX-License-Identifier: GPL-2.0-only
//
// The builder for diffs by klp-build, which is part of the kernel's tree. It never looks at the target's
// own vmlinux; the gates do that afterwards.
#include "plugins/common/diff_builder/view_build.hpp"
#include <kpb/sdk/builder_limits.hpp>

namespace kpb::builders {
namespace {

constexpr const char* k_name = "klp-build";
constexpr const char* k_script = "scripts/livepatch/klp-build";

class KlpBuild : public sdk::Builder {
public:
  bool probe(const sdk::Host& host, const sdk::Document& document, uint32_t purpose,
             const sdk::Sink& out) override {
    if (purpose == KPB_PURPOSE_SOURCES) // its script and tree are the kernel's own, not a package's
      return cannot(out, k_name,
                    {.code = "klp-build-sources", .what = "it makes no source packages"});
    const auto view = prepared_kernel(host, document, k_name, out);
    return view && can_build(*view, document, out);
  }

  void build(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out) override {
    const auto view = sdk::draft::View::of(host);
    const auto script = view ? view->read(k_script) : std::nullopt;
    if (!view || !script)
      throw sdk::Error({.fault = sdk::Fault::environment,
                        .code = "tool-missing",
                        .what = "klp-build no longer exists"});
    const std::string output = view->place(KPB_PLACE_OUTPUT) + "/";
    sdk::draft::ViewRun run;
    run.depends_on = *script;
    run.primed = "no changes detected";
    run.prime = command(document, {"-T", "-o", output + "kpb_original.ko",
                                   view->place(KPB_PLACE_INPUT) + "/patch-001.patch"});
    // -S 2: the original is there. -T: and stays; the view goes anyway.
    std::vector<std::string> arguments = {
        "-T", "-S", "2", "-o", output + std::string(document.text(fields::module_name)) + ".ko"};
    if (!document.boolean(fields::request_replace, true))
      arguments.emplace_back("--no-replace");
    const auto patches = patch_paths(*view, document);
    arguments.insert(arguments.end(), patches.begin(), patches.end());
    run.build = command(document, arguments);
    // The script has no version of its own: it is the kernel's.
    build_in_view(Tool::klp_build, std::string(document.text(fields::kernel_release)), *view, run,
                  host, document, out);
  }

  void sources(const sdk::Host&, const sdk::Document&, const sdk::Sink&) override {
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "klp-build-sources",
                      .what = "klp-build makes no source packages",
                      .hint = "use --builder kpatch-build for a spec or a source package"});
  }

private:
  // By what tree, configuration and root really have, not by versions.
  static bool can_build(const sdk::draft::View& view, const sdk::Document& document,
                        const sdk::Sink& out) {
    const auto script = view.read(k_script);
    if (!script)
      return cannot(
          out, k_name,
          {.code = "klp-build-absent",
           .what =
               "the kernel's tree has no scripts/livepatch/klp-build (kpb uses that of Linux 7.2 and newer)"});
    // The step "checksum" came with the form that this drives.
    if (script->find("checksum)") == std::string::npos)
      return cannot(out, k_name,
                    {.code = "klp-build-old",
                     .what = "the tree's klp-build is too old for kpb",
                     .hint = "use --builder kpatch-build, or a tree of Linux 7.2 or newer"});
    if (document.text(fields::kernel_arch) != "x86_64")
      return cannot(out, k_name,
                    {.code = "klp-build-arch", .what = "klp-build is for x86_64 only"});
    const std::string config = view.read(".config").value_or("");
    for (const char* option : {"CONFIG_LIVEPATCH", "CONFIG_KLP_BUILD"})
      if (config_value(config, option) != "y")
        return cannot(out, k_name,
                      {.code = "kernel-config",
                       .what = std::string("the kernel's configuration has no ") + option});
    const auto* limit = refused_option(k_name, [&](std::string_view option) {
      return config_value(config, "CONFIG_" + std::string(option)) == "y";
    });
    if (limit != nullptr)
      return cannot(
          out, k_name,
          {.code = "kernel-config",
           .what = "klp-build refuses kernels with CONFIG_" + std::string(limit->option)});
    const std::string missing =
        missing_tools(view, {"bash", "gawk", "patch", "recountdiff", "objcopy", "make"});
    if (!missing.empty())
      return cannot(out, k_name,
                    {.code = "root-tools",
                     .what = "the build root lacks " + missing,
                     .hint = "install them there, or give another root with --root"});
    if (!view.read("/usr/include/xxhash.h"))
      return cannot(out, k_name,
                    {.code = "root-tools",
                     .what = "the build root lacks xxhash.h, which objtool needs",
                     .hint = "install libxxhash-dev (Debian) or xxhash-devel there"});
    return true;
  }

  static sdk::draft::ViewCommand command(const sdk::Document& document,
                                         const std::vector<std::string>& arguments) {
    sdk::draft::ViewCommand out;
    out.arguments = {"bash", k_script, "-j", "@JOBS@"};
    out.arguments.insert(out.arguments.end(), arguments.begin(), arguments.end());
    out.environment = builder_environment(document);
    return out;
  }
};

} // namespace
} // namespace kpb::builders

KPB_EXPORT_BUILDER("org.kpb.builder.klp-build", "0.1.0", "klp-build", "diff",
                   kpb::builders::KlpBuild);
