/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A diagnostic with an escape sequence for the terminal.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  kpb_diagnostic d = {0};
  (void)self;
  (void)document;
  d.severity = KPB_SEVERITY_ERROR;
  d.fault = KPB_FAULT_PLUGIN;
  d.what = zoo_str("before\033]0;owned\007after");
  out->diagnostic(out->ctx, &d);
  return KPB_FAILED;
}

ZOO_POLICY
ZOO_ENTRY;
