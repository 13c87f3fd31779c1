/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A note that does not say whose it is.
 */
#define ZOO_NOTE KPB_NOTE_ABI "version=1.0\nsdk=0.1.0\noffer=policy zoo\n"
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
