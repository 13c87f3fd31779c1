// SPDX-License-Identifier: GPL-2.0-only
//
// See find_conflicts.hpp. Provided capabilities are looked up by name, so that only subjects with a
// name in common are compared.
#include "core/conflicts/find_conflicts.hpp"

#include "core/base/text.hpp"
#include "core/base/version.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace kpb {

namespace {

constexpr std::string_view k_kinds[] = {
    conflict::slot,        conflict::function,   conflict::state,          conflict::version,
    conflict::vendor,      conflict::superseded, conflict::base,           conflict::other,
    conflict::module_name, conflict::same_name,  conflict::lost_functions, conflict::other_kernel};

size_t rank(std::string_view kind) {
  return static_cast<size_t>(std::find(std::begin(k_kinds), std::end(k_kinds), kind) -
                             std::begin(k_kinds));
}

Evr evr(const std::string& text) {
  const size_t colon = text.find(':');
  const std::string rest = colon == std::string::npos ? text : text.substr(colon + 1);
  const size_t dash = rest.rfind('-');
  return {colon == std::string::npos ? "" : text.substr(0, colon), rest.substr(0, dash),
          dash == std::string::npos ? "" : rest.substr(dash + 1)};
}

// Compares as rpm does: if one side has no release, releases are ignored.
int compare_as_rpm(const std::string& a, const std::string& b) {
  auto first = evr(a);
  auto second = evr(b);
  if (first.release.empty() || second.release.empty())
    first.release = second.release = "";
  return compare(first, second);
}

// Whether a relation is satisfied by a capability that is provided with "= version" or without a
// version.
bool meets(const views::Relation& meant, const std::string& provided) {
  if (meant.op.empty())
    return true;
  if (provided.empty())
    return true; // rpm: a provide without a version matches every version
  const int order = compare_as_rpm(provided, meant.version);
  const bool equal = meant.op.find('=') != std::string::npos;
  return (order == 0 && equal) || (order < 0 && meant.op[0] == '<') ||
         (order > 0 && meant.op[0] == '>');
}

// "K/vmlinux:f:1" of "kpatch-func(K/vmlinux:f:1)".
std::string inside(const std::string& name) {
  const size_t open = name.find('(');
  return open == std::string::npos ? name : name.substr(open + 1, name.size() - open - 2);
}

struct Reason {
  const char* kind;
  std::string words;
};

Reason reason_of(const views::Relation& relation, const std::string& package) {
  const auto& name = relation.name;
  if (name.starts_with("kpatch-func("))
    return {conflict::function, inside(name).substr(inside(name).find('/') + 1)};
  if (name.starts_with("kpatch-slot(") || name.starts_with("kpatch-stack("))
    return {conflict::slot, inside(name)};
  if (name.starts_with("kpatch-state("))
    return {conflict::state, inside(name).substr(inside(name).find('/') + 1)};
  if (name == package)
    return {conflict::version, name};
  if (name == "kpatch-patch" || name == "livepatch" || name.starts_with("kernel-livepatch-"))
    return {conflict::vendor, text_of(views::Relation{{}, name, relation.op, relation.version})};
  return {conflict::other,
          name + (relation.op.empty() ? "" : " " + relation.op + " " + relation.version)};
}

class Finder {
public:
  explicit Finder(const std::vector<Subject>& subjects) : m_subjects(subjects) {}

  std::vector<Conflict> run() {
    index();
    for (size_t i = 0; i < m_subjects.size(); ++i)
      relations_of(i);
    modules();
    names();
    std::vector<Conflict> out;
    out.reserve(m_found.size());
    for (auto& [key, found] : m_found) {
      const auto& [first, second, kind] = key;
      std::sort(found.words.begin(), found.words.end());
      found.words.erase(std::unique(found.words.begin(), found.words.end()), found.words.end());
      out.push_back({first, second, k_kinds[kind].data(), found.solver, std::move(found.words)});
    }
    return out;
  }

private:
  struct Found {
    bool solver = false;
    std::vector<std::string> words;
  };
  struct Provider {
    size_t subject;
    std::string version;
  };

  void index() {
    for (size_t i = 0; i < m_subjects.size(); ++i) {
      const auto& s = m_subjects[i];
      for (const auto& relation : s.relations)
        if (relation.kind == "provides")
          m_providers[relation.name].push_back({i, relation.version});
      if (s.package.empty())
        continue;
      m_providers[s.package].push_back({i, s.evr});
      m_named[s.package].push_back(i);
    }
  }

  void add(size_t a, size_t b, const char* kind, bool solver, const std::string& words) {
    auto& found = m_found[{std::min(a, b), std::max(a, b), rank(kind)}];
    found.solver = found.solver || solver;
    found.words.push_back(words);
  }

  // Whether both can be on one machine: packages of different architectures cannot, nor an RPM and
  // a deb, and nothing conflicts with itself.
  bool may_meet(size_t a, size_t b) const {
    const auto& x = m_subjects[a];
    const auto& y = m_subjects[b];
    const bool one_machine = x.arch == y.arch || x.arch.empty() || y.arch.empty() ||
                             x.arch == "noarch" || y.arch == "noarch";
    const bool one_tool = x.format == y.format || x.package.empty() || y.package.empty();
    return a != b && one_machine && one_tool && !is_one_thing(x, y);
  }

  // A file that was named twice (or a copy of it), or a bare module and a package that contains it.
  static bool is_one_thing(const Subject& a, const Subject& b) {
    if (a.package.empty() != b.package.empty())
      return holds(a.package.empty() ? b : a, a.package.empty() ? a.sha256 : b.sha256);
    return a.package == b.package && a.evr == b.evr && a.arch == b.arch && a.sha256 == b.sha256;
  }

