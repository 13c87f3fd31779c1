/* SPDX-License-Identifier: GPL-2.0-only
 *
 * An interface table without name().
 */
#define ZOO_NAME NULL
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
