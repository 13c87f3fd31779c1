// SPDX-License-Identifier: GPL-2.0-only
//
// The door of the plugin: three formats out of one spec. See README.md for the files behind it.
#include "changelog.hpp"
#include "plan.hpp"
#include "read_back.hpp"
#include "rpmbuild.hpp"
#include "spec.hpp"
#include "spec_reader.hpp"
#include "tag_macros.hpp"

#include <kpb/sdk.hpp>

#include <cstring>

namespace kpb::rpm {
namespace {

// Where a header cannot hold a text as it is, what it holds instead (spec_text.hpp), and what it holds
// that is no field of the document: the host compares that with what it reads back.
void report_texts(const Plan& plan, const sdk::Document& document, const std::string& entry,
                  const sdk::Sink& out) {
  for (const auto& [field, text] : changed_texts(document))
    out.put(pointer(entry, fields::artifact::text, field), text);
  if (const std::string changelog = changelog_text(plan, document); !changelog.empty())
    out.put(pointer(entry, fields::artifact::text_changelog), changelog);
}

void report(const Plan& plan, const sdk::Document& document, const sdk::Sink& out, bool made) {
  for (auto artifact : plan.artifacts) {
    const bool is_spec = artifact.format == k_spec_format;
    if (made)
      artifact.path = is_spec ? spec_path(plan) : built_path(plan, artifact.format);
    if (made && artifact.format == k_source_format)
      artifact.recipe = spec_path(plan);
    const std::string entry = views::append(out, fields::artifacts, artifact);
    // Before the policies described the package, there is nothing to tell.
    if (made || document.has(fields::package_summary))
      report_texts(plan, document, entry, out);
  }
}

class RpmBackend : public sdk::Backend {
public:
  void plan(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out) override {
    report(make_plan(host, document), document, out, false);
  }

  void render(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out) override {
    const Plan plan = make_plan(host, document);
    const std::string spec = host.render(k_spec_template, spec_values(plan, document), out);
    if (const std::string macro = find_tag_macro(spec); !macro.empty())
      throw sdk::Error({.fault = sdk::Fault::input,
                        .code = "template-tag-macro",
                        .what = "the template " + std::string(k_spec_template) + " uses " + macro +
                                "; rpm would expand the value a second time",
                        .hint = "use the template's own value, for example <%summary%>"});
    check_one_package(spec);
    host.write(spec_path(plan), spec, out);
    if (plan.wants(k_source_format) || plan.wants(k_binary_format))
      run_rpmbuild(host, document, plan, out);
    report(plan, document, out, true);
  }

  void read_back(const sdk::Host& host, std::string_view path, const sdk::Sink& out) override {
    if (is_spec_path(path))
      read_back_spec(path, out);
    else
      read_back_package(host, path, out);
  }
};

const void* get_interface(const char* wanted) {
  return std::strcmp(wanted, KPB_BACKEND_1) == 0
             ? sdk::backend_table<&sdk::make_backend<RpmBackend>>()
             : nullptr;
}

} // namespace
} // namespace kpb::rpm

KPB_EXPORT_PLUGIN("org.kpb.rpm", "0.1.0",
                  KPB_OFFER_SOURCE_BACKEND("rpm-spec", ".spec")
                      KPB_OFFER_SOURCE_BACKEND("srpm", ".src.rpm")
                          KPB_OFFER_BACKEND("rpm-build", ".rpm"),
                  &kpb::rpm::get_interface);
