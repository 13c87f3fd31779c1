/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Writes to a path of 1 MiB and half a million parts: a reader that recurses runs out of stack.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  const size_t size = 1024 * 1024;
  char* path = malloc(size);
  kpb_value value = {KPB_KIND_TEXT, 0, 0, {"x", 1}};
  kpb_str view = {path, size};
  if (path == NULL)
    return KPB_FAILED;
  for (size_t i = 0; i < size; ++i)
    path[i] = i % 2 ? 'a' : '/';
  memcpy(path, "/package", 8);
  out->put(out->ctx, view, &value);
  free(path);
  return zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
