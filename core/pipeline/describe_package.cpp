// SPDX-License-Identifier: GPL-2.0-only
//
// The policy chain says what the package tells about itself and which files it holds; the user's own
// words win over it. What the files hold is store_files.cpp's.
#include "core/pipeline/build.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/policies.hpp"
#include "core/pipeline/store_files.hpp"
#include "core/plugin/instance.hpp"
#include <kpb/policy/relations.hpp>

#include <algorithm>
#include <set>

namespace kpb {

namespace {

void add_module_file(Document& d) {
  views::append(Writer(d, "kpb"), fields::files,
                views::File{d.text(fields::module_path), "module", "module:0"});
}

bool take_texts(Build& build, Document& d) {
  for (const auto& [field, value] : build.request.metadata)
    d.put_text(pointer(fields::package, field), value, "command line");
  for (const char* field : {"summary", "description", "license"})
    if (d.text(pointer(fields::package, field)).empty())
      return policy_breach(build, std::string("left the package's ") + field + " unset",
                           "rpm and dpkg refuse a package without it");
  return !first_control_byte(d.text(fields::package_summary), false) ||
         policy_breach(build, "set a summary of several lines", "it must be one line");
}

bool check_file(Build& build, const views::File& file, std::set<std::string>& paths) {
  if (!is_safe_path(file.path) || !paths.insert(file.path).second)
    return policy_breach(build, "listed the file " + shown(file.path),
                         "a file's path is absolute, made of plain names, and listed once");
  if (file.kind != "module" && file.kind != "doc" && file.kind != "data" && file.kind != "dir")
    return policy_breach(build, "gave " + shown(file.path) + " the kind " + shown(file.kind),
                         "kinds are doc, data and dir");
  return true;
}

bool check_file_list(Build& build, const Document& d) {
  std::set<std::string> paths;
  size_t modules = 0;
  for (const auto& file : views::files(d)) {
    if (!check_file(build, file, paths))
      return false;
    if (file.kind != "module")
      continue;
    ++modules;
    if (file.path != d.text(fields::module_path) || file.content != "module:0")
      return policy_breach(build,
                           "changed the module's entry in /files to " + shown(file.path) +
                               " made from " + shown(file.content),
                           "only kpb may set that entry");
  }
  return modules == (build.has_module() ? 1U : 0U) ||
         policy_breach(build, "left " + std::to_string(modules) + " modules in the file list",
                       "only kpb may set that entry");
}

// A source package of a diff knows what its module patches when it is built; its build adds those relations.
// Not where policies have the package say nothing of being stacked: then it is of no scheme.
void note_functions_follow(Document& d) {
  if (d.text(fields::request_style) != "source" || d.text(fields::request_kind) != "diff" ||
      d.boolean(fields::module_replace).value_or(true) || d.size(fields::module_functions) > 0)
    return;
  const auto relations = views::relations(d);
  if (std::any_of(relations.begin(), relations.end(), [](const auto& relation) {
        return relation.role == policy::role::stack || relation.role == policy::role::base;
      }))
    d.put_boolean(fields::module_functions_follow, true, "kpb");
}

// Which plugins had a say, with the digest of their files.
bool put_plugins(Build& build, Document& d) {
  std::set<std::string> seen;
  const auto add = [&](const PluginLibrary& library) {
    if (!seen.insert(library.path()).second)
      return true;
    const auto digest = build.context.plugins.digest(build.context.files, library);
    if (!digest)
      return fail(build.context.diagnostics, {.fault = Fault::environment,
                                              .code = "plugin-unreadable",
                                              .where = library.shown(),
                                              .what = "cannot be read",
                                              .why = digest.error().reason()});
    views::append(Writer(d, "kpb"), fields::plugins,
                  views::Plugin{library.note().id, library.note().version, *digest});
    return true;
  };
  for (const auto& policy : build.policies)
    if (!add(policy->library()))
      return false;
  return !build.builder || add(build.builder->library());
}

bool describe(Build& build, Variant& variant) {
  auto& d = variant.document;
  build.context.progress.begin(Progress::Step::describe, d.text(fields::package_name));
  if (build.has_module())
    add_module_file(d);
  if (!run_policies(build, d, &PolicyInstance::describe) || !take_texts(build, d) ||
      !check_file_list(build, d) || !check_relations(build, d))
    return false;
  note_functions_follow(d);
  return put_plugins(build, d) && store_files(build, variant);
}

} // namespace

bool describe_package(Build& build) {
  for (auto& variant : build.variants)
    if (!describe(build, variant))
      return false;
  return true;
}

} // namespace kpb
