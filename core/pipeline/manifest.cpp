// SPDX-License-Identifier: GPL-2.0-only
//
// See manifest.hpp.
#include "core/pipeline/manifest.hpp"

#include "core/model/fields.hpp"
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

std::string modules_conf(const Document& d) {
  std::string out = "format=kpb.modules/1\n";
  const auto line = [&](const char* key, const std::string& value) {
    if (!value.empty())
      out += std::string(key) + "=" + value + "\n";
  };
  const auto package = views::package_of(d);
  line("package", package.name);
  line("epoch", package.epoch);
  line("version", package.version);
  line("release", package.release);
  line("kernel", d.text(fields::kernel_release));
  line("arch", d.text(fields::kernel_arch));
  line("stem", d.text(fields::request_stem));
  if (d.text("/settings/vendor-conflict") == "no")
    line("vendor-conflict", "no");
  line("kernel-build-id", d.text(fields::kernel_build_id));
  if (d.has(fields::request_on_top_of))
    line("on-top-of", text_of(views::read<views::Exact>(d, fields::request_on_top_of)));
  for (const auto& cve : d.texts(fields::package_cves))
    line("cve", cve);
  for (size_t i = 0; i < d.size(fields::modules); ++i) {
    namespace f = fields::module;
    const std::string at = pointer(fields::modules, i);
    const auto module = views::read<views::Module>(d, at);
    line("module", module.name);
    line("file", module.path);
    line("sha256", module.sha256);
    line("build-id", module.build_id);
    line("vermagic", module.vermagic);
    line("replace", !module.replace ? "unknown" : *module.replace ? "yes" : "no");
    for (const auto& function : views::functions(d, pointer(at, f::functions)))
      line("function", text_of(function));
    for (const auto& object : views::all<views::Object>(d, pointer(at, f::objects)))
      if (!object.build_id.empty())
        line("object", object.name + ":" + object.build_id);
    const std::string states = pointer(at, f::states);
    for (const auto& state : d.texts(d.size(states) > 0 ? states : fields::request_states))
      line("state", state);
  }
  return out;
}

} // namespace kpb
