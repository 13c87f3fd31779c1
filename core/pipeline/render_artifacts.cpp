// SPDX-License-Identifier: GPL-2.0-only
//
// The backends make their artifacts in the workspace. Each is asked once for all of its formats that
// share a document, and must make exactly what it planned.
#include "core/pipeline/build.hpp"

#include "core/model/names.hpp"
#include "core/util/text.hpp"

namespace kpb {

namespace {

bool render_with(Build& build, Variant& variant, BackendInstance& backend) {
  const auto formats = build.formats_of(variant, backend);
  if (formats.empty())
    return true;
  Document asked = variant.document;
  for (const auto& format : formats)
    asked.put_text("/request/formats/-", format, "command line");
  build.context.progress.begin(Progress::Step::render, join(formats, ", "));
  if (backend.render(asked, build.context.diagnostics) != CallResult::ok)
    return false;
  for (auto& artifact : variant.artifacts) {
    bool ours = false;
    for (const auto& format : formats)
      ours = ours || format == artifact.format;
    if (!ours)
      continue;
    for (size_t i = 0; i < asked.size("/artifacts"); ++i) {
      if (asked.text(pointer("/artifacts", i, "format")) != artifact.format)
        continue;
      const std::string path = asked.text(pointer("/artifacts", i, "path"));
      const bool same_name = asked.text(pointer("/artifacts", i, "name")) == artifact.name;
      if (!is_safe_path("/" + path) || !same_name)
        return fail(build.context.diagnostics, Fault::plugin, "plugin-contract",
                    backend.library().shown(), "made " + shown(path) + " for " + artifact.name,
                    "it must be a file in the workspace under the planned name",
                    "this is a bug of the plugin; tell its author");
      artifact.path = path;
      artifact.recipe = asked.text(pointer("/artifacts", i, "recipe"));
      // What the backend says its format made of the texts; verification compares with it.
      for (const char* field :
           {"summary", "description", "license", "group", "url", "packager", "changelog"})
        if (const auto text = asked.text_view(pointer("/artifacts", i, std::string("text/") + field)))
          artifact.texts[field] = *text;
    }
    if (artifact.path.empty())
      return fail(build.context.diagnostics, Fault::plugin, "plugin-contract",
                  backend.library().shown(), "made no " + artifact.format,
                  "it was planned as " + artifact.name,
                  "this is a bug of the plugin; tell its author");
  }
  return true;
}

} // namespace

bool render_artifacts(Build& build) {
  for (auto& variant : build.variants)
    for (auto& backend : build.backends)
      if (!render_with(build, variant, *backend))
        return false;
  return true;
}

} // namespace kpb
