/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Calls a function that nobody has. Bound lazily it would load, and end kpb in the middle of a
 * build.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

void zoo_symbol_that_nobody_has(void);

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  zoo_symbol_that_nobody_has();
  return zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
