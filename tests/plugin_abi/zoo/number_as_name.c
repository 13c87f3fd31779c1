/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Gives a number where a name belongs.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  kpb_value value = {KPB_KIND_INTEGER, 0, 7, {NULL, 0}};
  if (zoo_name(self, document, out) != KPB_OK)
    return KPB_FAILED;
  return out->put(out->ctx, zoo_str("/package/name"), &value);
}

ZOO_POLICY
ZOO_ENTRY;
