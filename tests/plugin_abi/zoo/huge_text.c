/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Gives a name of 64 MiB.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  const size_t size = 64UL * 1024 * 1024;
  char* text = malloc(size);
  kpb_value value = {KPB_KIND_TEXT, 0, 0, {NULL, 0}};
  if (text == NULL)
    return KPB_FAILED;
  memset(text, 'x', size);
  value.text.data = text;
  value.text.size = size;
  out->put(out->ctx, zoo_str("/package/name"), &value);
  free(text);
  return zoo_name(self, document, out);
}

ZOO_POLICY
ZOO_ENTRY;
