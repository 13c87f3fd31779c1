/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A diagnostic whose severity and fault do not exist: exit statuses are kpb's to choose.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  kpb_diagnostic d = {0};
  (void)self;
  (void)document;
  d.severity = 99;
  d.fault = 99;
  d.what = zoo_str("fault 99");
  out->diagnostic(out->ctx, &d);
  return KPB_FAILED;
}

ZOO_POLICY
ZOO_ENTRY;
