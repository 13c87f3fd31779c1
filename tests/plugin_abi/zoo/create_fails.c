/* SPDX-License-Identifier: GPL-2.0-only
 *
 * create() refuses.
 */
#define ZOO_CREATE zoo_bad_create
#include "zoo.h"

static kpb_status zoo_bad_create(const kpb_host* host, kpb_str name, void** self) {
  (void)host;
  (void)name;
  (void)self;
  return KPB_FAILED;
}

ZOO_POLICY
ZOO_ENTRY;
