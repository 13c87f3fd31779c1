/* SPDX-License-Identifier: GPL-2.0-only
 *
 * An entry without get_interface.
 */
#define ZOO_GET_INTERFACE NULL
#include "zoo.h"

ZOO_ENTRY;
