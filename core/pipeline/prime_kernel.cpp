// SPDX-License-Identifier: GPL-2.0-only
//
// See prime_kernel.hpp. The builder's build() is called for a document that asks to prime only.
#include "core/pipeline/prime_kernel.hpp"

#include "core/model/own_fields.hpp"
#include "core/pipeline/build.hpp"
#include "core/pipeline/builders.hpp"
#include "core/plugin/instance.hpp"
#include <kpb/sdk/fields.hpp>

namespace kpb {

namespace {

Document document_for(const PreparedKernel& kernel, uint64_t jobs) {
  Document d;
  d.put_text(fields::schema, fields::schema_name, "kpb");
  d.put_text(fields::request_kind, "diff", "kpb");
  d.put_boolean(fields::request_prime, true, "kpb");
  d.put_integer(fields::request_jobs, static_cast<int64_t>(jobs), "kpb");
  d.put_text(fields::kernel_release, kernel.release(), "kpb");
  d.put_text(fields::kernel_arch, kernel.description.text(fields::prepared::arch), "kpb");
  d.put_text(fields::module_name, "kpb_original", "kpb");
  return d;
}

} // namespace

bool prime_kernel(Context& context, const PreparedKernel& kernel, const BuildRequest& request,
                  std::string& chosen) {
  Build build(request, context);
  if (!use_kernel(build, kernel, "kpb_original"))
    return false;
  Document document = document_for(kernel, build.jobs());
  const std::string builder = request.builder.value_or("auto");
  const auto names = builder == "auto" ? context.plugins.names("builder", "diff")
                                       : std::vector<std::string>{builder};
  CollectingSink heard;
  for (const auto& name : names) {
    auto instance =
        BuilderInstance::make(context.plugins, name, build.services(), context.diagnostics);
    if (!instance)
      return false;
    const auto probed = instance->probe(document, KPB_PURPOSE_MODULE, heard);
    if (probed == CallResult::cancelled)
      return false;
    if (probed != CallResult::ok)
      continue;
    chosen = name;
    context.progress.begin(Progress::Step::build,
                           "the original of " + kernel.id + " (" + name + ")");
    const bool done = instance->build(document, context.diagnostics) == CallResult::ok;
    build.builder = std::move(instance); // it goes before what it was given
    return done;
  }
  return refuse_builders(build, heard, "diff");
}

} // namespace kpb
