/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A good policy called "zoo" in C, which every bad plugin here includes and spoils in one place, by
 * defining one of the names below first. So each source shows its one fault and nothing else.
 */
#ifndef KPB_TESTS_ZOO_H
#define KPB_TESTS_ZOO_H

#include <kpb/abi/policy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZOO_UNUSED __attribute__((unused))

/* Leaves a trace when the file is loaded: a plugin that is refused in time must not leave one. */
__attribute__((constructor)) static void zoo_constructor(void) {
  const char* path = getenv("KPB_ZOO_CANARY");
  FILE* file = path ? fopen(path, "w") : NULL;
  if (file)
    fclose(file);
}

/* The note: none with ZOO_NO_NOTE, else ZOO_NOTE. */
#ifndef ZOO_NOTE
#define ZOO_NOTE KPB_NOTE_ABI "id=org.example.zoo\nversion=1.0\nsdk=0.1.0\noffer=policy zoo\n"
#endif
#ifndef ZOO_NO_NOTE
KPB_PLUGIN_NOTE(ZOO_NOTE);
#endif

static ZOO_UNUSED kpb_str zoo_str(const char* text) {
  kpb_str view = {text, strlen(text)};
  return view;
}

static ZOO_UNUSED kpb_status zoo_put(const kpb_sink* out, const char* path, const char* text) {
  kpb_value value = {KPB_KIND_TEXT, 0, 0, {NULL, 0}};
  value.text = zoo_str(text);
  return out->put(out->ctx, zoo_str(path), &value);
}

static ZOO_UNUSED kpb_status zoo_create(const kpb_host* host, kpb_str name, void** self) {
  (void)host;
  (void)name;
  *self = NULL;
  return KPB_OK;
}

static ZOO_UNUSED void zoo_destroy(void* self) { (void)self; }

static ZOO_UNUSED kpb_status zoo_name(void* self, const kpb_document* document,
                                      const kpb_sink* out) {
  (void)self;
  (void)document;
  if (zoo_put(out, "/package/name", "zoo-module") != KPB_OK ||
      zoo_put(out, "/modules/0/directory", "/var/lib/kpatch/zoo") != KPB_OK)
    return KPB_FAILED;
  return zoo_put(out, "/modules/0/file", "kpatch-zoo.ko");
}

static ZOO_UNUSED kpb_status zoo_describe(void* self, const kpb_document* document,
                                          const kpb_sink* out) {
  (void)self;
  (void)document;
  if (zoo_put(out, "/package/summary", "a live patch") != KPB_OK ||
      zoo_put(out, "/package/description", "A live patch.") != KPB_OK)
    return KPB_FAILED;
  return zoo_put(out, "/package/license", "GPL-2.0-only");
}

/* The functions of the policy; a bad one is declared before it is put here. */
#ifndef ZOO_CREATE
#define ZOO_CREATE zoo_create
#endif
#ifndef ZOO_NAME
#define ZOO_NAME zoo_name
#endif
#ifndef ZOO_DESCRIBE
#define ZOO_DESCRIBE zoo_describe
#endif
#define ZOO_POLICY                                                                                 \
  static const kpb_policy_1 zoo_policy = {ZOO_CREATE, zoo_destroy, ZOO_NAME, ZOO_DESCRIBE};        \
  static const void* zoo_get_interface(const char* id) {                                           \
    return strcmp(id, KPB_POLICY_1) == 0 ? &zoo_policy : NULL;                                     \
  }

/* The entry. */
#ifndef ZOO_ENTRY_SIZE
#define ZOO_ENTRY_SIZE sizeof(kpb_plugin_entry_t)
#endif
#ifndef ZOO_ABI_MAJOR
#define ZOO_ABI_MAJOR KPB_ABI_MAJOR
#endif
#ifndef ZOO_ABI_MINOR
#define ZOO_ABI_MINOR KPB_ABI_MINOR
#endif
#ifndef ZOO_ID
#define ZOO_ID "org.example.zoo"
#endif
#ifndef ZOO_VERSION
#define ZOO_VERSION "1.0"
#endif
#ifndef ZOO_GET_INTERFACE
#define ZOO_GET_INTERFACE zoo_get_interface
#endif
#define ZOO_ENTRY                                                                                  \
  __attribute__((visibility("default")))                                                           \
  const kpb_plugin_entry_t kpb_plugin_entry = {ZOO_ENTRY_SIZE,   ZOO_ABI_MAJOR, ZOO_ABI_MINOR,     \
                                               ZOO_ID,           ZOO_VERSION,   "0.1.0",           \
                                               ZOO_GET_INTERFACE}

#endif
