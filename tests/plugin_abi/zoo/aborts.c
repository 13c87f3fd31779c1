/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Gives up on an assertion of its own.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self;
  (void)document;
  (void)out;
  abort();
}

ZOO_POLICY
ZOO_ENTRY;
