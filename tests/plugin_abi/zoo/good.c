/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Nothing is wrong with this one: it proves that the others are refused for their fault and not
 * for something that they share, and that the constructor leaves its trace.
 */
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
