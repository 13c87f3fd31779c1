/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A note whose ABI version is no pair of numbers.
 */
#define ZOO_NOTE "abi=one\nid=org.example.zoo\nversion=1.0\noffer=policy zoo\n"
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
