// SPDX-License-Identifier: GPL-2.0-only
//
// The builder: chosen by what it says it can do here, then asked for the module, for the sources of
// a package that builds it elsewhere, or both. Its word is not taken for the result: the module is
// read again from the workspace, and what it is follows from inspection.
#include "core/pipeline/build.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"
#include "core/kernel/carried_files.hpp"
#include "core/kernel/view.hpp"
#include "core/model/names.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/builders.hpp"
#include "core/pipeline/complaints.hpp"
#include "core/plugin/instance.hpp"
#include "core/run/log.hpp"
#include <kpb/sdk/views.hpp>

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

std::string kind_words(const std::string& kind) {
  if (kind == "diff")
    return "diffs";
  return kind == "source" ? "hand-written modules" : "finished modules";
}

bool write_inputs(Build& build) {
  if (build.view) // check_patches needed them before
    return true;
  for (const auto& input : build.inputs)
    if (const auto done = build.workspace.lend(input.stored, input.content); !done)
      return workspace_failed(build.context.diagnostics, done.error());
  return true;
}

// Asks one builder for every purpose that the variants have. What it reports goes to `heard`.
CallResult probe_all(Build& build, BuilderInstance& builder, CollectingSink& heard) {
  for (const auto& variant : build.variants) {
    const uint32_t purpose = variant.source ? KPB_PURPOSE_SOURCES : KPB_PURPOSE_MODULE;
    const auto result = builder.probe(variant.document, purpose, heard);
    if (result != CallResult::ok)
      return result;
  }
  return CallResult::ok;
}

} // namespace

bool refuse_builders(Build& build, const CollectingSink& heard, const std::string& kind) {
  if (heard.first_error() != nullptr) {
    heard.forward_to(build.context.diagnostics);
    return false;
  }
  std::vector<std::string> reasons;
  std::string hint;
  for (const auto& d : heard.all()) {
    reasons.push_back((d.where.empty() ? "" : d.where + ": ") + d.what +
                      (d.why.empty() ? "" : "; " + d.why));
    if (hint.empty())
      hint = d.hint;
  }
  if (hint.empty())
    hint = "kpb plugins list shows what is installed and from where";
  if (kind == "diff")
    hint +=
        "; kpb build --backend rpm-spec writes a spec that builds the patch elsewhere, kpb build "
        "--module FILE.ko packages a module that exists";
  return fail(build.context.diagnostics,
              {.fault = Fault::environment,
               .code = "builder-none",
               .what = reasons.empty() ? "no builder for " + kind_words(kind) + " is installed"
                                       : "no builder can build it here",
               .why = join(reasons, "; "),
               .hint = hint});
}

bool choose_builder(Build& build) {
  const std::string kind = build.document.text(fields::request_kind);
  std::vector<std::string> names = build.context.plugins.names("builder", kind);
  const std::string asked = build.request.builder.value_or("auto");
  if (asked != "auto") {
    const auto offer = build.context.plugins.offer("builder", asked);
    if (offer && offer->detail != kind)
      return fail(
          build.context.diagnostics,
          {.fault = Fault::input,
           .code = "builder-input",
           .what = fmt::format("the builder {} does not take {}", asked, kind_words(kind)),
           .why = fmt::format("it takes {}", kind_words(offer->detail)),
           .hint = names.empty() ? "" : "for this input: --builder " + join(names, " or ")});
    names = {asked}; // unknown ones get their message from the catalog
  }
  CollectingSink heard;
  for (const auto& name : names) {
    auto builder = BuilderInstance::make(build.context.plugins, name, build.services(),
                                         build.context.diagnostics);
    if (!builder)
      return false;
    CollectingSink this_one;
    const auto result = probe_all(build, *builder, this_one);
    if (result == CallResult::ok) {
      this_one.forward_to(build.context.diagnostics);
      // Why not the ones before it: with --debug, --dry-run and in the document.
      for (const auto& d : heard.all())
        debug_log("builder", d.where + ": " + d.what);
      const bool builds_here = std::any_of(build.variants.begin(), build.variants.end(),
                                           [](const Variant& v) { return !v.source; });
      if (builds_here && !heard.all().empty()) {
        const std::string reason = heard.all()[0].where + ": " + heard.all()[0].what;
        build.document.put_text(fields::request_builder_reason, reason, "builder");
        for (auto& variant : build.variants)
          variant.document.put_text(fields::request_builder_reason, reason, "builder");
      }
      const char* setter = asked == "auto" ? "auto" : "command line";
      build.document.put_text(fields::request_builder, name, setter);
      for (auto& variant : build.variants)
        variant.document.put_text(fields::request_builder, name, setter);
      build.builder = std::move(builder);
      return true;
    }
    this_one.forward_to(heard);
    if (result == CallResult::cancelled)
      return false;
  }
  return refuse_builders(build, heard, kind);
}

