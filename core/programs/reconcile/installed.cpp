// SPDX-License-Identifier: GPL-2.0-only
//
// See installed.hpp.
#include "core/programs/reconcile/installed.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/module_name.hpp"
#include "core/programs/reconcile/paths.hpp"
#include <kpb/sdk/names.hpp>

#include <algorithm>
#include <cerrno>
#include <set>

namespace kpb::runtime {

namespace {

constexpr size_t k_header = 2048; // contains everything before the first module
constexpr size_t k_largest = 4U << 20U;
constexpr size_t k_largest_module = 64U << 20U;

// Whether the first lines name another kernel. A file whose first lines do not name one is read as
// a whole.
bool is_of_another_kernel(Files& files, const std::string& path, const std::string& kernel) {
  const auto start = files.head(path, k_header);
  if (!start)
    return false;
  const auto named = kernel_of(*start);
  return !named.empty() && named != kernel;
}

void read_package(Files& files, const std::string& path, const std::string& kernel,
                  Installed& out) {
  const auto text = files.read(path, k_largest);
  if (!text) {
    if (text.error() == ENOENT) // a package without modules, or one that is being removed
      return;
    out.damaged.push_back({path, text.error().text()});
    out.unclear = path;
    return;
  }
  auto package = parse_modules_conf(*text);
  if (package) {
    out.packages.push_back(std::move(*package));
    return;
  }
  const std::string named(kernel_of(*text));
  const int line = static_cast<int>(package.error().line);
  out.damaged.push_back(
      {path + (line > 0 ? ":" + std::to_string(line) : ""), package.error().what, named});
  if (named.empty() || named == kernel)
    out.unclear = path;
}

void find_unlisted(Files& files, const std::string& kernel, Installed& out) {
  const std::string directory = std::string(k_unlisted) + "/" + kernel;
  const auto names = files.list(directory);
  if (!names) {
    if (names.error() != ENOENT && names.error() != ENOTDIR)
      out.damaged.push_back({directory, names.error().text(), kernel});
    return;
  }
  std::set<std::string> listed;
  for (const auto& package : out.packages)
    for (const auto& module : package.modules)
      listed.insert(module.file);
  for (const auto& name : *names) {
    const std::string path = directory + "/" + name;
    const std::string stem = name.substr(0, name.size() - std::min<size_t>(name.size(), 3));
    if (!name.ends_with(".ko") || stem.empty() || name.front() == '.' || listed.count(path) != 0)
      continue;
    Module module;
    const auto content = files.read(path, k_largest_module);
    module.name = module_name_in(content.value_or(std::string()));
    if (module.name.empty()) // the kernel will say what is wrong with it
      module.name = kernel_form(stem);
    module.file = path;
    if (!is_module_name(module.name))
      out.damaged.push_back({path, "its name is not a valid module name"});
    else
      out.unlisted.push_back(std::move(module));
  }
  std::stable_sort(out.unlisted.begin(), out.unlisted.end(), [](const Module& a, const Module& b) {
    return compare_versions(a.file, b.file) < 0;
  });
}

} // namespace

Installed read_installed(Files& files, const std::string& kernel, Which which) {
  Installed out;
  const auto names = files.list(k_packages);
  if (!names && names.error() != ENOENT) {
    out.damaged.push_back({k_packages, names.error().text()});
    out.unclear = k_packages;
  }
  for (const auto& name : names.value_or(std::vector<std::string>())) {
    const std::string path = std::string(k_packages) + "/" + name + "/modules.conf";
    if (which == Which::all || !is_of_another_kernel(files, path, kernel))
      read_package(files, path, kernel, out);
  }
  if (!kernel.empty())
    find_unlisted(files, kernel, out);
  return out;
}

} // namespace kpb::runtime
