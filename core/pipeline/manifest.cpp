// SPDX-License-Identifier: GPL-2.0-only
//
// See manifest.hpp.
#include "core/pipeline/manifest.hpp"

#include "core/model/fields.hpp"

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
  if (d.size("/build") == 0)
    d.remove("/build");
  return d.dump();
}

std::string modules_conf(const Document& d) {
  std::string out = "format=kpb.modules/1\n";
  const auto line = [&](const char* key, const std::string& value) {
    if (!value.empty())
      out += std::string(key) + "=" + value + "\n";
  };
  line("package", d.text("/package/name"));
  line("epoch", d.text("/package/epoch"));
  line("version", d.text("/package/version"));
  line("release", d.text("/package/release"));
  line("kernel", d.text("/kernel/release"));
  line("arch", d.text("/kernel/arch"));
  line("stem", d.text("/request/stem"));
  if (d.text("/settings/vendor-conflict") == "no")
    line("vendor-conflict", "no");
  line("kernel-build-id", d.text("/kernel/build_id"));
  if (d.has("/request/on_top_of"))
    line("on-top-of",
         d.text("/request/on_top_of/name") + "=" + d.text("/request/on_top_of/version"));
  for (const auto& cve : d.texts("/package/cves"))
    line("cve", cve);
  for (size_t i = 0; i < d.size("/modules"); ++i) {
    line("module", d.text(pointer("/modules", i, "name")));
    line("file", d.text(pointer("/modules", i, "path")));
    line("sha256", d.text(pointer("/modules", i, "sha256")));
    line("build-id", d.text(pointer("/modules", i, "build_id")));
    line("vermagic", d.text(pointer("/modules", i, "vermagic")));
    const auto replace = d.boolean(pointer("/modules", i, "replace"));
    line("replace", !replace ? "unknown" : *replace ? "yes" : "no");
    const std::string functions = pointer("/modules", i, "functions");
    for (size_t f = 0; f < d.size(functions); ++f)
      line("function",
           d.text(pointer(functions, f, "object")) + ":" + d.text(pointer(functions, f, "name")) +
               ":" + std::to_string(d.integer(pointer(functions, f, "position")).value_or(1)));
    const std::string objects = pointer("/modules", i, "objects");
    for (size_t o = 0; o < d.size(objects); ++o)
      if (const std::string id = d.text(pointer(objects, o, "build_id")); !id.empty())
        line("object", d.text(pointer(objects, o, "name")) + ":" + id);
    const std::string states = pointer("/modules", i, "states");
    for (const auto& state : d.texts(d.size(states) > 0 ? states : "/request/states"))
      line("state", state);
  }
  return out;
}

} // namespace kpb
