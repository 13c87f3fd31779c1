/* SPDX-License-Identifier: GPL-2.0-only
 *
 * kpb.policy/1: what packages and modules are called, and what a package says about itself. Several
 * policies form a chain; each sees what the ones before it set and amends it. What the user says on
 * the command line (--summary and the like) is applied after the chain and wins.
 */
#ifndef KPB_ABI_POLICY_H
#define KPB_ABI_POLICY_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KPB_POLICY_1 "kpb.policy/1"

typedef struct kpb_policy_1 {
  /* Makes the policy that the note offers as `name`. *self is passed to every other function and is
   * the plugin's own. `host` stays valid until destroy() returned. */
  kpb_status (*create)(const kpb_host* host, kpb_str name, void** self);
  void (*destroy)(void* self);

  /* [pure] Called before anything is built, once per cell. Knows /request, /kernel, /inputs and
   * nothing of the module's content. May write these three fields, and must leave
   * them set:
   *   /package/name       the package
   *   /modules/0/file     file name of the module, ending in .ko
   *   /modules/0/directory absolute directory that the file is installed in
   * The module's own name follows from its file name (kernel form, at most 55 characters). */
  kpb_status (*name)(void* self, const kpb_document* document, const kpb_sink* out);

  /* [pure] Called when the module was inspected (or, for a source package, when only the request is
   * known: then /modules/0/sha256 is absent). May write:
   *   /package/{summary,description,license,group,url}
   *   /files/N/{path,kind,content}  kind: doc, data or dir; content: manifest, modules.conf or
   *                            input:N (the Nth of /inputs). The module itself is always packed.
   *   /relations/N/{kind,name,operator,version}  kind: requires, provides, conflicts, obsoletes
   *   /relations/N/{because,role,condition}      the reason for people and for programs; where alone it holds
   *   /x/REVERSE.DNS/...       whatever a site wants in its packages' manifests, below a domain of its own
   *                            (name() may too); kpb carries it along and reads none of it
   * Packages without a module (/request/kind is subscription or metapackage) have no /modules: name() leaves
   * the two fields of it alone. */
  kpb_status (*describe)(void* self, const kpb_document* document, const kpb_sink* out);
} kpb_policy_1;

#ifdef __cplusplus
}
#endif

#endif
