// SPDX-License-Identifier: GPL-2.0-only
//
// See cell_request.hpp.
#include "core/series/cell_request.hpp"

namespace kpb {

BuildRequest package_request(const ManifestPackage& package) {
  BuildRequest r;
  r.chain = policies_of(package);
  r.backends = formats_of(package);
  r.settings = package.own.settings;
  r.name = package.name;
  r.version = package.version;
  r.release = package.own.release;
  r.epoch = package.epoch;
  r.replace = package.own.replace;
  r.functions = package.functions;
  r.supersedes = package.supersedes;
  r.on_top_of = package.on_top_of;
  r.metadata = package.own.texts;
  r.cves = package.cves;
  return r;
}

void put_kernel(BuildRequest& request, const SeriesKernel& kernel) {
  request.kernel = kernel.kernel.release;
  request.arch = kernel.kernel.arch;
  request.kernel_package_version =
      kernel.given == nullptr ? std::nullopt : kernel.given->package_version;
}

BuildRequest cell_request(const SeriesPlan& plan, const SeriesCell& cell) {
  const auto& package = plan.package_of(cell);
  const auto& kernel = plan.kernel_of(cell);
  BuildRequest r = package_request(package);
  put_kernel(r, kernel);
  r.builder = builder_of(package, kernel);
  for (const uint32_t p : cell.patches) {
    const auto& patch = package.patches[p];
    const std::string path = plan.manifest.resolve_path(patch.path);
    if (patch.module)
      r.module = path;
    else
      r.arguments.push_back(path);
    r.cves.insert(r.cves.end(), patch.cves.begin(), patch.cves.end());
  }
  if (r.module)
    r.builder = "auto";
  if (kernel.given == nullptr)
    return r;
  const auto path = [&](const std::optional<std::string>& value) {
    return value ? std::optional(plan.manifest.resolve_path(*value)) : std::nullopt;
  };
  r.source = path(kernel.given->source);
  r.config = path(kernel.given->config);
  r.vmlinux = path(kernel.given->vmlinux);
  r.modules = path(kernel.given->modules);
  r.symvers = path(kernel.given->symvers);
  r.root = path(kernel.given->root);
  r.kernel_id = kernel.given->kernel_id;
  return r;
}

} // namespace kpb
