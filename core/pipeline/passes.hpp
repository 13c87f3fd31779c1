// SPDX-License-Identifier: GPL-2.0-only
//
// The passes of a build, in the order in which they run. Each is a file of its own; each returns false when it has
// reported an error (or the user interrupted), and then nothing after it runs and nothing was published.
#ifndef KPB_CORE_PIPELINE_PASSES_HPP
#define KPB_CORE_PIPELINE_PASSES_HPP

namespace kpb {

struct Build;

// Those up to plan_signing build nothing, and write nothing but a kernel to the store.
bool take_request(Build& build);      // check the request; read inputs; the document's first fields
bool name_package(Build& build);      // policies: names
bool plan_artifacts(Build& build);    // which variants, which backends, final names
bool open_kernel(Build& build);       // of a diff: the prepared kernel that it is built with
bool choose_builder(Build& build);    // builders: who can
bool check_patches(Build& build);     // of a diff: do they apply to that kernel's source, and how
bool check_settings(Build& build);    // every --set was asked for by somebody
bool plan_signing(Build& build);      // the signer, its key, what was signed meanwhile: all there
bool build_module(Build& build);      // builder: the module (packed), its sources (source)
bool sign_module(Build& build);       // the signature behind it, or the end for now (--sign-later)
bool inspect_module(Build& build);    // read it, gates, facts into the document
bool describe_package(Build& build);  // policies: metadata, files, relations; the user's own words
bool render_artifacts(Build& build);  // backends
bool verify_artifacts(Build& build);  // backends read back; compared with the document
bool publish_artifacts(Build& build); // one rename each; the only pass that a user's directory sees

// All of them. With request.dry_run it ends after plan_signing.
bool run_build(Build& build);

} // namespace kpb

#endif
