/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A library that exports an entry but has no note: nothing is known before it is loaded.
 */
#define ZOO_NO_NOTE
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
