// SPDX-License-Identifier: GPL-2.0-only
//
// The backends make their artifacts in the workspace. Each is asked once for all of its formats that
// share a document, and must make exactly what it planned.
#include "core/pipeline/build.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/pipeline/compare_artifact.hpp"
#include "core/pipeline/complaints.hpp"
#include "core/pipeline/plan_artifacts.hpp"
#include "core/plugin/instance.hpp"
#include <kpb/sdk/views.hpp>

#include <algorithm>

namespace kpb {

namespace {

// What lies beside an artifact may follow from what was not known when it was planned: it is added.
Artifact* planned_as(Build& build, Variant& variant, const Artifact& made) {
  const auto found =
      std::find_if(variant.artifacts.begin(), variant.artifacts.end(), [&](const Artifact& a) {
        return a.format == made.format && a.name == made.name &&
               a.beside.empty() == made.beside.empty();
      });
  if (found != variant.artifacts.end())
    return &*found;
  bool taken = made.beside.empty() || !is_safe_name(made.name);
  for (const auto& other : build.variants)
    for (const auto& artifact : other.artifacts)
      taken = taken || artifact.name == made.name;
  return taken ? nullptr : &variant.artifacts.emplace_back(made);
}

bool take_artifact(Build& build, Variant& variant, const BackendInstance& backend,
                   const Document& asked, size_t n) {
  const auto told = views::element<views::Artifact>(asked, fields::artifacts, n);
  Artifact made;
  made.format = told.format;
  made.name = told.name;
  made.beside = told.beside;
  Artifact* artifact = planned_as(build, variant, made);
  if (artifact == nullptr || !artifact->path.empty() || !is_safe_path("/" + told.path))
    return plugin_breach(build.context.diagnostics, backend,
                         "made " + shown(told.path) + " as " + shown(made.name),
                         "it must be a file in the workspace under the planned name");
  artifact->path = told.path;
  artifact->recipe = told.recipe;
  if (!made.beside.empty())
    artifact->leads_to =
        required_names(asked, pointer(fields::artifacts, n, fields::artifact::relations));
  // Verification compares with what the backend says its format makes of the document.
  artifact->holds = effective_document(variant.document, asked, n);
  return true;
}

bool render_with(Build& build, Variant& variant, BackendInstance& backend) {
  const auto formats = build.formats_of(variant, backend);
  if (formats.empty())
    return true;
  Document asked = variant.document;
  for (const auto& format : formats)
    asked.put_text(pointer(fields::request_formats, "-"), format, "kpb");
  build.context.progress.begin(Progress::Step::render, join(formats, ", "));
  if (backend.render(asked, build.context.diagnostics) != CallResult::ok)
    return false;
  for (size_t n = 0; n < asked.size(fields::artifacts); ++n)
    if (!take_artifact(build, variant, backend, asked, n))
      return false;
  const auto missing = [&](const Artifact& artifact) {
    return artifact.path.empty() &&
           std::find(formats.begin(), formats.end(), artifact.format) != formats.end();
  };
  for (const auto& artifact : variant.artifacts)
    if (missing(artifact) && artifact.beside.empty())
      return plugin_breach(build.context.diagnostics, backend, "made no " + artifact.format,
                           "it was planned as " + artifact.name);
  // Nor does a policy have to make what the command line led to expect beside it.
  std::erase_if(variant.artifacts, missing);
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
