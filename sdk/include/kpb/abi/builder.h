/* SPDX-License-Identifier: GPL-2.0-only
 *
 * kpb.builder/1: makes a live-patch module out of a cell, and says how a source package would make
 * it. All inputs are private copies in the workspace (/inputs/N/stored); the tree of the user is
 * never touched.
 */
#ifndef KPB_ABI_BUILDER_H
#define KPB_ABI_BUILDER_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KPB_BUILDER_1 "kpb.builder/1"

/* What a probe is asked for. */
#define KPB_PURPOSE_MODULE 1  /* build() will be called */
#define KPB_PURPOSE_SOURCES 2 /* sources() will be called */

typedef struct kpb_builder_1 {
  kpb_status (*create)(const kpb_host* host, kpb_str name, void** self);
  void (*destroy)(void* self);

  /* Can this builder serve this cell, here and now? KPB_OK, or KPB_UNSUPPORTED with an error or note
   * that says why not (a missing tool: KPB_FAULT_ENVIRONMENT). Quick; builds and writes nothing. */
  kpb_status (*probe)(void* self, const kpb_document* document, uint32_t purpose,
                      const kpb_sink* out);

  /* Makes the module, named as /modules/0/name says, and reports through put():
   *   /build/module   its path, relative to the workspace
   *   /build/replace  boolean: whether it replaces all others; only when the builder knows it
   * and the compiler and tools used as /build/tools/N/{name,version}. */
  kpb_status (*build)(void* self, const kpb_document* document, const kpb_sink* out);

  /* What a source package needs to make the same module offline: file() for each source (plain file
   * name, content), and through put():
   *   /source/steps/-     one line of POSIX shell each, run in the directory of the unpacked sources
   *   /source/requires/-  packages that the build needs, in RPM's terms
   *   /source/product     where the steps leave the module, relative to that directory
   *   /source/unpack/-    the file names among the sources that are tarballs to unpack first
   * A null pointer: this builder makes no source packages. */
  kpb_status (*sources)(void* self, const kpb_document* document, const kpb_sink* out);
} kpb_builder_1;

#ifdef __cplusplus
}
#endif

#endif
