/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Writes far behind the end of an array.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  zoo_put(out, "/modules/999999999/file", "kpatch-zoo.ko");
  return zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
