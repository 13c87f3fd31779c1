/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A packed file whose path climbs.
 */
#define ZOO_DESCRIBE zoo_bad_describe
#include "zoo.h"

static kpb_status zoo_bad_describe(void* self, const kpb_document* document, const kpb_sink* out) {
  if (zoo_describe(self, document, out) != KPB_OK)
    return KPB_FAILED;
  size_t index = 0;
  char path[64];
  if (out->append(out->ctx, zoo_str("/files"), &index) != KPB_OK)
    return KPB_FAILED;
  snprintf(path, sizeof path, "/files/%zu/path", index);
  zoo_put(out, path, "/usr/share/../../etc/passwd");
  snprintf(path, sizeof path, "/files/%zu/kind", index);
  zoo_put(out, path, "data");
  snprintf(path, sizeof path, "/files/%zu/content", index);
  return zoo_put(out, path, "input:0");
}

ZOO_POLICY
ZOO_ENTRY;
