/* SPDX-License-Identifier: GPL-2.0-only
 *
 * name() reports an error and then returns success.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self;
  (void)document;
  kpb_diagnostic d = {0};
  d.severity = KPB_SEVERITY_ERROR;
  d.fault = KPB_FAULT_INPUT;
  d.what = zoo_str("it went wrong");
  out->diagnostic(out->ctx, &d);
  return KPB_OK;
}

ZOO_POLICY
ZOO_ENTRY;
