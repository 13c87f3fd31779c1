/* SPDX-License-Identifier: GPL-2.0-only
 *
 * describe() fails and says nothing.
 */
#define ZOO_DESCRIBE zoo_bad_describe
#include "zoo.h"

static kpb_status zoo_bad_describe(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self;
  (void)document;
  (void)out;
  return KPB_FAILED;
}

ZOO_POLICY
ZOO_ENTRY;
