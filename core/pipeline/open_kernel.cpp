// SPDX-License-Identifier: GPL-2.0-only
//
// The prepared kernel that a diff is built with: looked up by its release, or, where the command line says
// what the kernel is made of, prepared now (and found again by its key the next time). Without one the
// builders of diffs say that it is missing.
#include "core/pipeline/build.hpp"

#include "core/base/text.hpp"
#include "core/kernel/add_kernel.hpp"
#include "core/kernel/build_root.hpp"
#include "core/kernel/carried_files.hpp"
#include "core/kernel/disk_use.hpp"
#include "core/kernel/store.hpp"
#include "core/kernel/view.hpp"
#include "core/model/kernel_name.hpp"
#include "core/model/own_fields.hpp"
#include "core/pipeline/builders.hpp"
#include "core/plugin/view_service.hpp"
#include "core/run/confinement.hpp"
#include "core/system/believe.hpp"
#include <kpb/sdk/fields.hpp>

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

bool wants_module(const Build& build) {
  for (const auto& variant : build.variants)
    if (!variant.source)
      return true;
  return false;
}

// Whether some source package is made: a recipe alone has nothing that it could carry a kernel in.
bool can_carry(const Variant& variant) {
  return variant.source && variant.formats != std::vector<std::string>{"rpm-spec"};
}

bool wants_source_package(const Build& build) {
  return std::any_of(build.variants.begin(), build.variants.end(), can_carry);
}

// What the user said of the kernel must have been of use.
bool refuse_unused(Build& build, const std::string& why) {
  const auto& r = build.request;
  for (const auto& [option, given] :
       {std::pair{"--config", r.config.has_value()}, std::pair{"--vmlinux", r.vmlinux.has_value()},
        std::pair{"--modules", r.modules.has_value()},
        std::pair{"--symvers", r.symvers.has_value()}, std::pair{"--root", r.root.has_value()},
        std::pair{"--store-limit", r.store_limit.has_value()},
        std::pair{"--kernel-id", r.kernel_id.has_value()}})
    if (given)
      return fail(build.context.diagnostics,
                  {.fault = Fault::input,
                   .code = "command-line",
                   .what = fmt::format("{} is of no use here", option),
                   .why = why,
                   .hint = "leave it out, or build the package with --build-rpm"});
  return true;
}

KernelName kernel_of(const Document& d) {
  KernelName kernel;
  kernel.release = d.text(fields::kernel_release);
  kernel.release_without_arch = d.text(fields::kernel_release_without_arch);
  kernel.arch = d.text(fields::kernel_arch);
  kernel.family = d.text(fields::kernel_family);
  return kernel;
}

std::optional<PreparedKernel> prepare_now(Build& build, KernelStore& store) {
  const auto& r = build.request;
  KernelRequest request;
  request.kernel = kernel_of(build.document);
  request.source = *r.source;
  request.config = r.config;
  request.vmlinux = r.vmlinux;
  request.modules = r.modules;
  request.symvers = r.symvers;
  if (r.root) {
    const auto root = build.context.files.resolve(*r.root);
    if (!root)
      return fail(build.context.diagnostics,
                  {.fault = Fault::input,
                   .code = "root",
                   .where = *r.root,
                   .what = "it cannot be used as a root",
                   .why = root.error().reason(),
                   .hint = "make-debian-root.sh (in share/kpb) makes one of Debian"}),
             std::nullopt;
    if (!believe(build.context.files, build.context.diagnostics, *r.root, Wanted::directory,
                 unsafe_root(*r.root)))
      return std::nullopt;
    request.root = *root == "/" ? "" : *root; // the host's own has no name
  }
  auto added = add_kernel(build.context, store, request);
  return added ? std::optional(std::move(added->kernel)) : std::nullopt;
}

