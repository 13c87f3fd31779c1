/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Packs the patch in the module's place.
 */
#define ZOO_DESCRIBE zoo_bad_describe
#include "zoo.h"

static kpb_status zoo_bad_describe(void* self, const kpb_document* document, const kpb_sink* out) {
  if (zoo_describe(self, document, out) != KPB_OK)
    return KPB_FAILED;
  return zoo_put(out, "/files/0/content", "input:0");
}

ZOO_POLICY
ZOO_ENTRY;
