/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Follows a wild pointer.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  volatile int* nowhere = (volatile int*)16;
  (void)self;
  (void)document;
  (void)out;
  *nowhere = 1;
  return KPB_OK;
}

ZOO_POLICY
ZOO_ENTRY;
