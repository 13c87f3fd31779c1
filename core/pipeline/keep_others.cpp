// SPDX-License-Identifier: GPL-2.0-only
//
// An artifact replaces an older one of its name, since the name says what it is. The name of what a format
// makes beside one, a transitional package, says which package went, not which one took over: two that take
// over from one would write over each other's, and a repository keeps one of a name and version. The second
// is refused.
#include "core/pipeline/plan_artifacts.hpp"

#include "core/base/text.hpp"
#include "core/pipeline/build.hpp"
#include "core/plugin/instance.hpp"
#include <kpb/sdk/views.hpp>

#include <fmt/core.h>

namespace kpb {

namespace {

// What lies there leads to, or nothing when it is no package of that format: such a file is replaced as any.
std::set<std::string> led_to_by(Build& build, const Variant& variant, const Artifact& artifact,
                                const std::string& path) {
  for (auto& backend : build.backends)
    for (const auto& format : build.formats_of(variant, *backend)) {
      const auto real = build.context.files.resolve(path);
      if (format != artifact.format || !real)
        continue;
      Document facts;
      CollectingSink unread;
      const auto none = [](std::string_view, std::string_view) { return true; };
      if (backend->read_back(*real, facts, none, unread) == CallResult::ok)
        return required_names(facts, fields::found::relations);
    }
  return {};
}

} // namespace

std::set<std::string> required_names(const Document& document, std::string_view relations) {
  std::set<std::string> names;
  for (const auto& relation : views::relations(document, relations))
    if (relation.kind == "requires")
      names.insert(relation.name);
  return names;
}

bool keep_others(Build& build) {
  for (const auto& variant : build.variants)
    for (const auto& artifact : variant.artifacts) {
      if (artifact.leads_to.empty())
        continue;
      const std::string path = final_path(build, artifact);
      const auto info = build.context.files.stat(path);
      if (!info || info->type != FileInfo::Type::regular)
        continue;
      const auto others = led_to_by(build, variant, artifact, path);
      if (others.empty() || others == artifact.leads_to)
        continue;
      return fail(
          build.context.diagnostics,
          {.fault = Fault::input,
           .code = "output-other-package",
           .what = fmt::format("the output file {} would be overwritten; it is for {}", shown(path),
                               shown(join({others.begin(), others.end()}, ", "))),
           .why = fmt::format(
               "the new one, {}, leads to {}, and a repository has one package of a name and version",
               artifact.beside,
               shown(join({artifact.leads_to.begin(), artifact.leads_to.end()}, ", "))),
           .hint =
               "use --supersedes in only one of the two packages, or remove the file if the other "
               "package is no longer needed"});
    }
  return true;
}

} // namespace kpb
