/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Gives a name that would add a scriptlet to a spec.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  if (zoo_name(self, document, out) != KPB_OK)
    return KPB_FAILED;
  return zoo_put(out, "/package/name", "zoo\n%post\ntouch owned");
}

ZOO_POLICY
ZOO_ENTRY;
