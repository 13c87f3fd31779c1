/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Succeeds and leaves the package without a name.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void *self, const kpb_document *document, const kpb_sink *out) {
  (void)self;
  (void)document;
  return zoo_put(out, "/package/summary", "no name");
}

ZOO_POLICY
ZOO_ENTRY;
