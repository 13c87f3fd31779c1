/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A site's policy for the end of a chain, which amends one thing of what the policies before it set. POLICY is its
 * name (a word); which thing is chosen by defining one of the names below. With ALONE it is a whole policy.
 */
#define QUOTED_(word) #word
#define QUOTED(word) QUOTED_(word)
#define ZOO_ID "org.example." QUOTED(POLICY)
#define ZOO_NOTE                                                                                   \
  KPB_NOTE_ABI "id=" ZOO_ID "\nversion=1.0\nsdk=0.1.0\noffer=policy " QUOTED(POLICY) "\n"
#define ZOO_NAME amend_name
#define ZOO_DESCRIBE amend_describe
#include "zoo/zoo.h"

static kpb_status amend_name(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self, (void)document;
#ifdef ALONE
  if (zoo_name(self, document, out) != KPB_OK)
    return KPB_FAILED;
#endif
#ifdef SETS_NAME
  return zoo_put(out, "/package/name", SETS_NAME);
#else
  (void)out;
  return KPB_OK;
#endif
}

static ZOO_UNUSED kpb_status add(const kpb_sink* out, const char* kind, const char* name,
                                 const char* role) {
  char path[64];
  size_t index = 0;
  if (out->append(out->ctx, zoo_str("/relations"), &index) != KPB_OK)
    return KPB_FAILED;
#ifndef ADDS_VERSION
#define ADDS_VERSION NULL
#endif
  const char* const version = ADDS_VERSION;
  const char* const members[][2] = {{"kind", kind},
                                    {"name", name},
                                    {"role", role},
                                    {"operator", version ? "<=" : NULL},
                                    {"version", version}};
  for (size_t i = 0; i < sizeof members / sizeof *members; ++i) {
    snprintf(path, sizeof path, "/relations/%zu/%s", index, members[i][0]);
    if (members[i][1] && zoo_put(out, path, members[i][1]) != KPB_OK)
      return KPB_FAILED;
  }
  return KPB_OK;
}

/* Takes out the first relation of that kind and name. */
static ZOO_UNUSED kpb_status take_out(const kpb_document* document, const kpb_sink* out,
                                      const char* kind, const char* name) {
  for (size_t i = 0; i < 100; ++i) {
    char path[64];
    kpb_value value = {0, 0, 0, {NULL, 0}};
    snprintf(path, sizeof path, "/relations/%zu/kind", i);
    document->get(document->ctx, zoo_str(path), &value);
    if (value.kind != KPB_KIND_TEXT || strncmp(value.text.data, kind, value.text.size) != 0)
      continue;
    snprintf(path, sizeof path, "/relations/%zu/name", i);
    document->get(document->ctx, zoo_str(path), &value);
    if (value.text.size == strlen(name) && strncmp(value.text.data, name, value.text.size) == 0) {
      snprintf(path, sizeof path, "/relations/%zu", i);
      return out->remove(out->ctx, zoo_str(path));
    }
  }
  return KPB_OK;
}

static kpb_status amend_describe(void* self, const kpb_document* document, const kpb_sink* out) {
  (void)self, (void)document;
#ifdef ALONE
  if (zoo_describe(self, document, out) != KPB_OK)
    return KPB_FAILED;
#endif
#if defined SETS_SUMMARY
  return zoo_put(out, "/package/summary", SETS_SUMMARY);
#elif defined ADDS_KIND
  return add(out, ADDS_KIND, ADDS_NAME, ADDS_ROLE);
#elif defined REMOVES_KIND
  return take_out(document, out, REMOVES_KIND, REMOVES_NAME);
#else
  (void)out;
  return KPB_OK;
#endif
}

ZOO_POLICY
ZOO_ENTRY;
