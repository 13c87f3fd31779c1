/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Succeeds and leaves the package without a name.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self;
  (void)document;
  zoo_put(out, "/modules/0/directory", "/var/lib/kpatch/zoo");
  return zoo_put(out, "/modules/0/file", "kpatch-zoo.ko");
}

ZOO_POLICY
ZOO_ENTRY;
