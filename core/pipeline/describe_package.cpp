// SPDX-License-Identifier: GPL-2.0-only
//
// The policy chain says what the package tells about itself and which files it holds; the user's own
// words win over it. Then every file gets its content, in the workspace, under a plain name that any
// backend can use.
#include "core/pipeline/build.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/pipeline/amendments.hpp"
#include "core/pipeline/manifest.hpp"
#include <fmt/core.h>
#include <kpb/policy/relations.hpp>

#include <algorithm>
#include <set>

namespace kpb {

namespace {

bool policy_breach(Build& build, const std::string& what, const std::string& why) {
  return fail(build.context.diagnostics,
              {.fault = Fault::plugin,
               .code = "plugin-contract",
               .where = fmt::format("policy {}", join(build.request.policies, " + ")),
               .what = what,
               .why = why,
               .hint = "this is a bug of the policy; tell its author"});
}

void add_module_file(Document& d) {
  const std::string at = pointer("/files", d.size("/files"));
  d.put_text(at + "/path", d.text("/modules/0/path"), "kpb");
  d.put_text(at + "/kind", "module", "kpb");
  d.put_text(at + "/content", "module:0", "kpb");
}

bool run_chain(Build& build, Document& d) {
  build.removed_relations.clear();
  for (const auto& policy : build.policies)
    if (!run_policy(build, d, *policy, &PolicyInstance::describe))
      return false;
  for (const auto& [field, value] : build.request.metadata)
    d.put_text("/package/" + field, value, "command line");
  for (const char* field : {"summary", "description", "license"})
    if (d.text(std::string("/package/") + field).empty())
      return policy_breach(build, std::string("left the package's ") + field + " unset",
                           "rpm and dpkg refuse a package without it");
  if (first_control_byte(d.text("/package/summary"), false))
    return policy_breach(build, "set a summary of several lines", "it is one line");
  return true;
}

// A source package of a diff knows what its module patches when it is built; its build adds those relations.
// Not where policies have the package say nothing of being stacked: then it is of no scheme.
void note_functions_follow(Document& d) {
  if (d.text("/request/style") != "source" || d.text("/request/kind") != "diff" ||
      d.boolean("/modules/0/replace").value_or(true) || d.size("/modules/0/functions") > 0)
    return;
  for (size_t i = 0; i < d.size("/relations"); ++i) {
    const std::string role = d.text(pointer("/relations", i, "role"));
    if (role == policy::role::stack || role == policy::role::base) {
      d.put_boolean("/modules/0/functions_follow", true, "kpb");
      return;
    }
  }
}

// The bytes of /files/N, or a breach. The manifest is not here: it describes all the others.
bool content_of(Build& build, const Document& d, const std::string& at, std::string& out) {
  const std::string content = d.text(at + "/content");
  if (content == "modules.conf") {
    out = modules_conf(d);
    return true;
  }
  if (starts_with(content, "input:")) {
    const auto index = parse_unsigned(content.substr(6), build.inputs.size());
    if (index && *index < build.inputs.size()) {
      out = build.inputs[*index].content;
      return true;
    }
  }
  return policy_breach(build, "listed a file whose content is " + shown(content),
                       "content is manifest, modules.conf or input:N");
}

// The file's own name where it can be had: sources lie in one directory, whatever their paths.
std::string plain_name(const std::string& path, std::set<std::string>& taken) {
  const std::string name = is_safe_name(base_name(path)) ? base_name(path) : "file";
  std::string unique = name;
  for (int n = 2; !taken.insert(unique).second; ++n)
    unique = std::to_string(n) + "-" + name;
  return unique;
}

bool store(Build& build, Document& d, const std::string& at, const std::string& name,
           const std::string& content, const std::string& digest, bool digest_in_document) {
  if (digest_in_document) {
    d.put_text(at + "/sha256", digest, "kpb");
    d.put_integer(at + "/size", static_cast<int64_t>(content.size()), "kpb");
  }
  // A patch that the builder handed over is also documentation: one file serves both.
  for (size_t i = 0; i < d.size("/sources"); ++i)
    if (d.text(pointer("/sources", i, "sha256")) == digest) {
      d.put_text(at + "/stored", d.text(pointer("/sources", i, "stored")), "kpb");
      return true;
    }
  // Variants share the workspace: each has files of its own.
  const std::string stored = std::string(d.text("/request/style")) + "/" + name;
  const bool lives_on = &content == &build.module_content;
  const auto done =
      lives_on ? build.workspace.lend(stored, content) : build.workspace.write(stored, content);
  if (!done)
    return fail(build.context.diagnostics,
                {.fault = Fault::environment,
                 .code = "workspace",
                 .what = done.error().text(),
                 .hint = "make room, or set TMPDIR to a directory on a larger file system"});
  d.put_text(at + "/stored", stored, "kpb");
  const std::string source = pointer("/sources", d.size("/sources"));
  d.put_text(source + "/name", name, "kpb");
  d.put_text(source + "/stored", stored, "kpb");
  d.put_text(source + "/sha256", digest, "kpb");
  d.put_integer(source + "/size", static_cast<int64_t>(content.size()), "kpb");
  return true;
}

bool check_file_list(Build& build, const Document& d) {
  std::set<std::string> paths;
  size_t modules = 0;
  for (size_t i = 0; i < d.size("/files"); ++i) {
    const std::string path = d.text(pointer("/files", i, "path"));
    const std::string kind = d.text(pointer("/files", i, "kind"));
    if (!is_safe_path(path) || !paths.insert(path).second)
      return policy_breach(build, "listed the file " + shown(path),
                           "a file's path is absolute, made of plain names, and listed once");
    if (kind != "module" && kind != "doc" && kind != "data" && kind != "dir")
      return policy_breach(build, "gave " + shown(path) + " the kind " + shown(kind),
                           "kinds are doc, data and dir");
    if (kind != "module")
      continue;
    ++modules;
    if (path != d.text("/modules/0/path") || d.text(pointer("/files", i, "content")) != "module:0")
      return policy_breach(build,
                           "changed the module's own entry to " + shown(path) + " made from " +
                               shown(d.text(pointer("/files", i, "content"))),
                           "the module's own entry is kpb's");
  }
  return modules == (build.has_module() ? 1U : 0U) ||
         policy_breach(build, "left " + std::to_string(modules) + " modules in the file list",
                       "the module's own entry is kpb's");
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
    const std::string at = pointer("/plugins", d.size("/plugins"));
    d.put_text(at + "/id", library.note().id, "kpb");
    d.put_text(at + "/version", library.note().version, "kpb");
    d.put_text(at + "/sha256", *digest, "kpb");
    return true;
  };
  for (const auto& policy : build.policies)
    if (!add(policy->library()))
      return false;
  return !build.builder || add(build.builder->library());
}

bool resolve_files(Build& build, Variant& variant) {
  auto& d = variant.document;
  std::set<std::string> taken;
  for (size_t i = 0; i < d.size("/sources"); ++i)
    taken.insert(d.text(pointer("/sources", i, "name")));
  std::vector<std::string> manifests;
  for (size_t i = 0; i < d.size("/files"); ++i) {
    const std::string at = pointer("/files", i);
    const std::string kind = d.text(at + "/kind");
    if (kind == "dir")
      continue;
    if (kind == "module") {
      const std::string name = plain_name(d.text(at + "/path"), taken);
      if (!variant.source &&
          !store(build, d, at, name, build.module_content, d.text("/modules/0/sha256"), true))
        return false;
      continue;
    }
    if (d.text(at + "/content") == "manifest") {
      manifests.push_back(at);
      continue;
    }
    std::string content;
    if (!content_of(build, d, at, content))
      return false;
    const bool generated = d.text(at + "/content") == "modules.conf";
    if (!store(build, d, at, plain_name(d.text(at + "/path"), taken), content, sha256_hex(content),
               !generated))
      return false;
  }
  for (const auto& at : manifests) {
    const std::string manifest = package_manifest(d);
    if (!store(build, d, at, plain_name(d.text(at + "/path"), taken), manifest,
               sha256_hex(manifest), false))
      return false;
  }
  return true;
}

} // namespace

bool run_policy(Build& build, Document& document, PolicyInstance& policy,
                CallResult (PolicyInstance::*call)(Document&, DiagnosticSink&)) {
  if (&policy == build.policies.front().get()) // it has nobody to amend
    return (policy.*call)(document, build.context.diagnostics) == CallResult::ok;
  const Document before = document;
  if ((policy.*call)(document, build.context.diagnostics) != CallResult::ok)
    return false;
  const std::string who = "policy " + policy.name();
  for (const auto& line : note_amendments(before, document, who))
    build.removed_relations.emplace(line, who);
  return true;
}

bool describe_package(Build& build) {
  for (auto& variant : build.variants) {
    auto& d = variant.document;
    build.context.progress.begin(Progress::Step::describe, d.text("/package/name"));
    if (build.has_module())
      add_module_file(d);
    if (!run_chain(build, d) || !check_file_list(build, d) || !check_relations(build, d))
      return false;
    note_functions_follow(d);
    if (!put_plugins(build, d) || !resolve_files(build, variant))
      return false;
  }
  return true;
}

} // namespace kpb
