/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A relation of a kind that does not exist.
 */
#define ZOO_DESCRIBE zoo_bad_describe
#include "zoo.h"

static kpb_status zoo_bad_describe(void* self, const kpb_document* document, const kpb_sink* out) {
  if (zoo_describe(self, document, out) != KPB_OK)
    return KPB_FAILED;
  zoo_put(out, "/relations/0/kind", "adores");
  return zoo_put(out, "/relations/0/name", "bash");
}

ZOO_POLICY
ZOO_ENTRY;
