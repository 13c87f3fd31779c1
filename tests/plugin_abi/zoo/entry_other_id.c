/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The entry has another id than the note, which was judged.
 */
#define ZOO_ID "org.example.other"
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
