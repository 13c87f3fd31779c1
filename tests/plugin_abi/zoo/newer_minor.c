/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Made with a newer SDK of the same major: that must load. The minor number counts interfaces that
 * were added, and this plugin uses none of them.
 */
#define ZOO_NOTE                                                                                   \
  "abi=1.99\n"                                                                                     \
  "id=org.example.zoo\nversion=1.0\nsdk=1.99.0\noffer=policy zoo\nfuture=key\n"
#define ZOO_ABI_MINOR 99
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
