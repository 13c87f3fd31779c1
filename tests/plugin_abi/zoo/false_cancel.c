/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Says that the user interrupted, which nobody did: no package, no reason given.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self;
  (void)document;
  (void)out;
  return KPB_CANCELLED;
}

ZOO_POLICY
ZOO_ENTRY;
