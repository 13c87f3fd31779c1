/* SPDX-License-Identifier: GPL-2.0-only
 *
 * DRAFT. A host service for builders of diffs: a kernel that was prepared once (`kpb kernel add`), seen by
 * the builder's programs at paths that never change (docs/building-patches.md). The host mounts, locks,
 * copies and removes; the builder says what to run. May change until it is published as
 * "kpb.host.view/1"; a plugin that uses it says so by asking for this id.
 */
#ifndef KPB_ABI_DRAFT_VIEW_H
#define KPB_ABI_DRAFT_VIEW_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Null from get_service where no kernel is prepared for this build. */
#define KPB_HOST_VIEW_DRAFT_1 "kpb.host.view/draft-1"

/* Where things are for a program that runs in the view; the same in every view of a kernel. */
#define KPB_PLACE_TREE 0  /* the kernel's source tree, compiled by `prime`; writable */
#define KPB_PLACE_CACHE 1 /* empty when `prime` runs; writable */
#define KPB_PLACE_KERNEL                                                                           \
  2 /* the target's own config, vmlinux, Module.symvers, modules/; and tree/, the
                            * source as it was taken; read-only */
#define KPB_PLACE_INPUT 3 /* the patches, in order: patch-001.patch, ...; read-only */
#define KPB_PLACE_OUTPUT                                                                           \
  4 /* empty at the start; what is left there is in the workspace below "built/" */

/* A line of output that contains `marker` begins the phase `words` ("compiling the original"). */
typedef struct kpb_view_phase {
  kpb_str marker;
  kpb_str words;
} kpb_view_phase;

/* Commands as for kpb.host.process/1, but: arguments[0] is found in the build root; `directory` must be
 * empty: they run in the tree. An argument "@JOBS@" becomes the number of processes that the user allows; as
 * it is written here it is no reason to compile the original again. */
typedef struct kpb_view_run {
  /* What the compiled original depends on besides kernel, root and `prime` itself: versions and digests of
   * the builder's own files, as text. */
  kpb_str depends_on;
  /* Run once for a kernel, in a tree that has not been compiled, with one input: a patch that touches no
   * compiled file. Its output must contain `primed`, whatever its exit status; then the tree is frozen. */
  kpb_command prime;
  kpb_str primed;
  /* Run in a throw-away view of that. No arguments: only prime. */
  kpb_command build;
  const kpb_view_phase* phases;
  size_t phase_count;
} kpb_view_run;

typedef struct kpb_view_result {
  int32_t exit_status; /* 0..255, or minus the signal that ended it */
  uint32_t primed; /* 1: this is the result of `build`; 0: priming failed, and this is its result */
  kpb_str output;  /* standard output and error together, the last 4 MiB */
  kpb_str log;     /* path of the file that has all of it */
} kpb_view_result;

typedef struct kpb_host_view_draft_1 {
  void* ctx;
  kpb_status (*place)(void* ctx, uint32_t place, kpb_str* path);
  /* A program in the build root. KPB_UNSUPPORTED without a diagnostic when it is not there. */
  kpb_status (*find)(void* ctx, kpb_str tool, kpb_str* path);
  /* A file of the kernel's tree (".config": the configuration it is compiled with), or, when the path is
   * absolute, of the build root. KPB_UNSUPPORTED without a diagnostic when there is none; valid until the
   * next read(). At most 16 MiB. */
  kpb_status (*read)(void* ctx, kpb_str path, kpb_str* content);
  /* KPB_OK when the program ran, whatever its exit status; KPB_CANCELLED when the user interrupted;
   * KPB_FAILED (reported to `errors`) when there is no view to run it in. */
  kpb_status (*run)(void* ctx, const kpb_view_run* run, const kpb_sink* errors,
                    kpb_view_result* result);
} kpb_host_view_draft_1;

#ifdef __cplusplus
}
#endif

#endif
