/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The entry has another version than the note, and another id: both must be named.
 */
#define ZOO_ID "org.example.other"
#define ZOO_VERSION "2.0"
#include "zoo.h"

ZOO_POLICY
ZOO_ENTRY;
