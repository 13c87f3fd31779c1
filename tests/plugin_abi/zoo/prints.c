/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A good policy, but for words on standard output. They must not get into what the command prints.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  puts("{ words of the plugin");
  fflush(stdout);
  return zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
