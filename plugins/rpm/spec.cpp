// SPDX-License-Identifier: GPL-2.0-only
//
// Walks the document and fills the template's values. Free text goes through spec_text.hpp, all else
// through allow_list.hpp; nothing reaches the template around them.
#include "spec.hpp"

#include "allow_list.hpp"
#include "changelog.hpp"
#include "plugins/common/package_text/template_values.hpp"
#include "spec_text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace kpb::rpm {
namespace {

using package_text::at;
using package_text::text_or_false;
using sdk::Document;
using sdk::TemplateValues;

std::string optional_line(const Document& document, std::string_view member) {
  const auto text = document.text(pointer(fields::package, member));
  return text.empty() ? std::string() : spec_line(text, member);
}

// The preamble's tags that every package has, or may have.
void put_identity(TemplateValues& values, const Plan& plan, const Document& document) {
  values.text("/name", plan.name);
  text_or_false(values, "/epoch", plan.epoch);
  values.text("/version", plan.version);
  values.text("/release", plan.release);
  values.text("/arch", plan.arch);
  values.text("/payload", plan.payload);
  values.text("/summary", spec_line(document.text(fields::package_summary), "summary"));
  values.text("/license", spec_line(document.text(fields::package_license), "license"));
  for (const char* member : {"group", "url", "packager"})
    text_or_false(values, std::string("/") + member, optional_line(document, member));
  values.text("/description",
              spec_lines(document.text(fields::package_description), "description"));
}

std::string_view relation_tag(std::string_view kind) {
  static const std::map<std::string_view, std::string_view> k_tags = {{"requires", "Requires"},
                                                                      {"provides", "Provides"},
                                                                      {"conflicts", "Conflicts"},
                                                                      {"obsoletes", "Obsoletes"}};
  const auto found = k_tags.find(kind);
  if (found == k_tags.end())
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "rpm-relation",
                      .what = "RPM does not support the relation '" + std::string(kind) + "'",
                      .hint = "RPM has requires, provides, conflicts and obsoletes"});
  return found->second;
}

void put_relations(TemplateValues& values, const Document& document) {
  values.array("/relations");
  std::set<std::string> seen; // two policies of a chain may say the same
  for (const auto& relation : views::relations(document)) {
    const std::string tag(relation_tag(relation.kind));
    std::string text = dependency(relation.name, relation.op, relation.version);
    if (!relation.condition.empty())
      text = conditional(text, relation.condition);
    const size_t n = seen.size();
    if (!seen.insert(tag + ": " + text).second)
      continue;
    values.text(at("/relations", n, "tag"), tag);
    values.text(at("/relations", n, "dependency"), text);
  }
}

// Workspace file -> its name among the sources. RPM keeps all sources in one directory.
using SourceNames = std::map<std::string, std::string>;

SourceNames put_sources(TemplateValues& values, const Plan& plan, const Document& document) {
  SourceNames by_stored;
  std::set<std::string> seen = {plan.name +
                                ".spec"}; // the spec lies beside them in a source package
  const auto sources = views::sources(document);
  values.array("/sources");
  for (size_t i = 0; i < sources.size(); ++i) {
    const std::string name = file_name(sources[i].name);
    if (!seen.insert(name).second)
      throw sdk::Error({.fault = sdk::Fault::input,
                        .code = "rpm-source-name",
                        .what = "two files of the source package are called '" + name + "'",
                        .hint = "rename one of them"});
    by_stored.emplace(sources[i].stored, name);
    values.text(at("/sources", i, "number"), std::to_string(i));
    values.text(at("/sources", i, "name"), name);
  }
  text_or_false(values, "/reference", sources.empty() ? std::string() : sources.front().name);
  return by_stored;
}