  static bool holds(const Subject& package, const std::string& sha256) {
    return std::any_of(package.modules.begin(), package.modules.end(),
                       [&](const SubjectModule& module) { return module.sha256 == sha256; });
  }

  void relations_of(size_t i) {
    const auto& s = m_subjects[i];
    for (const auto& relation : s.relations) {
      if (relation.kind == "conflicts")
        excludes(i, relation);
      else if (relation.kind == "obsoletes")
        takes_over(i, relation);
      else if (relation.kind == "requires" && relation.op == "=")
        rides(i, relation);
    }
  }

  void excludes(size_t i, const views::Relation& relation) {
    const auto at = m_providers.find(relation.name);
    if (at == m_providers.end())
      return;
    const Reason reason = reason_of(relation, m_subjects[i].package);
    for (const auto& provider : at->second)
      if (may_meet(i, provider.subject) && meets(relation, provider.version))
        add(i, provider.subject, reason.kind, true, reason.words);
  }

  // Obsoletes applies to package names only, not to what packages provide.
  void takes_over(size_t i, const views::Relation& relation) {
    const auto at = m_named.find(relation.name);
    if (at == m_named.end())
      return;
    for (const size_t old : at->second) {
      if (!may_meet(i, old) || !meets(relation, m_subjects[old].evr))
        continue;
      add(i, old, conflict::superseded, true, relation.name + " " + m_subjects[old].evr);
      const auto& from = m_subjects[old].kernel;
      const auto& to = m_subjects[i].kernel;
      if (!from.empty() && !to.empty() && from != to)
        add(i, old, conflict::other_kernel, false, relation.name);
    }
  }

  void rides(size_t i, const views::Relation& relation) {
    const auto at = m_named.find(relation.name);
    if (at == m_named.end())
      return;
    for (const size_t base : at->second)
      if (may_meet(i, base) && !meets(relation, m_subjects[base].evr))
        add(i, base, conflict::base, true, relation.name + " = " + relation.version);
  }

  // Such pairs are reported as two versions of one package.
  bool is_one_package(size_t a, size_t b) const {
    return !m_subjects[a].package.empty() && m_subjects[a].package == m_subjects[b].package;
  }

  void modules() {
    std::map<std::pair<std::string, std::string>, std::vector<size_t>> by_name;
    for (size_t i = 0; i < m_subjects.size(); ++i)
      for (const auto& module : m_subjects[i].modules)
        by_name[{module.kernel, module.name}].push_back(i);
    for (const auto& [key, all] : by_name)
      for (size_t a = 0; a < all.size(); ++a)
        for (size_t b = a + 1; b < all.size(); ++b)
          if (may_meet(all[a], all[b]) && !is_one_package(all[a], all[b]))
            add(all[a], all[b], conflict::module_name, false, key.second);
  }

  void names() {
    for (auto& [name, all] : m_named) {
      std::sort(all.begin(), all.end(), [&](size_t a, size_t b) {
        const int order = compare_as_rpm(m_subjects[a].evr, m_subjects[b].evr);
        return order != 0 ? order < 0 : a < b;
      });
      for (size_t i = 1; i < all.size(); ++i)
        compare_next(all[i - 1], all[i]);
    }
  }

  void compare_next(size_t older, size_t newer) {
    const auto& a = m_subjects[older];
    const auto& b = m_subjects[newer];
    if (!may_meet(older, newer))
      return;
    if (compare_as_rpm(a.evr, b.evr) == 0) {
      add(older, newer, conflict::same_name, false, a.package + "-" + a.evr);
      return;
    }
    if (a.kernel != b.kernel || a.replace != true || b.replace != true)
      return;
    for (const auto& function : a.functions)
      if (b.functions.count(function) == 0)
        add(older, newer, conflict::lost_functions, false, function);
  }

  const std::vector<Subject>& m_subjects;
  std::unordered_map<std::string, std::vector<Provider>> m_providers;
  std::map<std::string, std::vector<size_t>> m_named;
  std::map<std::tuple<size_t, size_t, size_t>, Found> m_found;
};

} // namespace

std::vector<Conflict> find_conflicts(const std::vector<Subject>& subjects) {
  return Finder(subjects).run();
}

std::string conflict_text(const Conflict& c, const std::vector<Subject>& subjects) {
  const std::string_view kind = c.kind;
  const auto& a = subjects[c.first];
  const auto& b = subjects[c.second];
  const std::string words = join(c.words, ", ");
  if (kind == conflict::slot) {
    const bool both = a.replace == true && b.replace == true;
    return both ? "each replaces every other live patch of " + words
                : "one replaces every other live patch of " + words +
                      ", which would disable the other";
  }
  if (kind == conflict::function)
    return "both patch " + words;
  if (kind == conflict::state)
    return "both change the klp state " + words;
  if (kind == conflict::version)
    return "two versions of one package";
  if (kind == conflict::vendor)
    return "a vendor's patch of that kernel and this one would disable each other (" + words + ")";
  if (kind == conflict::superseded)
    return "one takes over from the other: " + words;
  if (kind == conflict::base)
    return "one is meant to be used on top of " + words + ", not on this version";
  if (kind == conflict::module_name)
    return "the kernel accepts only one module called " + words;
  if (kind == conflict::same_name)
    return "both are " + words + ", with other content";
  if (kind == conflict::lost_functions)
    return "the newer cumulative package no longer patches " + words;
  if (kind == conflict::other_kernel)
    return "it supersedes a package of another kernel, which would lose its patch";
  return "one of them declares a conflict with " + words;
}

} // namespace kpb
