/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A policy in plain C11 with the abi/ headers alone: proof that the door needs no C++, and what an
 * author in another language has to do. It puts "c11-" before the package's name.
 */
#include <kpb/abi/policy.h>

#include <string.h>

#define ID "org.example.c11"
#define VERSION "1.0"
#define SDK "0.1.0"
#define NAME "c11"
#define PREFIX "c11-"

static kpb_str text(const char* string) {
  kpb_str view = {string, strlen(string)};
  return view;
}

static kpb_status refuse(const kpb_sink* out, const char* what, const char* hint) {
  kpb_diagnostic d = {0};
  d.severity = KPB_SEVERITY_ERROR;
  d.fault = KPB_FAULT_INPUT;
  d.code = text("c11-refused");
  d.what = text(what);
  d.hint = text(hint);
  out->diagnostic(out->ctx, &d);
  return KPB_FAILED;
}

static kpb_status create(const kpb_host* host, kpb_str name, void** self) {
  (void)host;
  (void)name;
  *self = NULL; /* nothing to remember */
  return KPB_OK;
}

static void destroy(void* self) { (void)self; }

static kpb_status name(void* self, const kpb_document* document, const kpb_sink* out) {
  char buffer[256] = PREFIX;
  const size_t prefix = sizeof PREFIX - 1;
  kpb_value value = {0};
  (void)self;

  if (document->get(document->ctx, text("/package/name"), &value) != KPB_OK)
    return refuse(out, "the package's name cannot be read", "");
  if (value.kind != KPB_KIND_TEXT || value.text.size == 0)
    return refuse(out, "no package name to put the prefix before", "use -p standard -p " NAME);
  if (value.text.size > sizeof buffer - prefix)
    return refuse(out, "the package's name is too long for a prefix", "");

  memcpy(buffer + prefix, value.text.data, value.text.size);
  value.text.data = buffer;
  value.text.size += prefix;
  return out->put(out->ctx, text("/package/name"), &value); /* the host reports what it refuses */
}

static kpb_status describe(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self;
  (void)document;
  (void)out;
  return KPB_OK;
}

static const kpb_policy_1 policy = {create, destroy, name, describe};

static const void* get_interface(const char* id) {
  return strcmp(id, KPB_POLICY_1) == 0 ? &policy : NULL;
}

KPB_PLUGIN_NOTE(KPB_NOTE_ABI "id=" ID "\nversion=" VERSION "\nsdk=" SDK "\n"
                             "offer=policy " NAME "\n");

__attribute__((visibility("default"))) const kpb_plugin_entry_t kpb_plugin_entry = {
    sizeof(kpb_plugin_entry_t), KPB_ABI_MAJOR, KPB_ABI_MINOR, ID, VERSION, SDK, get_interface};
