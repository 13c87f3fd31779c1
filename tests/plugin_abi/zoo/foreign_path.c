/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Writes what a policy may not: the kernel.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  zoo_put(out, "/kernel/release", "6.6.6");
  return zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
