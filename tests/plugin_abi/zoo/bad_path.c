/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Writes to a path without its leading slash, and does not look at the answer.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  zoo_put(out, "package/name", "zoo-module");
  return zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
