// SPDX-License-Identifier: GPL-2.0-only
//
// What will be made: which formats share a document, and every final name. Pure: nothing is written
// and nothing runs, so `--dry-run` ends here and is quick.
#include "core/pipeline/plan_artifacts.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/pipeline/build.hpp"
#include "core/pipeline/complaints.hpp"
#include "core/plugin/instance.hpp"
#include <kpb/sdk/views.hpp>

#include <algorithm>
#include <fmt/core.h>
#include <set>

namespace kpb {

namespace {

bool load_backends(Build& build) {
  for (const auto& format : build.request.formats()) {
    const bool covered =
        std::any_of(build.backends.begin(), build.backends.end(), [&](const auto& b) {
          const auto& offers = b->library().note().offers;
          return std::any_of(offers.begin(), offers.end(), [&](const auto& o) {
            return o.kind == "backend" && o.name == format;
          });
        });
    if (covered)
      continue;
    auto backend = BackendInstance::make(build.context.plugins, format, build.services(),
                                         build.context.diagnostics);
    if (!backend)
      return false;
    build.backends.push_back(std::move(backend));
  }
  return true;
}

// A finished module can only be packed. From sources, a format that tells how to build carries them
// (and nothing has to be built here); the others hold the module that is built here.
void split_into_variants(Build& build) {
  const std::string kind = build.document.text(fields::request_kind);
  const bool from_sources = kind == "diff" || kind == "source";
  build.variants.clear();
  for (const bool source : {true, false}) {
    Variant variant;
    variant.source = source;
    for (const auto& format : build.request.formats()) {
      const auto offer = build.context.plugins.offer("backend", format);
      if ((from_sources && offer && offer->source) == source)
        variant.formats.push_back(format);
    }
    if (!variant.formats.empty())
      build.variants.push_back(std::move(variant));
  }
}

bool plan_variant(Build& build, Variant& variant, std::set<std::string>& names) {
  variant.document = build.document;
  variant.document.put_text(fields::request_style, variant.source ? "source" : "packed", "kpb");
  std::multiset<std::string> planned;
  for (const auto& backend : build.backends) {
    const auto formats = build.formats_of(variant, *backend);
    if (formats.empty())
      continue;
    Document asked = variant.document;
    for (const auto& format : formats)
      asked.put_text(pointer(fields::request_formats, "-"), format, "kpb");
    if (backend->plan(asked, build.context.diagnostics) != CallResult::ok)
      return false;
    for (size_t i = 0; i < asked.size(fields::artifacts); ++i) {
      const auto planned_as = views::element<views::Artifact>(asked, fields::artifacts, i);
      Artifact artifact;
      artifact.format = planned_as.format;
      artifact.name = planned_as.name;
      artifact.beside = planned_as.beside;
      if (artifact.beside.empty())
        planned.insert(artifact.format);
      else
        artifact.leads_to =
            required_names(asked, pointer(fields::artifacts, i, fields::artifact::relations));
      if (!is_safe_name(artifact.name) || !names.insert(artifact.name).second)
        return plugin_breach(
            build.context.diagnostics, *backend, "plans the artifact " + shown(artifact.name),
            "the name is not a plain file name, or another artifact has the same name");
      variant.artifacts.push_back(std::move(artifact));
    }
  }
  if (planned != std::multiset<std::string>(variant.formats.begin(), variant.formats.end()))
    return fail(build.context.diagnostics,
                {.fault = Fault::plugin,
                 .code = "plugin-contract",
                 .what = fmt::format("the backends planned {} artifacts for {} formats",
                                     planned.size(), variant.formats.size()),
                 .why = "each format gives one artifact; additional files must be declared as such",
                 .hint = "this is a bug in the plugin; report it to its author"});
  return true;
}

// One spec may go to a file or to standard output; everything else goes into a directory that is there.
bool check_output(Build& build) {
  auto& sink = build.context.diagnostics;
  const auto& output = build.request.output;
  const bool one_spec =
      build.request.formats().size() == 1 && build.request.formats()[0] == "rpm-spec";
  if (output && output->empty())
    return fail(sink, {.fault = Fault::input,
                       .code = "output",
                       .what = "--output is empty",
                       .why = "it names a file or directory"});
  if (output && *output == "-" && !one_spec)
    return fail(sink, {.fault = Fault::input,
                       .code = "output",
                       .what = "--output - is refused",
                       .why = "only a spec alone can go to standard output",
                       .hint = "name a directory"});
  const std::string target = output.value_or(".");
  if (target == "-")
    return true;
  const auto info = build.context.files.stat(target);
  if (info && info->type == FileInfo::Type::directory)
    return true;
  if (!one_spec)
    return fail(sink, {.fault = Fault::input,
                       .code = "output-directory",
                       .what = fmt::format("the output directory {} cannot be used", shown(target)),
                       .why = info ? "it is not a directory" : info.error().reason(),
                       .hint = "packages go into a directory that exists: mkdir -p first"});
  if (info && info->type != FileInfo::Type::regular)
    return fail(sink, {.fault = Fault::input,
                       .code = "output-file",
                       .what = fmt::format("the output file {} cannot be written", shown(target)),
                       .why = "it exists, but is not a regular file",
                       .hint = "--output - is standard output"});
  const std::string parent = parent_path(target);
  const auto parent_info = build.context.files.stat(parent);
  if (!parent_info || parent_info->type != FileInfo::Type::directory || target.ends_with("/"))
    return fail(sink, {.fault = Fault::input,
                       .code = "output-directory",
                       .what = fmt::format("the directory of {} cannot be used", shown(target)),
                       .why = parent_info ? "it is not a directory" : parent_info.error().reason(),
                       .hint = "the directory must exist: mkdir -p first"});
  return true;
}

// What lies at the final places now: found before an hour of building, not after.
bool check_final_paths(Build& build) {
  auto& files = build.context.files;
  auto& sink = build.context.diagnostics;
  if (build.request.output == std::optional<std::string>("-"))
    return true;
  for (const auto& variant : build.variants)
    for (const auto& artifact : variant.artifacts) {
      const std::string path = final_path(build, artifact);
      const auto info = files.stat(path);
      if (!info)
        continue;
      if (info->type != FileInfo::Type::regular)
        return fail(sink, {.fault = Fault::input,
                           .code = "output-file",
                           .what = fmt::format("the output file {} cannot be written", shown(path)),
                           .why = "it exists, but is not a regular file",
                           .hint = "name another place with --output"});
      for (const auto& input : build.inputs)
        if (files.resolve(path).value_or("") ==
            files.resolve(input.shown_path).value_or(input.shown_path))
          return fail(sink, {.fault = Fault::input,
                             .code = "output-is-input",
                             .what = fmt::format("the output {} is the input", shown(path)),
                             .why = "it would be overwritten",
                             .hint = "name another place with --output"});
    }
  return true;
}

} // namespace

bool plan_names(Build& build) {
  if (!load_backends(build))
    return false;
  split_into_variants(build);
  std::set<std::string> names;
  for (auto& variant : build.variants)
    if (!plan_variant(build, variant, names))
      return false;
  return true;
}

bool plan_artifacts(Build& build) {
  return plan_names(build) && check_output(build) && check_final_paths(build) && keep_others(build);
}

} // namespace kpb
