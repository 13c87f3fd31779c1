// SPDX-License-Identifier: GPL-2.0-only
//
// See cell_request.hpp.
#include "core/series/cell_request.hpp"

#include "core/request/options.hpp"

namespace kpb {

namespace {

void resolve_paths(const Manifest& manifest, BuildRequest& request) {
  for (const auto& option : options())
    if (option.key.form == Form::path)
      for (auto* path : texts_of(option, request))
        *path = manifest.resolve_path(*path);
}

void leave_out(BuildRequest& request, Shapes shapes) {
  for (const auto& option : options())
    if (option.part.shapes == shapes)
      clear(option, request);
}

} // namespace

CellJob job_of(const SeriesPlan& plan, const SeriesCell& cell, const Context& context) {
  CellJob job;
  job.kind = plan.kind_of(cell, context.files);
  job.builds = plan.builds(cell, context.plugins, context.files);
  job.uses_kernel = plan.uses_kernel(cell, context.files);
  return job;
}

void put_kernel(BuildRequest& request, const SeriesKernel& kernel) {
  if (kernel.given != nullptr)
    put_missing(request, kernel.given->says);
  request.kernel = kernel.kernel.release;
  request.arch = kernel.kernel.arch;
}

BuildRequest cell_request(const SeriesPlan& plan, const SeriesCell& cell, const JobWords& words,
                          const SeriesSigning& signing, const CellJob& job) {
  const auto& package = plan.package_of(cell);
  BuildRequest request = package.says;
  for (const uint32_t p : cell.patches)
    put_more(request, package.patches[p].says);
  put_kernel(request, plan.kernel_of(cell));
  resolve_paths(plan.manifest, request);
  if (!job.uses_kernel || !job.kernel_id.empty()) {
    const auto source = request.source;
    leave_out(request, Shapes::prepared);
    if (job.kind == "source" && job.builds)
      request.source = source; // its headers
  }
  if (job.uses_kernel) {
    if (!job.kernel_id.empty())
      request.kernel_id = job.kernel_id;
    request.store = words.store;
    request.store_limit = words.store_limit;
  }
  if (job.kind == "module")
    request.builder.reset();
  else
    request.jobs = job.processors;
  if (job.builds || job.kind == "module")
    request.signing = signing.request;
  request.output = job.output;
  return request;
}

BuildRequest prime_request(const SeriesPlan& plan, const SeriesKernel& kernel) {
  BuildRequest said, request;
  put_kernel(said, kernel);
  resolve_paths(plan.manifest, said);
  for (const auto& option : options())
    if (option.part.shapes == Shapes::prepared || option.part.shapes == Shapes::kernel)
      put(option, request, said);
  request.builder = said.builder; // who compiles the original
  return request;
}

} // namespace kpb
