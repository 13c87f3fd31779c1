// SPDX-License-Identifier: GPL-2.0-only
//
// See module_relations.hpp. The scheme itself is plugins/relations; this only gathers its facts, and what is
// not known is refused, as kpb refuses it.
#include "core/generate/module_relations.hpp"

#include "core/generate/siblings.hpp"
#include "core/inspect/gates.hpp"
#include "core/model/kernel_name.hpp"
#include "core/util/text.hpp"
#include "plugins/relations/kernel_forms.hpp"

#include <algorithm>

namespace kpb::generate {

namespace {

using relations::Facts;
using relations::Relation;

class Gatherer {
public:
  Gatherer(BuildRoot& root, const std::string& path, Package package, DiagnosticSink& sink)
      : m_root(root), m_path(path), m_kernel(base_name(parent_path(path))),
        m_package(std::move(package)), m_sink(sink) {}

  std::optional<std::vector<Relation>> relations(bool functions_only) {
    // As it is judged where a user types it; the directory is named by whoever wrote the spec.
    if (!parse_kernel_name(m_kernel, "", "x86_64", m_sink) || !find_conf())
      return std::nullopt;
    const auto module = known(m_path);
    if (!module || !check_siblings(*module))
      return std::nullopt;
    auto all = relations::relations_of(facts(*module));
    if (!all) {
      const auto& p = all.error();
      fail(m_sink, Fault::input, p.code, m_path, p.what, p.why, p.hint);
      return std::nullopt;
    }
    const auto unwanted = [&](const Relation& r) {
      namespace role = relations::role;
      return (r.kind != "provides" && r.kind != "conflicts") ||
             (functions_only && r.role != role::function && r.role != role::state) ||
             (r.role == role::version && m_package.version.empty());
    };
    all->erase(std::remove_if(all->begin(), all->end(), unwanted), all->end());
    return std::move(*all);
  }

private:
  bool refuse(const std::string& code, const std::string& where, const std::string& what,
              const std::string& why, const std::string& hint = {}) {
    return fail(m_sink, Fault::input, code, where, what, why, hint);
  }

  bool find_conf() {
    bool absent = false;
    m_conf = m_package.name.empty() ? m_root.conf_that_lists(m_path, absent)
                                    : m_root.conf_of_package(m_package.name, absent);
    const std::string where = std::string(k_packages) + "/" +
                              (m_package.name.empty() ? "NAME" : m_package.name) + "/modules.conf";
    if (absent)
      return refuse("modules-conf-missing", m_path, "nothing tells whether it replaces all other live patches",
                    where + " is not there" + (m_package.name.empty() ? " or does not list it" : ""),
                    "write that file in %install, and pack it; docs/dependency-generator.md has an example");
    if (!m_conf)
      return false;
    if (m_package.name.empty())
      m_package.name = m_conf->package;
    return agrees("package", m_conf->conf.package, m_package.name) &&
           agrees("kernel", m_conf->conf.kernel, m_kernel) &&
           agrees("epoch", m_conf->conf.epoch, m_package.epoch) &&
           agrees("version", m_conf->conf.version, m_package.version) &&
           agrees("release", m_conf->conf.release, m_package.release);
  }

  bool agrees(const std::string& what, const std::string& said, const std::string& is) {
    return said.empty() || is.empty() || said == is ||
           refuse("modules-conf-differs", m_conf->path, "its " + what + " is " + shown(said),
                  "that of " + m_path + " is " + shown(is));
  }

  std::optional<KnownModule> known(const std::string& path) {
    const auto* conf = m_conf->conf.of_file(path);
    if (conf == nullptr || !conf->replace) {
      refuse("replace-unknown", path, "nothing tells whether it replaces all other live patches",
             m_conf->path + (conf == nullptr ? " does not list it" : " does not say it"),
             "a block with module=NAME, file=" + path + " and replace=yes or no");
      return std::nullopt;
    }
    const auto facts = m_root.module(path);
    if (!facts || !check_gates(*facts, {m_kernel, "", ""}, path, m_sink))
      return std::nullopt;
    KnownModule module{path, facts->name().value_or(""), *conf->replace, conf->functions};
    if (facts->functions) {
      std::vector<relations::Function> held;
      for (const auto& f : *facts->functions)
        held.push_back({f.object, f.function, f.position});
      if (!module.functions.empty() && !same(module.functions, held)) {
        refuse("modules-conf-differs", m_conf->path, "its functions of " + path + " are others than the file's",
               "the file itself tells them", "leave them out");
        return std::nullopt;
      }
      module.functions = std::move(held);
    }
    if (!module.replace && module.functions.empty()) {
      refuse("functions-unknown", path, "nothing tells which functions the stacked module patches",
             "two stacked modules on one function collide, and the package must say so",
             "a line function=OBJECT:FUNCTION for each, in " + m_conf->path);
      return std::nullopt;
    }
    return module;
  }

  static bool same(std::vector<relations::Function> a, std::vector<relations::Function> b) {
    const auto before = [](const relations::Function& x, const relations::Function& y) {
      return std::tie(x.object, x.name, x.position) < std::tie(y.object, y.name, y.position);
    };
    std::sort(a.begin(), a.end(), before);
    std::sort(b.begin(), b.end(), before);
    return a == b;
  }

  bool check_siblings(const KnownModule& module) {
    for (const auto& other : m_conf->conf.modules) {
      if (other.file == m_path || parent_path(other.file) != parent_path(m_path))
        continue;
      const auto sibling = known(other.file);
      if (!sibling || !fit_together(module, *sibling, m_sink))
        return false;
    }
    return true;
  }

  Facts facts(const KnownModule& module) const {
    Facts facts;
    facts.kernel = relations::kernel_of(m_kernel);
    facts.form = m_package.name == "kpatch-patch-" + relations::rhel_form(facts.kernel)
                     ? relations::Form::rhel
                     : relations::Form::standard;
    facts.name = m_package.name;
    facts.epoch = m_package.epoch;
    facts.version = m_package.version;
    facts.release = m_package.release;
    facts.stem = m_conf->conf.stem;
    facts.replace = module.replace;
    facts.functions = module.functions;
    facts.states = m_conf->conf.of_file(m_path)->states;
    facts.on_top_of = m_conf->conf.on_top_of;
    facts.settings.vendor_conflict = m_conf->conf.vendor_conflict;
    return facts;
  }

  BuildRoot& m_root;
  const std::string& m_path;
  std::string m_kernel;
  Package m_package;
  DiagnosticSink& m_sink;
  std::optional<PackageConf> m_conf;
};

} // namespace

std::optional<std::vector<Relation>> relations_of_module(BuildRoot& root, const std::string& path,
                                                         Package package, bool functions_only,
                                                         DiagnosticSink& sink) {
  return Gatherer(root, path, std::move(package), sink).relations(functions_only);
}

} // namespace kpb::generate
