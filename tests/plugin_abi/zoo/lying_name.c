/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A note whose owner's name has a size that wraps around when it is rounded up.
 */
#define ZOO_NO_NOTE
#include "zoo.h"

__attribute__((used, aligned(4), section(KPB_NOTE_SECTION))) static const struct {
  uint32_t namesz, descsz, type;
  char name[4];
  char desc[8];
} zoo_note = {0xffffffffU, 8, KPB_NOTE_TYPE, "kpb", "abi=1.0"};

ZOO_POLICY
ZOO_ENTRY;
