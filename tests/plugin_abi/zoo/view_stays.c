/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A good one that keeps a view of the package's name while it writes another name. The ABI says
 * that the view holds until the next get() or the end of the call; a host that shows its live
 * document pulls the bytes away under the plugin.
 */
#define ZOO_NAME zoo_bad_name
#include "zoo.h"

static kpb_status zoo_bad_name(void* self, const kpb_document* document, const kpb_sink* out) {
  char before[256];
  char longer[256];
  kpb_value value = {0};
  kpb_diagnostic d = {0};
  (void)self;

  document->get(document->ctx, zoo_str("/package/name"), &value);
  if (value.kind != KPB_KIND_TEXT || value.text.size > sizeof before)
    return KPB_FAILED;
  memcpy(before, value.text.data, value.text.size);
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  if (zoo_put(out, "/package/name", longer) != KPB_OK ||
      zoo_put(out, "/package/name", "zoo-module") != KPB_OK)
    return KPB_FAILED;
  if (memcmp(before, value.text.data, value.text.size) == 0)
    return KPB_OK;
  d.severity = KPB_SEVERITY_ERROR;
  d.fault = KPB_FAULT_PLUGIN;
  d.what = zoo_str("the view changed during the call");
  out->diagnostic(out->ctx, &d);
  return KPB_FAILED;
}

ZOO_POLICY
ZOO_ENTRY;
