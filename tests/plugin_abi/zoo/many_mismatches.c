/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Wrong in three ways: the message must name all three, or the author mends them one by one.
 */
#define ZOO_NOTE                                                                                   \
  "abi=7.3\n"                                                                                      \
  "id=org.example.zoo\nversion=1.0\noffer=policy zoo\noffer=policy zoo\noffer=oracle pythia\n"
#define ZOO_ABI_MAJOR 7
#define ZOO_ABI_MINOR 3
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
