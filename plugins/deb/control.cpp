// SPDX-License-Identifier: GPL-2.0-only
//
// See control.hpp. Every name of the template has a value here; what the package does not have is `false` or
// an empty list. README.md lists them, for sites with a template of their own.
#include "control.hpp"

#include "digest.hpp"
#include "plugins/common/package_text/template_values.hpp"

#include <kpb/sdk/limits.hpp>

namespace kpb::deb {

const std::vector<RelationField> k_relation_fields = {
    {"requires", "Depends"},  {"conflicts", "Conflicts"}, {"breaks", "Breaks"},
    {"replaces", "Replaces"}, {"provides", "Provides"},   {"enhances", "Enhances"}};

namespace {

using package_text::at;
using package_text::text_or_false;

void put_relations(sdk::TemplateValues& values, const Deb& deb) {
  values.array("/relations");
  size_t n = 0;
  for (const auto& [kind, field] : k_relation_fields) {
    std::string value;
    for (const auto& relation : deb.relations)
      if (relation.kind == kind)
        value += (value.empty() ? "" : ", ") + control_form(relation);
    if (value.empty())
      continue;
    values.text(at("/relations", n, "field"), field);
    values.text(at("/relations", n++, "value"), value);
  }
}

// One a line: a stacked patch's list is long.
std::string function_lines(const Deb& deb) {
  std::string out;
  for (const auto& function : deb.functions)
    out += (out.empty() ? " " : "\n ") + function;
  return out;
}

} // namespace

uint64_t installed_size(const std::vector<std::pair<uint64_t, bool>>& sizes_and_directories) {
  uint64_t kib = 0;
  for (const auto& [size, directory] : sizes_and_directories)
    kib += directory ? 1 : (size + 1023) / 1024;
  return kib;
}

std::string control_of(const Deb& deb, const Contents& contents, const sdk::Host& host,
                       const sdk::Sink& out) {
  std::vector<std::pair<uint64_t, bool>> sizes;
  for (const auto& file : deb.files)
    sizes.emplace_back(file.kind == "dir" ? 0 : contents.at(file.path).size(), file.kind == "dir");
  sdk::TemplateValues values;
  values.text("/name", deb.name);
  values.text("/version", deb.version);
  values.text("/arch", deb.arch);
  values.text("/maintainer", deb.maintainer);
  values.text("/installed_size", std::to_string(installed_size(sizes)));
  values.text("/section", deb.section);
  values.text("/summary", deb.summary);
  text_or_false(values, "/homepage", deb.homepage);
  text_or_false(values, "/functions", function_lines(deb));
  text_or_false(values, "/description", deb.description);
  put_relations(values, deb);
  std::string text = host.render(k_control_template, values, out);
  if (text.size() > k_longest_control)
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "deb-control-large",
                      .what = "the deb's control file has " + std::to_string(text.size()) +
                              " bytes, more than apt reads",
                      .hint = "shorten the description, or split the patch"});
  return text;
}

std::string md5sums_of(const Contents& contents) {
  std::map<std::string, std::string> sums;
  for (const auto& [path, content] : contents)
    sums[path] = md5(content);
  return md5sums_text(sums);
}

std::string md5sums_text(const std::map<std::string, std::string>& sums) {
  std::string out;
  for (const auto& [path, sum] : sums)
    out += sum + "  " + path.substr(1) + "\n";
  return out;
}

} // namespace kpb::deb