// True with nothing in `kernel`: there is none, which is for the builders to say.
bool look_up(Build& build, KernelStore& store, std::optional<PreparedKernel>& kernel) {
  const auto all = store.list();
  if (!all)
    return false;
  const std::string wanted =
      build.request.kernel_id.value_or(build.document.text(fields::kernel_release));
  bool known = build.request.kernel_id.has_value();
  for (const auto& one : *all)
    known = known || one.release() == wanted;
  if (known && !(kernel = store.find(wanted)))
    return false;
  if (kernel && kernel->release() != build.document.text(fields::kernel_release))
    return fail(
        build.context.diagnostics,
        {.fault = Fault::input,
         .code = "kernel-differs",
         .what = fmt::format("--kernel-id {} is kernel {}", shown(wanted), kernel->release()),
         .why = fmt::format("the package is for {}", build.document.text(fields::kernel_release)),
         .hint = "correct one of them"});
  return true;
}

void describe(Build& build, const PreparedKernel& kernel) {
  namespace prepared = fields::prepared;
  const auto put = [&](std::string_view to, std::string_view from) {
    if (const std::string text = kernel.description.text(from); !text.empty()) {
      build.document.put_text(to, text, "prepared kernel");
      for (auto& variant : build.variants)
        variant.document.put_text(to, text, "prepared kernel");
    }
  };
  put(fields::kernel_build_id, prepared::vmlinux_build_id);
  put(fields::kernel_prepared_key, prepared::key);
  put(fields::kernel_prepared_source_sha256, prepared::source_digest);
  put(fields::kernel_prepared_config_sha256, prepared::config_sha256);
  put(fields::kernel_prepared_compiler, prepared::vmlinux_compiler);
  for (auto& variant : build.variants)
    if (can_carry(variant))
      for (const Carried what : k_carried)
        variant.document.put_text(pointer(fields::kernel_carried, field_of(what)),
                                  carried_name(what, kernel.release()), "kpb");
}

} // namespace

bool open_kernel(Build& build) {
  const auto& r = build.request;
  if (build.document.text(fields::request_kind) != "diff")
    return refuse_unused(build,
                         "it selects the kernel for compiling a patch, but no patch is given");
  if (!wants_module(build) && !wants_source_package(build))
    return refuse_unused(build,
                         "writing a spec compiles nothing, and a spec cannot contain a kernel");
  const bool prepare = r.source && !r.dry_run;
  const auto directory = store_directory(build.context, r.store, prepare);
  if (!directory)
    return false;
  build.kernel_store = std::make_unique<KernelStore>(build.context, *directory);
  std::optional<PreparedKernel> kernel;
  if (prepare)
    kernel = prepare_now(build, *build.kernel_store);
  else if (!look_up(build, *build.kernel_store, kernel))
    return false;
  if (!kernel) {
    if (!prepare && !wants_module(build))
      note(build.context.diagnostics,
           {.code = "kernel-not-carried",
            .what = "the source package does not contain the kernel's source",
            .why = fmt::format("kernel {} is not prepared",
                               build.document.text(fields::kernel_release)),
            .hint =
                "whoever builds it must supply the kernel's source, configuration and vmlinux; if "
                "you run kpb kernel add first, the package contains them"});
    return !prepare;
  }
  build.kernel_lock = build.kernel_store->lock(*kernel, /*exclusive=*/false);
  if (!build.kernel_lock)
    return false;
  // What a source package is compiled with is found where it is built.
  if (!prepare && wants_module(build) && !check_root(build.context, *kernel))
    return false;
  describe(build, *kernel);
  return use_kernel(build, std::move(*kernel), build.document.text(fields::module_name));
}

bool use_kernel(Build& build, PreparedKernel kernel, const std::string& name) {
  const auto limit = store_limit(build.context, build.request.store_limit);
  if (!limit)
    return false;
  build.view = std::make_unique<KernelView>(build.context, std::move(kernel),
                                            enter_program(build.context.environment), name,
                                            build.jobs(), *limit);
  build.view_access.reset(new ViewAccess{*build.view, build.context.files, {}});
  for (const auto& input : build.inputs)
    build.view_access->patches.push_back(input.content);
  return true;
}

} // namespace kpb
