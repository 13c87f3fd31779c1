/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Members of a relation that do not exist. Taken, they would be a relation without a version.
 */
#define ZOO_DESCRIBE zoo_bad_describe
#include "zoo.h"

static kpb_status zoo_bad_describe(void* self, const kpb_document* document, const kpb_sink* out) {
  if (zoo_describe(self, document, out) != KPB_OK)
    return KPB_FAILED;
  zoo_put(out, "/relations/0/kind", "conflicts");
  zoo_put(out, "/relations/0/name", "bash");
  zoo_put(out, "/relations/0/opperator", "<");
  return zoo_put(out, "/relations/0/verison", "5");
}

ZOO_POLICY
ZOO_ENTRY;
