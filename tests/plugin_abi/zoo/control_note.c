/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A note with an escape sequence, which would reach the terminal of whoever lists plugins.
 */
#define ZOO_NOTE KPB_NOTE_ABI "id=org.example.zoo\nversion=1.0\033[2J\noffer=policy zoo\n"
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
