/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Gives a file name that leaves its directory.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  if (zoo_name(self, document, out) != KPB_OK)
    return KPB_FAILED;
  return zoo_put(out, "/modules/0/file", "../../../etc/zoo.ko");
}

ZOO_POLICY
ZOO_ENTRY;
