/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Offers a policy under the name of one that comes with kpb.
 */
#define ZOO_NOTE KPB_NOTE_ABI "id=org.example.zoo\nversion=1.0\nsdk=0.1.0\noffer=policy standard\n"
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
