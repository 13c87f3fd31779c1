/* SPDX-License-Identifier: GPL-2.0-only
 *
 * An interface table without create().
 */
#define ZOO_CREATE NULL
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
