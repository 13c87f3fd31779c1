// SPDX-License-Identifier: GPL-2.0-only
//
// One `kpb build`: its state, and its passes in the order in which they run. Each pass is a file of
// its own; each returns false when it has reported an error (or the user interrupted), and then
// nothing after it runs and nothing was published.
#ifndef KPB_CORE_PIPELINE_BUILD_HPP
#define KPB_CORE_PIPELINE_BUILD_HPP

#include "core/inspect/module_facts.hpp"
#include "core/kernel/store.hpp"
#include "core/kernel/view.hpp"
#include "core/model/document.hpp"
#include "core/patch/patch.hpp"
#include "core/pipeline/request.hpp"
#include "core/pipeline/signing.hpp"
#include "core/plugin/context.hpp"
#include "core/plugin/instance.hpp"
#include "core/run/tools.hpp"
#include "core/run/workspace.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace kpb {

// A file that the user gave, read once; nothing looks at the original again.
struct Input {
  std::string shown_path; // as the user named it, for messages
  std::string name;       // base name; for a directory's files the path inside it
  std::string stored;     // workspace path, safe characters only
  std::string content;
  std::string sha256;
  int64_t mtime = 0;
};

// A finished artifact in the workspace, then at its final place.
struct Artifact {
  std::string format;
  std::string name;   // file name
  std::string beside; // what it is, where the format made it beside the one that was asked for
  std::set<std::string> leads_to; // packages that this one requires, where it lies beside another
  std::string path;               // in the workspace, relative to it
  std::string recipe;             // of a source package: workspace path of its spec
  Document holds;                 // what it must hold: the variant's document as this format has it
  std::string sha256;             // of what was verified
  std::string published;          // where it went: "-" for standard output
};

// The formats that come from one document: all packed ones, or all that tell how to build.
struct Variant {
  bool source = false;
  std::vector<std::string> formats;
  Document document;
  std::vector<Artifact> artifacts;
};

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
  Document document; // what all variants share; grows from pass to pass
  std::vector<Input> inputs;
  std::vector<Patch> patches; // of a diff: what each input says
  std::string module_content;
  std::optional<ModuleFacts> facts;
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

// The passes. Those up to plan_signing build nothing, and write nothing but a kernel to the store.
bool take_request(Build& build);      // check the request; read inputs; the document's first fields
bool name_package(Build& build);      // policies: names
bool plan_artifacts(Build& build);    // which variants, which backends, final names
bool open_kernel(Build& build);       // of a diff: the prepared kernel that it is built with
bool check_patches(Build& build);     // of a diff: do they apply to that kernel's source, and how
bool choose_builder(Build& build);    // builders: who can
bool check_settings(Build& build);    // every --set was asked for by somebody
bool plan_signing(Build& build);      // the signer, its key, what was signed meanwhile: all there
bool build_module(Build& build);      // builder: the module (packed), its sources (source)
bool sign_module(Build& build);       // the signature behind it, or the end for now (--sign-later)
bool inspect_module(Build& build);    // read it, gates, facts into the document
bool describe_package(Build& build);  // policies: metadata, files, relations; the user's own words
bool render_artifacts(Build& build);  // backends
bool verify_artifacts(Build& build);  // backends read back; compared with the document
bool publish_artifacts(Build& build); // one rename each; the only pass that a user's directory sees

// Parts of take_request and plan_artifacts, which a series asks for each of its cells (core/series).
bool take_kernel(Build& build);
void put_replace(Build& build, const std::string& kind);
void put_metadata(Build& build);
bool plan_names(Build& build); // the variants and their artifacts, whatever lies at their places

// Part of take_request: what is said of the module's functions and of other packages.
bool take_relations(Build& build);
bool take_earlier(Build& build); // needs the inputs
// The other half of take_request for packages without a module.
bool take_without_module(Build& build);

// Gives builders a view of the kernel, which the caller has locked. False after a report.
bool use_kernel(Build& build, PreparedKernel kernel, const std::string& name);

// No builder can: with what they said. Returns false.
bool refuse_builders(Build& build, const CollectingSink& heard, const std::string& kind);

// No transitional package that leads elsewhere is overwritten. The names that `relations` of a document require.
bool keep_others(Build& build);
std::set<std::string> required_names(const Document& document, const std::string& relations);

// Where an artifact goes.
std::string final_path(Build& build, const Artifact& artifact);

// One policy's call, with a note of what it changes of the earlier ones' words.
bool run_policy(Build& build, Document& document, PolicyInstance& policy,
                CallResult (PolicyInstance::*call)(Document&, DiagnosticSink&));
// The relations as all policies left them.
bool check_relations(Build& build, const Document& document);

// Two passes ask this: a stacked module's functions must be known (every policy but `classic`).
bool check_functions_known(Build& build, const Document& document);

// All of them. With request.dry_run it ends after plan_signing.
bool run_build(Build& build);

// A temporary file or directory could not be removed: the result stands, but not silently.
void tell_left(DiagnosticSink& sink, const SystemError& error);

// The module's file name and so on, where several passes need the same words.
inline constexpr const char* k_module = "/modules/0";

} // namespace kpb

#endif
