// SPDX-License-Identifier: GPL-2.0-only
//
// See told_by_packages.hpp.
#include "core/cli/told_by_packages.hpp"

#include "core/base/text.hpp"
#include "core/packages/report_files.hpp"
#include <fmt/core.h>
#include <kpb/policy/relations.hpp>
#include <kpb/sdk/views.hpp>

namespace kpb {

namespace {

constexpr uint64_t k_max_manifest = 4ULL * 1024 * 1024;

std::optional<Document> manifest_at(Session& session, const std::string& path) {
  auto& sink = session.diagnostics();
  if (path.ends_with(".json")) {
    const auto text = session.files().read(path, k_max_manifest);
    if (text)
      return Document::parse(*text, path, sink);
    fail(sink, {.fault = Fault::input,
                .code = "input-unreadable",
                .what = fmt::format("cannot read {}", shown(path)),
                .why = text.error().reason()});
    return std::nullopt;
  }
  Context context = session.context();
  const auto report = read_report(context, path, sink);
  if (!report)
    return std::nullopt;
  auto manifest = manifest_of(*report);
  if (!manifest)
    fail(sink,
         {.fault = Fault::input,
          .code = "package-manifest",
          .where = path,
          .what = "it has no manifest of kpb's",
          .why = report->package ? "policy classic, and other tools, make packages without one"
                                 : "it is no package",
          .hint = "give a package that kpb made with another policy"});
  return manifest;
}

std::string requirement_of(const Document& m) {
  for (const auto& relation : views::relations(m))
    if (relation.role == policy::role::kernel)
      return text_of(relation);
  return {};
}

} // namespace

bool read_earlier(Session& session, const std::string& path, BuildRequest& request) {
  const auto manifest = manifest_at(session, path);
  if (!manifest)
    return false;
  const auto& m = *manifest;
  EarlierFacts facts;
  facts.shown_path = path;
  const auto module = views::module_of(m);
  facts.sha256 = module.sha256;
  if (facts.sha256.empty())
    return fail(session.diagnostics(), {.fault = Fault::input,
                                        .code = "from-package",
                                        .where = path,
                                        .what = "it does not say which module it contains",
                                        .why = "it was made from a source package",
                                        .hint = "give --replace or --no-replace"});
  facts.replace = module.replace;
  // A builder's module lists its functions itself.
  if (module.format.empty())
    for (const auto& function : views::functions(m))
      facts.functions.push_back(text_of(function));
  facts.states = m.texts(fields::module_states);
  request.earlier = std::move(facts);
  return true;
}

bool read_members(Session& session, BuildRequest& request) {
  auto& sink = session.diagnostics();
  if (request.arguments.empty())
    return fail(sink, {.fault = Fault::input,
                       .code = "command-line",
                       .what = "--metapackage needs packages",
                       .why = "it requires each of them if its kernel is installed",
                       .hint = "kpb build --metapackage --name site PACKAGE..."});
  for (const auto& path : request.arguments) {
    const auto manifest = manifest_at(session, path);
    const auto info = session.files().stat(path);
    if (!manifest || !info)
      return false;
    MemberRequest member;
    member.shown_path = path;
    member.mtime = info->mtime;
    member.name = manifest->text(fields::package_name);
    member.kernel = manifest->text(fields::kernel_release);
    member.arch = manifest->text(fields::package_arch);
    member.condition = requirement_of(*manifest);
    if (member.condition.empty())
      return fail(
          sink,
          {.fault = Fault::input,
           .code = "package-kernel",
           .where = path,
           .what = "it does not require its kernel",
           .why = "a metapackage installs a patch if its kernel is installed, so each package must "
                  "name its kernel's package",
           .hint = "build that package again with --set kernel-requires='NAME = VERSION'"});
    request.members.push_back(std::move(member));
  }
  return true;
}

} // namespace kpb
