/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Takes the place of the good one after that was checked (swap.py): nothing is wrong with it but that
 * nobody looked at it. It leaves a trace of its own when it is loaded, and makes another name.
 */
#include "zoo.h"

__attribute__((constructor)) static void impostor_constructor(void) {
  const char* path = getenv("KPB_ZOO_IMPOSTOR");
  FILE* file = path ? fopen(path, "w") : NULL;
  if (file)
    fclose(file);
}

static kpb_status impostor_name(void* self, const kpb_document* document, const kpb_sink* out) {
  kpb_status status = zoo_name(self, document, out);
  return status == KPB_OK ? zoo_put(out, "/package/name", "impostor") : status;
}

#undef ZOO_NAME
#define ZOO_NAME impostor_name
ZOO_POLICY
ZOO_ENTRY;
