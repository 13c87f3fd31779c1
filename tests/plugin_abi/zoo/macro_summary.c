/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A summary that rpm would expand: text must come out as it went in.
 */
#define ZOO_DESCRIBE zoo_bad_describe
#include "zoo.h"

static kpb_status zoo_bad_describe(void* self, const kpb_document* document, const kpb_sink* out) {
  if (zoo_describe(self, document, out) != KPB_OK)
    return KPB_FAILED;
  return zoo_put(out, "/package/summary", "100%{lua:os.exit(66)} sure");
}

ZOO_POLICY
ZOO_ENTRY;
