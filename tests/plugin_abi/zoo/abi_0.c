/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Made for plugin ABI 0, which never was.
 */
#define ZOO_NOTE "abi=0.9\nid=org.example.zoo\nversion=1.0\nsdk=0.0.9\noffer=policy zoo\n"
#define ZOO_ABI_MAJOR 0
#define ZOO_ABI_MINOR 9
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
