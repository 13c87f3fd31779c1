// SPDX-License-Identifier: GPL-2.0-only
//
// The negative control of the tests with the real solvers: a policy that is last in the chain and
// breaks the scheme in the one way that `--set break=FAULT` names. controls.py requires that each
// is noticed.
#include <kpb/sdk.hpp>

#include <string>

namespace {

using namespace kpb::sdk;

bool begins(const std::string& text, const char* with) { return text.rfind(with, 0) == 0; }

// The content of a relation.
struct Relation {
  std::string kind, name, role;
};

class Broken final : public Policy {
public:
  void name(const Host& host, const Document&, const Sink&) override {
    host.setting("break", ""); // so that kpb knows it before anything is built
  }

  void describe(const Host& host, const Document& document, const Sink& out) override {
    const std::string fault = host.setting("break", "");
    size_t spoilt = 0;
    // From the end, so that removing one does not move those still to come.
    for (size_t i = document.size("/relations"); i-- > 0;) {
      const std::string at = "/relations/" + std::to_string(i);
      const Relation r{std::string(document.text(at + "/kind")),
                       std::string(document.text(at + "/name")),
                       std::string(document.text(at + "/role"))};
      if (drops(fault, r, document)) {
        out.remove(at);
        ++spoilt;
      } else if (const std::string name = renamed(fault, r); name != r.name) {
        out.put(at + "/name", name);
        ++spoilt;
      }
    }
    if (fault == "hotfix" && document.size("/relations") > 0 && rides(document)) {
      const std::string at = out.append("/relations");
      out.put(at + "/kind", "conflicts");
      out.put(at + "/name", "kpatch-slot(" + std::string(document.text("/kernel/release")) + ")");
      ++spoilt;
    }
    host.debug("broken: " + fault + ", " + std::to_string(spoilt) + " relations");
  }

private:
  static bool rides(const Document& document) {
    for (size_t i = 0; i < document.size("/relations"); ++i)
      if (document.text("/relations/" + std::to_string(i) + "/role") == "base")
        return true;
    return false;
  }

  static bool replaces(const Document& document) { return document.boolean("/modules/0/replace"); }

  static bool drops(const std::string& fault, const Relation& r, const Document& document) {
    if (r.kind == "conflicts")
      return (fault == "slot" && begins(r.name, "kpatch-slot(") && replaces(document)) ||
             (fault == "stack" && (begins(r.name, "kpatch-stack(") ||
                                   (begins(r.name, "kpatch-slot(") && !replaces(document)))) ||
             (fault == "function" && begins(r.name, "kpatch-func(")) ||
             (fault == "state" && begins(r.name, "kpatch-state(")) ||
             (fault == "version" && r.role == "version") ||
             (fault == "vendor" && r.name == "kpatch-patch");
    if (r.kind == "obsoletes")
      return fault == "obsoletes";
    return r.kind == "requires" &&
           ((fault == "base" && r.role == "base") || (fault == "kernel" && r.role == "kernel") ||
            (fault == "runtime" && r.role == "runtime"));
  }

  // Functions with a name that is too coarse, or too fine.
  static std::string renamed(const std::string& fault, const Relation& r) {
    const size_t slash = r.name.find('/');
    if (!begins(r.name, "kpatch-func(") || slash == std::string::npos)
      return r.name;
    const size_t object = r.name.find(':', slash);
    const size_t position = r.name.rfind(':');
    if (fault == "position")
      return r.name.substr(0, position) + ":1)";
    if (fault == "object")
      return r.name.substr(0, slash + 1) + "vmlinux" + r.name.substr(object);
    // Provides and conflicts are written in two different ways.
    if (fault == "words" && r.kind == "conflicts")
      return r.name.substr(0, position) + ":0)";
    return r.name;
  }
};

} // namespace

KPB_EXPORT_POLICY("org.kpb.tests.broken", "1.0", "broken", Broken);
