/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Hands over a file in a call that takes none.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  if (zoo_name(self, document, out) != KPB_OK)
    return KPB_FAILED;
  return out->file(out->ctx, zoo_str("x"), zoo_str("content"));
}

ZOO_POLICY
ZOO_ENTRY;
