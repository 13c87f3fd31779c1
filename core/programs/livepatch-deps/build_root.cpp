// SPDX-License-Identifier: GPL-2.0-only
//
// See build_root.hpp.
#include "core/programs/livepatch-deps/build_root.hpp"

#include "core/base/limits.hpp"
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"

#include <cerrno>

namespace kpb::generate {

namespace {

constexpr int k_deepest = 16;

} // namespace

const modules_conf::Module* PackageConf::of_file(std::string_view file) const {
  for (const auto& module : conf.modules)
    if (module.file == file)
      return &module;
  return nullptr;
}

BuildRoot::BuildRoot(FileSystem& files, std::string root, DiagnosticSink& sink)
    : m_files(files), m_root(std::move(root)), m_sink(sink) {
  while (!m_root.empty() && m_root.back() == '/')
    m_root.pop_back();
}

bool BuildRoot::unreadable(const std::string& path, const SystemError& error) {
  return fail(m_sink, {.fault = Fault::environment,
                       .code = "unreadable",
                       .where = path,
                       .what = "it cannot be read",
                       .why = error.reason()});
}

std::optional<std::string> BuildRoot::installed_path(const std::string& file) const {
  if (!file.starts_with(m_root + "/"))
    return std::nullopt;
  std::string path = file.substr(m_root.size());
  path.erase(0, path.find_first_not_of('/') - 1);
  return path;
}

bool BuildRoot::walk(const std::string& directory, std::vector<std::string>& out, int depth) {
  const auto names = m_files.list(m_root + directory);
  if (!names)
    return (depth == 0 && names.error().number == ENOENT) || unreadable(directory, names.error());
  for (const auto& name : *names) {
    const std::string path = directory + "/" + name;
    const auto info = m_files.stat(m_root + path, /*follow=*/false);
    if (!info)
      return unreadable(path, info.error());
    if (info->type == FileInfo::Type::directory && depth < k_deepest && !walk(path, out, depth + 1))
      return false;
    if (info->type != FileInfo::Type::directory && name.ends_with(".ko"))
      out.push_back(path);
  }
  return true;
}

std::optional<std::vector<std::string>> BuildRoot::modules_below(const std::string& directory) {
  std::vector<std::string> out;
  if (!walk(directory, out, 0))
    return std::nullopt;
  return out;
}

std::optional<ModuleFile> BuildRoot::module(const std::string& path) {
  const auto image = m_files.read(m_root + path, k_max_module_size);
  if (!image) {
    unreadable(path, image.error());
    return std::nullopt;
  }
  auto facts = read_module(*image, path, m_sink);
  if (!facts)
    return std::nullopt;
  return ModuleFile{std::move(*facts), sha256_hex(*image)};
}

std::optional<PackageConf> BuildRoot::conf_of_package(const std::string& package, bool& absent) {
  PackageConf found{package, std::string(k_packages) + "/" + package + "/modules.conf", {}};
  const auto text = m_files.read(m_root + found.path, k_longest_modules_conf);
  absent = !text && text.error().number == ENOENT;
  if (!text) {
    if (!absent)
      unreadable(found.path, text.error());
    return std::nullopt;
  }
  auto conf = modules_conf::parse_modules_conf(*text);
  if (!conf) {
    const auto& e = conf.error();
    fail(m_sink, {.fault = Fault::input,
                  .code = "modules-conf",
                  .where = found.path + (e.line > 0 ? ":" + std::to_string(e.line) : ""),
                  .what = e.what,
                  .why = "kpb-runtime would refuse it",
                  .hint = "docs/document.md, section modules.conf, lists its keys"});
    return std::nullopt;
  }
  found.conf = std::move(*conf);
  return found;
}

std::optional<PackageConf> BuildRoot::conf_that_lists(const std::string& path, bool& absent) {
  absent = true;
  const auto packages = m_files.list(m_root + k_packages);
  for (const auto& package : packages ? *packages : std::vector<std::string>{}) {
    bool none = false;
    auto conf = conf_of_package(package, none);
    if (!conf && !none) {
      absent = false;
      return std::nullopt;
    }
    if (conf && conf->of_file(path) != nullptr) {
      absent = false;
      return conf;
    }
  }
  return std::nullopt;
}

} // namespace kpb::generate
