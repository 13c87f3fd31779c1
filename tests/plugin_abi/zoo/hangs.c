/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Waits for what never comes.
 */
#define _POSIX_C_SOURCE 200809L
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

#include <unistd.h>

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self;
  (void)document;
  (void)out;
  for (;;)
    pause();
}

ZOO_POLICY
ZOO_ENTRY;
