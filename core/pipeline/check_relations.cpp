// SPDX-License-Identifier: GPL-2.0-only
//
// The relations as the whole chain of policies left them: each one well-formed, and all of them together
// something that can be true. Of one policy a contradiction is a bug; of several it is how the user put them
// together.
#include "core/pipeline/build.hpp"

#include "core/base/text.hpp"
#include "core/pipeline/policies.hpp"
#include <kpb/policy/relations.hpp>
#include <kpb/sdk/fields.hpp>

#include <map>
#include <set>

namespace kpb {

namespace {

namespace role = policy::role;

struct Seen : views::Relation {
  std::string line; // line_of()
  std::string setter;
};

std::vector<Seen> all_of(const Document& d) {
  std::vector<Seen> out;
  const size_t count = d.size(fields::relations);
  out.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const std::string at = pointer(fields::relations, i);
    const auto relation = views::read<views::Relation>(d, at);
    out.push_back({relation, line_of(relation), d.provenance(at)});
  }
  return out;
}

class Check {
public:
  Check(Build& build, const Document& d) : m_build(build), m_document(d), m_all(all_of(d)) {}

  bool run() {
    for (const auto& relation : m_all)
      if (!check_form(relation))
        return false;
    return check_single(role::runtime, "two programs that load the module") &&
           check_single(role::kernel, "two packages of the kernel") && check_mode() &&
           check_possible() && check_own_name() && check_one_kernel() && check_removed();
  }

private:
  bool breach(const std::string& what, const std::string& why) {
    return policy_breach(m_build, what, why);
  }

  static std::string whose(const Seen& r) { return shown(r.line) + " (" + r.setter + ")"; }

  bool contradict(const std::string& what, const Seen& a, const Seen& b) {
    return contradict(what, whose(a) + " and " + whose(b));
  }

  bool contradict(const std::string& what, const std::string& why) {
    if (m_build.request.policies().size() == 1)
      return breach(what, why);
    return fail(
        m_build.context.diagnostics,
        {.fault = Fault::input,
         .code = "policies-contradict",
         .where = policies_shown(m_build),
         .what = what,
         .why = why,
         .hint = "leave out one of the policies, or resolve it with --set; --explain shows which "
                 "policy set what"});
  }

  // The backends take relations as they are; what is wrong with them is the policy's doing.
  bool check_form(const views::Relation& r) {
    if (r.kind != "requires" && r.kind != "provides" && r.kind != "conflicts" &&
        r.kind != "obsoletes")
      return breach("made a relation of kind " + shown(r.kind),
                    "kinds are requires, provides, conflicts and obsoletes");
    if (r.name.empty() || first_control_byte(r.name, false))
      return breach("made a relation with " + shown(r.name), "a name is one line of text");
    if (!r.op.empty() && r.op != "=" && r.op != "<" && r.op != "<=" && r.op != ">" && r.op != ">=")
      return breach("made a relation with the operator " + shown(r.op),
                    "operators are = < <= > >=");
    if (!r.condition.empty() && (r.kind != "requires" || !policy::parse_dependency(r.condition)))
      return breach(
          "made a relation with the condition " + shown(r.condition),
          "only requirements can have a condition, which is NAME or NAME OPERATOR VERSION");
    return true;
  }

  // Requirements that there can be one of.
  bool check_single(const char* of_role, const std::string& what) {
    const Seen* first = nullptr;
    for (const auto& r : m_all) {
      if (r.role != of_role || r.kind != "requires")
        continue;
      if (first != nullptr && first->line != r.line)
        return contradict("the package requires " + what, *first, r);
      first = &r;
    }
    return true;
  }

  // A module replaces every other or is added to others.
  bool check_mode() {
    const Seen* slot = nullptr;
    const Seen* stack = nullptr;
    for (const auto& r : m_all) {
      if (r.kind != "provides")
        continue;
      if (r.role == role::slot)
        slot = &r;
      if (r.role == role::stack || r.role == role::function)
        stack = &r;
    }
    return slot == nullptr || stack == nullptr ||
           contradict("the module is declared both replace-mode and stacked", *slot, *stack);
  }

  // What it requires it must not exclude; nobody could install it.
  bool check_possible() {
    std::map<std::string, const Seen*> required;
    for (const auto& r : m_all)
      if (r.kind == "requires")
        required.emplace(r.name, &r);
    for (const auto& r : m_all) {
      if (r.kind != "conflicts" && r.kind != "obsoletes")
        continue;
      const auto it = required.find(r.name);
      if (it != required.end() &&
          (r.op.empty() || (r.op == it->second->op && r.version == it->second->version)))
        return contradict("the package requires something that it also excludes", *it->second, r);
    }
    return true;
  }

  // "One version at a time" is said of the package's own name: under another it would exclude a stranger.
  bool check_own_name() {
    const std::string name = m_document.text(fields::package_name);
    for (const auto& r : m_all)
      if (r.role == role::version && r.name != name)
        return contradict("the package is called " + shown(name) +
                              ", but a relation restricts the versions of another package",
                          whose(r));
    return true;
  }

  // Relations of another kernel than the module's keep apart what may be together, and the reverse.
  bool check_one_kernel() {
    const std::string kernel = m_document.text(fields::kernel_release);
    const std::set<std::string> own = {"kpatch-slot(" + kernel + ")",
                                       "kpatch-stack(" + kernel + ")",
                                       "kpatch-patch(" + kernel + ")"};
    for (const auto& r : m_all) {
      const size_t open = r.name.find('(');
      const std::string what = r.name.substr(0, open);
      const bool exact = what == "kpatch-slot" || what == "kpatch-stack" || what == "kpatch-patch";
      const bool inside = what == "kpatch-func" || what == "kpatch-state";
      if (open == std::string::npos || (!exact && !inside) ||
          (exact ? own.count(r.name) != 0 : r.name.substr(open + 1).starts_with(kernel + "/")))
        continue;
      return contradict("the package is for the kernel " + kernel +
                            ", but a relation is for another kernel",
                        whose(r));
    }
    return true;
  }

  // One policy took it out on purpose, another brought it back without knowing.
  bool check_removed() {
    for (const auto& r : m_all)
      if (const auto it = m_build.removed_relations.find(r.line);
          it != m_build.removed_relations.end())
        return contradict("a relation was removed and set again",
                          whose(r) + " was removed by " + it->second);
    return true;
  }

  Build& m_build;
  const Document& m_document;
  std::vector<Seen> m_all;
};

} // namespace

bool check_relations(Build& build, const Document& document) {
  return Check(build, document).run();
}

} // namespace kpb
