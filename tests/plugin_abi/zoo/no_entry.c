/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A good note, but no symbol kpb_plugin_entry.
 */
#include "zoo.h"

ZOO_POLICY
__attribute__((visibility("default"))) const void* zoo_elsewhere(const char* id);
const void* zoo_elsewhere(const char* id) { return zoo_get_interface(id); }
