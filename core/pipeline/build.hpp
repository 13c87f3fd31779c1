// SPDX-License-Identifier: GPL-2.0-only
//
// One `kpb build`: what its passes (passes.hpp) share, and hand on from one to the next.
#ifndef KPB_CORE_PIPELINE_BUILD_HPP
#define KPB_CORE_PIPELINE_BUILD_HPP

#include "core/model/document.hpp"
#include "core/pipeline/artifact.hpp"
#include "core/pipeline/inputs.hpp"
#include "core/pipeline/passes.hpp"
#include "core/pipeline/signing.hpp"
#include "core/plugin/context.hpp"
#include "core/plugin/host_services.hpp"
#include "core/request/request.hpp"
#include "core/run/tools.hpp"
#include "core/run/workspace.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kpb {

class BackendInstance;
class BuilderInstance;
class FileLock;
class KernelStore;
class KernelView;
class PolicyInstance;
struct ViewAccess;

struct Build {
  Build(const BuildRequest& build_request, Context& build_context);
  ~Build(); // plugin instances go in the reverse order of their making
  Build(const Build&) = delete;
  Build& operator=(const Build&) = delete;

  const BuildRequest& request;
  Context& context;
  Settings settings;
  Tools tools;
  Workspace workspace;
  Confinement confinement; // of what plugins run
  Document document;       // what all variants share; grows from pass to pass
  std::vector<Input> inputs;
  std::vector<Patch> patches; // of a diff: what each input says
  std::string module_content;
  Signing signing;
  // Of a diff that is built here, from open_kernel on: the builder uses them.
  std::unique_ptr<KernelStore> kernel_store;
  std::unique_ptr<FileLock> kernel_lock;
  std::unique_ptr<KernelView> view;
  std::unique_ptr<ViewAccess> view_access;
  std::vector<std::unique_ptr<PolicyInstance>> policies;
  std::map<std::string, std::string> removed_relations; // by a later policy of the chain: line, who
  std::unique_ptr<BuilderInstance> builder;
  std::vector<std::unique_ptr<BackendInstance>> backends; // one a library
  std::vector<Variant> variants;

  RunServices services();
  // The variant's formats that `backend`'s library offers.
  std::vector<std::string> formats_of(const Variant& variant, const BackendInstance& backend) const;
  uint64_t jobs() const { return request.jobs.value_or(context.environment.processors()); }
  bool interrupted() const { return context.interrupts.pending() != 0; }
  // Subscriptions and metapackages hold none: there is nothing to build, to sign and to inspect.
  bool has_module() const { return !request.subscription && !request.metapackage; }
};

} // namespace kpb

#endif
