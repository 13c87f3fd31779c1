// SPDX-License-Identifier: GPL-2.0-only
//
// The builder for diffs, by kpatch-build. So far it writes the recipe of a source package only; the
// build itself then happens where the kernel's tree and debug vmlinux are.
#include "steps.hpp"

#include <kpb/sdk.hpp>

#include <set>

namespace kpb::builders {
namespace {

bool is_plain_name(std::string_view name) {
  const auto is_alnum = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  if (name.empty() || name.size() > 200 || !is_alnum(name.front()) ||
      name.find("..") != std::string_view::npos) // the host's rule for a source's name
    return false;
  for (const char c : name)
    if (!is_alnum(c) && std::string_view("._+-").find(c) == std::string_view::npos)
      return false;
  return true;
}

std::string numbered_name(size_t index) {
  const std::string digits = std::to_string(index + 1);
  return "patch-" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits + ".patch";
}

// The names stand unquoted in the steps, and all sources of a package lie in one directory: a name
// that is not plain, or taken, becomes a number. Numbers that users chose themselves are left out.
std::vector<std::string> safe_names(const std::vector<std::string>& given) {
  std::set<std::string> taken(given.begin(), given.end());
  std::set<std::string> used;
  std::vector<std::string> out;
  size_t next = 0;
  for (const auto& name : given) {
    std::string safe = name;
    if (!is_plain_name(name) || used.count(name) != 0)
      do
        safe = numbered_name(next++);
      while (taken.count(safe) != 0);
    used.insert(safe);
    out.push_back(safe);
  }
  return out;
}

class KpatchBuild : public sdk::Builder {
public:
  bool probe(const sdk::Host&, const sdk::Document& document, uint32_t purpose,
             const sdk::Sink& out) override {
    if (document.text("/request/kind") != "diff") {
      out.report(KPB_SEVERITY_NOTE, KPB_FAULT_INPUT, "kpatch-build-input", {},
                 "the builder kpatch-build takes diffs");
      return false;
    }
    if (purpose == KPB_PURPOSE_SOURCES)
      return true;
    out.report(KPB_SEVERITY_NOTE, KPB_FAULT_ENVIRONMENT, "kpatch-build-sources-only", {},
               "building a diff with kpatch-build is not available yet; source packages are", {},
               "use the backend rpm-spec or srpm");
    return false;
  }

  void build(const sdk::Host&, const sdk::Document&, const sdk::Sink&) override {
    throw sdk::Error("building a diff with kpatch-build is not available yet",
                     KPB_FAULT_ENVIRONMENT, "use the backend rpm-spec or srpm",
                     "kpatch-build-sources-only");
  }

  void sources(const sdk::Host& host, const sdk::Document& document,
               const sdk::Sink& out) override {
    std::vector<std::string> given;
    for (size_t i = 0; i < document.size("/inputs"); ++i)
      given.emplace_back(document.text("/inputs/" + std::to_string(i) + "/name"));
    const auto names = safe_names(given);
    for (size_t i = 0; i < names.size(); ++i)
      out.file(names[i], host.read(document.text("/inputs/" + std::to_string(i) + "/stored"), out));
    for (const auto& step : shell_steps(document, names))
      out.put("/source/steps/-", step);
    for (const auto& package : build_requires(document))
      out.put("/source/requires/-", package);
    out.put("/source/product", std::string(document.text("/modules/0/name")) + ".ko");
  }
};

} // namespace
} // namespace kpb::builders

KPB_EXPORT_BUILDER("org.kpb.builder.kpatch-build", "0.1.0", "kpatch-build", "diff",
                   kpb::builders::KpatchBuild);
