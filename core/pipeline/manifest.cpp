// SPDX-License-Identifier: GPL-2.0-only
//
// See manifest.hpp.
#include "core/pipeline/manifest.hpp"

#include "core/model/fields.hpp"
#include "core/modules_conf/write_modules_conf.hpp"
#include <kpb/sdk/views.hpp>

namespace kpb {

namespace {

// `pattern` is a row's path, of which `path` is what was followed so far.
void remove_all(Document& d, const std::string& path, std::string_view pattern) {
  const size_t index = pattern.find("/N");
  const std::string here = path + std::string(pattern.substr(0, index));
  if (index == std::string_view::npos) {
    d.remove(here);
    return;
  }
  for (size_t i = d.size(here); i > 0; --i)
    remove_all(d, pointer(here, i - 1), pattern.substr(index + 2));
}

} // namespace

std::string package_manifest(const Document& document) {
  Document d = document;
  for (const auto& row : k_package_fields.rows)
    if (row.place == run_only)
      remove_all(d, "", row.path);
  if (d.size(fields::build) == 0)
    d.remove(fields::build);
  return d.dump();
}

namespace {

modules_conf::Module module_of(const Document& d, size_t n) {
  const std::string at = pointer(fields::modules, n);
  const auto told = views::read<views::Module>(d, at);
  modules_conf::Module out;
  out.name = told.name;
  out.file = told.path;
  out.sha256 = told.sha256;
  out.build_id = told.build_id;
  out.vermagic = told.vermagic;
  out.replace = !told.replace   ? modules_conf::Replace::unknown
                : *told.replace ? modules_conf::Replace::yes
                                : modules_conf::Replace::no;
  for (const auto& f : views::all<views::Function>(d, pointer(at, fields::module::functions)))
    out.functions.push_back(text_of(f));
  for (const auto& object : views::all<views::Object>(d, pointer(at, fields::module::objects)))
    if (!object.build_id.empty())
      out.objects.push_back({object.name, object.build_id});
  const std::string states = pointer(at, fields::module::states);
  out.states = d.texts(d.size(states) > 0 ? states : std::string(fields::request_states));
  return out;
}

modules_conf::Package package_of(const Document& d) {
  modules_conf::Package out;
  out.name = d.text(fields::package_name);
  out.evr = {d.text(fields::package_epoch), d.text(fields::package_version),
             d.text(fields::package_release)};
  out.kernel = d.text(fields::kernel_release);
  out.arch = d.text(fields::kernel_arch);
  out.stem = d.text(fields::request_stem);
  out.vendor_conflict = d.text("/settings/vendor-conflict") != "no";
  out.kernel_build_id = d.text(fields::kernel_build_id);
  if (d.has(fields::request_on_top_of)) {
    out.base = d.text(fields::request_on_top_of_name);
    out.base_version = d.text(fields::request_on_top_of_version);
  }
  out.cves = d.texts(fields::package_cves);
  for (size_t i = 0; i < d.size(fields::modules); ++i)
    out.modules.push_back(module_of(d, i));
  return out;
}

} // namespace

std::string modules_conf_text(const Document& document) {
  return modules_conf::print_modules_conf(package_of(document));
}

std::optional<std::string> modules_conf_fault(std::string_view text, const Document& document) {
  const auto fault = modules_conf::why_not(text, package_of(document));
  if (!fault)
    return std::nullopt;
  return (fault->line == 0 ? "" : "line " + std::to_string(fault->line) + ": ") + fault->what;
}

} // namespace kpb
