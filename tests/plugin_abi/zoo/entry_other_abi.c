/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The note says ABI 1, the code was compiled for ABI 2.
 */
#define ZOO_ABI_MAJOR 2
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
