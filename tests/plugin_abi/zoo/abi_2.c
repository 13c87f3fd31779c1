/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Made for a plugin ABI that is newer than this kpb's.
 */
#define ZOO_NOTE "abi=2.0\nid=org.example.zoo\nversion=1.0\nsdk=2.0.0\noffer=policy zoo\n"
#define ZOO_ABI_MAJOR 2
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
