/* SPDX-License-Identifier: GPL-2.0-only
 *
 * An entry whose id is a null pointer.
 */
#define ZOO_ID NULL
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
