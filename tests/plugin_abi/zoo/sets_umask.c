/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A good policy that leaves its umask behind.
 */
#define _POSIX_C_SOURCE 200809L
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

#include <sys/stat.h>

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  umask(0777);
  return zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
