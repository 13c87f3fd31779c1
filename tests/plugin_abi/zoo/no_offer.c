/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A note that offers nothing: the plugin could never be used.
 */
#define ZOO_NOTE KPB_NOTE_ABI "id=org.example.zoo\nversion=1.0\nsdk=0.1.0\n"
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