void put_files(TemplateValues& values, const Plan& plan, const Document& document,
               const SourceNames& sources) {
  values.array("/files");
  values.array("/directories");
  size_t files = 0;
  size_t directories = 0;
  for (const auto& file : views::files(document)) {
    const std::string path = install_path(file.path);
    if (file.kind == "dir") {
      values.text(at("/directories", directories++, "path"), path);
      continue;
    }
    const size_t n = files++;
    const auto source = sources.find(file.stored);
    const bool built = plan.from_source && file.kind == "module";
    if (!built && source == sources.end())
      throw sdk::Error({.fault = sdk::Fault::plugin,
                        .code = "rpm-no-source",
                        .what = "'" + path + "' is to be packaged, but is not among the sources"});
    values.text(at("/files", n, "path"), path);
    values.boolean(at("/files", n, "doc"), file.kind == "doc");
    values.boolean(at("/files", n, "packed"), !built);
    values.boolean(at("/files", n, "built"), built);
    values.text(at("/files", n, "source"), built ? std::string() : source->second);
  }
}

// Where the functions show when the module is built, kpb's dependency generator adds their lines.
void put_generator(TemplateValues& values, const Plan& plan, const Document& document) {
  const bool wanted = plan.from_source && document.boolean(fields::module_functions_follow);
  values.boolean("/functions_follow", wanted);
  values.boolean("/other_directory", false);
  if (!wanted)
    return;
  const std::string path = install_path(document.text(fields::module_directory));
  const std::string directory = path.substr(0, path.rfind('/')); // its last part is the kernel
  const bool known = directory == "/var/lib/kpatch" || directory == "/usr/lib/kpatch";
  if (!known)
    values.text("/other_directory", directory);
}

// How a source package makes the module. All of it is false or empty for a packed one.
void put_build(TemplateValues& values, const Plan& plan, const Document& document) {
  values.boolean("/from_source", plan.from_source);
  put_generator(values, plan, document);
  values.array("/build_requires");
  values.array("/copied");
  values.array("/unpacked");
  values.array("/steps");
  if (!plan.from_source) {
    values.text("/product", "");
    return;
  }
  values.text("/product", relative_path(document.text(fields::source_product)));
  const auto required = document.texts(fields::source_requires);
  for (size_t i = 0; i < required.size(); ++i)
    values.text(at("/build_requires", i, "dependency"), dependency_line(required[i]));
  const auto steps = document.texts(fields::source_steps);
  for (size_t i = 0; i < steps.size(); ++i)
    values.text(at("/steps", i, "line"), shell_line(steps[i]));
  const auto tarballs = document.texts(fields::source_unpack);
  size_t copied = 0;
  size_t unpacked = 0;
  for (const auto& source : views::sources(document)) {
    if (std::find(tarballs.begin(), tarballs.end(), source.name) != tarballs.end())
      values.text(at("/unpacked", unpacked++, "name"), source.name);
    else
      values.text(at("/copied", copied++, "name"), source.name);
  }
  if (unpacked != tarballs.size())
    throw sdk::Error({.fault = sdk::Fault::plugin,
                      .code = "rpm-no-source",
                      .what = "a tarball to unpack is not among the sources"});
}

} // namespace

TemplateValues spec_values(const Plan& plan, const Document& document) {
  TemplateValues values;
  put_identity(values, plan, document);
  put_relations(values, document);
  put_files(values, plan, document, put_sources(values, plan, document));
  put_build(values, plan, document);
  put_changelog(values, plan, document);
  return values;
}

std::vector<std::pair<std::string, std::string>> changed_texts(const Document& document) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const char* field : {"summary", "license", "group", "url", "packager", "description"}) {
    const std::string member = field;
    const auto text = document.text(pointer(fields::package, member));
    const bool is_description = member == "description";
    if (text.empty() && !is_description)
      continue;
    std::string held;
    unescape_spec_text(is_description ? spec_lines(text, member) : spec_line(text, member), held);
    if (held != text)
      out.emplace_back(member, held);
  }
  return out;
}

} // namespace kpb::rpm
