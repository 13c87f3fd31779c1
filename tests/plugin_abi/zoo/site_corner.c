/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A policy that keeps something of its own in the document: it is carried along, whatever it is. A corner that
 * is called by no domain is none.
 */
#define ZOO_DESCRIBE zoo_corner_describe
#include "zoo.h"

static kpb_status zoo_corner_describe(void* self, const kpb_document* document,
                                      const kpb_sink* out) {
  if (zoo_describe(self, document, out) != KPB_OK ||
      zoo_put(out, "/x/org.example.zoo/ticket", "ZOO-1") != KPB_OK ||
      zoo_put(out, "/x/org.example.zoo/animals/-", "okapi") != KPB_OK)
    return KPB_FAILED;
  return zoo_put(out, "/x/zoo/ticket", "ZOO-2");
}

ZOO_POLICY
ZOO_ENTRY;
