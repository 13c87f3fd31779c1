// SPDX-License-Identifier: GPL-2.0-only
//
// See write_modules_conf.hpp.
#include "core/modules_conf/write_modules_conf.hpp"

#include <kpb/sdk/names.hpp>

namespace kpb::modules_conf {

namespace {

class Lines {
public:
  // What is not known has no line.
  void put(const char* key, const std::string& value) {
    if (!value.empty())
      text += std::string(key) + "=" + value + "\n";
  }
  void put(const char* key, const std::vector<std::string>& values) {
    for (const auto& value : values)
      put(key, value);
  }

  std::string text = "format=kpb.modules/1\n";
};

void put_module(Lines& out, const Module& module) {
  out.put("module", module.name);
  out.put("file", module.file);
  out.put("sha256", module.sha256);
  out.put("build-id", module.build_id);
  out.put("vermagic", module.vermagic);
  out.put("replace", std::string(module.replace == Replace::yes  ? "yes"
                                 : module.replace == Replace::no ? "no"
                                                                 : "unknown"));
  out.put("function", module.functions);
  for (const auto& object : module.objects)
    out.put("object", object.name + ":" + object.build_id);
  out.put("state", module.states);
}

// As the reader has it, which knows objects by the kernel's form of their names.
Package in_kernel_form(Package package) {
  for (auto& module : package.modules)
    for (auto& object : module.objects)
      object.name = kernel_form(object.name);
  return package;
}

} // namespace

std::string print_modules_conf(const Package& package) {
  Lines out;
  out.put("package", package.name);
  out.put("epoch", package.evr.epoch);
  out.put("version", package.evr.version);
  out.put("release", package.evr.release);
  out.put("kernel", package.kernel);
  out.put("arch", package.arch);
  out.put("stem", package.stem);
  out.put("vendor-conflict", std::string(package.vendor_conflict ? "" : "no"));
  out.put("kernel-build-id", package.kernel_build_id);
  if (!package.base.empty())
    out.put("on-top-of", package.base + "=" + package.base_version);
  out.put("cve", package.cves);
  for (const auto& module : package.modules)
    put_module(out, module);
  return std::move(out.text);
}

std::optional<ConfError> why_not(std::string_view text, const Package& package) {
  const auto read = parse_modules_conf(text);
  if (!read)
    return read.error();
  const Package wanted = in_kernel_form(package);
  if (*read == wanted)
    return std::nullopt;
  if (read->modules.size() != wanted.modules.size())
    return ConfError{0, "it lists " + std::to_string(read->modules.size()) +
                            " modules instead of " + std::to_string(wanted.modules.size())};
  return ConfError{0, "it says something else than is known of the package"};
}

} // namespace kpb::modules_conf
