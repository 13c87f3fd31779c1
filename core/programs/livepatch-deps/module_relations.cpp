// SPDX-License-Identifier: GPL-2.0-only
//
// See module_relations.hpp. The scheme itself is in kpb::policy; this file only gathers the facts
// for it, and refuses what is not known, as kpb does.
#include "core/programs/livepatch-deps/module_relations.hpp"

#include "core/base/text.hpp"
#include "core/diag/from_sdk.hpp"
#include "core/inspect/gates.hpp"
#include "core/model/kernel_name.hpp"
#include "core/programs/livepatch-deps/siblings.hpp"
#include <kpb/policy/kernel_forms.hpp>

#include <algorithm>
#include <tuple>

namespace kpb::generate {

namespace {

using policy::Facts;
using policy::Relation;

class Gatherer {
public:
  Gatherer(BuildRoot& root, const std::string& path, const Package* package, DiagnosticSink& sink)
      : m_root(root), m_path(path), m_kernel(base_name(parent_path(path))),
        m_package(package != nullptr ? *package : Package{}), m_is_packed_by(package != nullptr),
        m_sink(sink) {}

  std::optional<std::vector<Relation>> relations(bool functions_only) {
    // Checked as if a user had typed it: the directory's name comes from whoever wrote the spec.
    if (!parse_kernel_name(m_kernel, "", "x86_64", m_sink) || !find_conf())
      return std::nullopt;
    const auto module = known(m_path);
    if (!module || !check_siblings(*module))
      return std::nullopt;
    auto all = policy::relations_of(facts(*module));
    if (!all) {
      fail(m_sink, from_sdk(all.error(), m_path));
      return std::nullopt;
    }
    const auto unwanted = [&](const Relation& r) {
      namespace role = policy::role;
      return (r.kind != "provides" && r.kind != "conflicts") ||
             (functions_only && r.role != role::function) ||
             (r.role == role::version && m_package.version.empty());
    };
    all->erase(std::remove_if(all->begin(), all->end(), unwanted), all->end());
    return std::move(*all);
  }

private:
  bool refuse(const std::string& code, const std::string& where, const std::string& what,
              const std::string& why, const std::string& hint = {}) {
    return fail(m_sink, {.fault = Fault::input,
                         .code = code,
                         .where = where,
                         .what = what,
                         .why = why,
                         .hint = hint});
  }

  bool find_conf() {
    bool absent = false;
    m_conf = m_is_packed_by ? m_root.conf_of_package(m_package.name, absent)
                            : m_root.conf_that_lists(m_path, absent);
    if (absent)
      return refuse(
          "modules-conf-missing", m_path,
          "it is not known whether it replaces all other live patches",
          std::string(k_packages) + "/" + (m_is_packed_by ? m_package.name : "NAME") +
              "/modules.conf does not exist" + (m_is_packed_by ? "" : " or does not list it"),
          "write that file in %install and add it to %files; docs/dependency-generator.md has "
          "an example");
    if (!m_conf)
      return false;
    if (!m_is_packed_by)
      m_package.name = m_conf->package;
    // The version is not compared: %check cannot know which one rpm will give to each of several
    // packages.
    return agrees("package", m_conf->conf.name, m_package.name) &&
           agrees("kernel", m_conf->conf.kernel, m_kernel);
  }

  // A value that one of the two does not state is not a contradiction.
  bool agrees(const std::string& what, const std::string& said, const std::string& is) {
    return said.empty() || is.empty() || said == is ||
           refuse("modules-conf-differs", m_conf->path, "its " + what + " is " + shown(said),
                  "that of " + m_path + " is " + shown(is));
  }

  std::optional<KnownModule> known(const std::string& path) {
    const auto* conf = m_conf->of_file(path);
    if (conf == nullptr || conf->replace == modules_conf::Replace::unknown) {
      refuse("replace-unknown", path, "it is not known whether it replaces all other live patches",
             m_conf->path + (conf == nullptr ? " does not list it" : " does not say it"),
             "a block with module=NAME, file=" + path + " and replace=yes or no");
      return std::nullopt;
    }
    const auto file = m_root.module(path);
    if (!file || !check_gates(file->facts, {m_kernel, m_conf->conf.arch, ""}, path, m_sink) ||
        !agrees("module", conf->name, file->facts.name().value_or("")) ||
        !agrees("sha256", conf->sha256, file->sha256))
      return std::nullopt;
    KnownModule module{path, conf->replace == modules_conf::Replace::yes, {}};
    for (const auto& text : conf->functions)
      if (const auto function = views::parse_function(text)) // the reader took no other
        module.functions.push_back(*function);
    if (file->facts.functions && !take_functions(*file->facts.functions, module))
      return std::nullopt;
    if (!module.replace && module.functions.empty()) {
      refuse("functions-unknown", path,
             "it is not known which functions the stacked module patches",
             "two stacked modules that patch the same function collide, so the package must list "
             "its functions",
             "a line function=OBJECT:FUNCTION:1 for each, in " + m_conf->path);
      return std::nullopt;
    }
    return module;
  }

  // What the file itself says counts; if modules.conf says something else, one of the two is wrong.
  bool take_functions(const std::vector<PatchedFunction>& held, KnownModule& module) {
    std::vector<policy::Function> functions(held.begin(), held.end());
    if (!module.functions.empty() && !same(module.functions, functions))
      return refuse("modules-conf-differs", m_conf->path,
                    "its functions of " + module.path + " differ from the module's",
                    "the module itself lists them", "leave them out");
    module.functions = std::move(functions);
    return true;
  }

  static bool same(std::vector<policy::Function> a, std::vector<policy::Function> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
  }

  bool check_siblings(const KnownModule& module) {
    for (const auto& other : m_conf->conf.modules) {
      if (other.file == m_path)
        continue;
      const auto sibling = known(other.file);
      if (!sibling || !fit_together(module, *sibling, m_sink))
        return false;
    }
    return true;
  }

  Facts facts(const KnownModule& module) const {
    Facts facts;
    facts.kernel = policy::kernel_of(m_kernel);
    facts.scheme = m_package.name == "kpatch-patch-" + policy::rhel_form(facts.kernel)
                       ? policy::Scheme::rhel
                       : policy::Scheme::standard;
    facts.name = m_package.name;
    facts.epoch = m_package.epoch;
    facts.version = m_package.version;
    facts.release = m_package.release;
    const auto& conf = m_conf->conf;
    facts.stem = conf.stem;
    facts.replace = module.replace;
    facts.functions = module.functions;
    facts.states = m_conf->of_file(m_path)->states;
    if (!conf.base.empty())
      facts.on_top_of = policy::Exact{conf.base, conf.base_version};
    facts.settings.vendor_conflict = conf.vendor_conflict;
    return facts;
  }

  BuildRoot& m_root;
  const std::string& m_path;
  std::string m_kernel;
  Package m_package;
  bool m_is_packed_by;
  DiagnosticSink& m_sink;
  std::optional<PackageConf> m_conf;
};

} // namespace

std::optional<std::vector<Relation>> relations_of_module(BuildRoot& root, const std::string& path,
                                                         const Package* package,
                                                         bool functions_only,
                                                         DiagnosticSink& sink) {
  return Gatherer(root, path, package, sink).relations(functions_only);
}

} // namespace kpb::generate
