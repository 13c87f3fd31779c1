/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Offers a policy in its note and then has no such interface.
 */
#define ZOO_GET_INTERFACE zoo_nothing
#include "zoo.h"

static const void* zoo_nothing(const char* id) {
  (void)id;
  return NULL;
}

ZOO_ENTRY;