namespace {

bool builder_breach(Build& build, const std::string& what, const std::string& why) {
  return plugin_breach(build.context.diagnostics, *build.builder, what, why);
}

// What a hand-written module is compiled with is found by its builder, which does not say where: the directory that
// the user named or the kernel's own, and the source that a build directory leads to.
void show_kernel(Build& build) {
  const std::string own = "/lib/modules/" + build.document.text(fields::kernel_release) + "/";
  for (const char* name : {"build", "source"}) {
    const std::string directory = build.request.source.value_or(own + name);
    build.tools.show(directory);
    build.tools.show(directory + "/" + "source");
  }
}

bool make_module(Build& build, Variant& variant) {
  if (build.signing.waiting) // it was built by the run that this one goes on from
    return take_waiting(build, variant);
  build.context.progress.begin(Progress::Step::build, build.document.text(fields::module_name));
  show_kernel(build);
  if (build.builder->build(variant.document, build.context.diagnostics) != CallResult::ok)
    return false;
  const std::string relative = variant.document.text(fields::build_module);
  if (!is_safe_path("/" + relative))
    return builder_breach(build, "left no module",
                          std::string(fields::build_module) + " is " + shown(relative));
  auto content = build.workspace.read(relative, k_max_module_size);
  if (!content)
    return builder_breach(build, "reported the module " + shown(relative),
                          content.error().reason());
  build.module_content = std::move(*content);
  auto& d = variant.document;
  // A module that was given comes back as it is; comparing is cheaper than hashing it again.
  const bool as_given = !build.inputs.empty() && build.module_content == build.inputs[0].content;
  d.put_text(fields::module_sha256,
             as_given ? build.inputs[0].sha256 : sha256_hex(build.module_content),
             "builder " + build.builder->name());
  d.put_integer(fields::module_size, static_cast<int64_t>(build.module_content.size()),
                "builder " + build.builder->name());
  if (!build.context.confine)
    d.put_boolean(fields::build_unconfined, true, "command line");
  const auto reported = d.boolean(fields::build_replace);
  if (reported)
    d.put_boolean(fields::module_replace, *reported, "builder " + build.builder->name());
  return true;
}

std::optional<std::string> carry(Build& build, const Document& d, const std::string& name) {
  for (const Carried what : k_carried)
    if (build.view && d.text(pointer(fields::kernel_carried, field_of(what))) == name)
      return carried_content(build.context, build.view->kernel(), what);
  builder_breach(build, "requested that the source package contains " + shown(name),
                 "it is none of /kernel/carried");
  return std::nullopt;
}

bool make_sources(Build& build, Variant& variant) {
  std::vector<std::pair<std::string, std::string>> files;
  const auto take = [&](std::string_view name, std::string_view content) {
    const bool twice =
        std::any_of(files.begin(), files.end(), [&](const auto& f) { return f.first == name; });
    if (!is_safe_name(name) || twice)
      return builder_breach(build, "supplied the source " + shown(name),
                            twice ? "it has already supplied it"
                                  : "a source's name is a plain file name");
    files.emplace_back(name, content);
    return true;
  };
  if (build.builder->sources(variant.document, take, build.context.diagnostics) != CallResult::ok)
    return false;
  auto& d = variant.document;
  // What the builder asks for of the kernel: large, so it does not pass through the plugin.
  for (const auto& name : d.texts(fields::source_carry)) {
    const auto content = carry(build, d, name);
    if (!content)
      return false;
    if (!take(name, *content))
      return false;
  }
  for (const auto& [name, content] : files) {
    const std::string stored = "sources/" + name;
    if (const auto done = build.workspace.write(stored, content); !done)
      return workspace_failed(build.context.diagnostics, done.error());
    const std::string at = views::append(Writer(d, "builder " + build.builder->name()),
                                         fields::sources, views::StoredFile{name});
    views::write(
        Writer(d, "kpb"), at,
        views::StoredFile{"", stored, sha256_hex(content), static_cast<int64_t>(content.size())});
  }
  if (d.size(fields::source_steps) == 0 || !is_safe_path("/" + d.text(fields::source_product)))
    return builder_breach(build, "gave no steps to build from source",
                          std::string(fields::source_steps) + " and " +
                              std::string(fields::source_product) + " must be set");
  return true;
}

} // namespace

bool build_module(Build& build) {
  if (!write_inputs(build))
    return false;
  for (auto& variant : build.variants)
    if (!(variant.source ? make_sources(build, variant) : make_module(build, variant)))
      return false;
  return true;
}

} // namespace kpb
