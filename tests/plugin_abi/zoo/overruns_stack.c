/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Calls itself without end.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static volatile int sum;
static int deeper(int n) {
  volatile char room[4096];
  room[0] = (char)n;
  sum = sum + (n == 0 ? 0 : deeper(n + 1)) + room[0];
  return sum;
}

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  return deeper(1) == 0 ? KPB_FAILED : zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
