/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The door between kpb and a plugin. Everything that crosses it is C: no exception, no C++ type, no
 * FILE*, and no memory that one side allocates and the other frees. That is what lets a plugin be
 * built by another compiler, with another standard library or in another language, and still work
 * (docs/plugin-abi.md has the measurements).
 *
 * Words used in the contracts below:
 *   [during-call]  may be called only while the host is inside one of the plugin's functions, on the
 *                  same thread. The host calls a plugin from one thread at a time.
 *   [pure]         the answer depends on the arguments and the settings alone: no clock, no
 *                  environment, no file. The cache relies on it.
 *
 * Ownership: a kpb_str is a view. Given to a plugin it is valid until the plugin's function returns
 * (a view obtained from a host function: until the next call of the same host function, or that
 * return, whichever is earlier). Given to the host, the host copies before it returns. Nobody frees.
 *
 * A published struct never changes. Something new gets a new id ("kpb.policy/2"), and a host may
 * serve both. Only kpb_plugin_entry_t and kpb_host_t may grow, at their end; `size` says how far.
 */
#ifndef KPB_ABI_PLUGIN_H
#define KPB_ABI_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Major: changes when the head of kpb_plugin_entry_t or the calling rules change. A host refuses
 * other majors. Minor: counts ids that were added; it is shown in messages and never refused. */
#define KPB_ABI_MAJOR 1
#define KPB_ABI_MINOR 0

/* UTF-8 text or bytes; `data` may be null when `size` is 0; not NUL-terminated. */
typedef struct kpb_str {
  const char* data;
  size_t size;
} kpb_str;

/* 0 is success. Every other status must be accompanied by an error diagnostic; a failure without
 * one is reported as a bug of the plugin (exit status 3). */
typedef int32_t kpb_status;
#define KPB_OK 0
#define KPB_FAILED 1
#define KPB_UNSUPPORTED 2 /* "not me": builders' probe; a note should say why */
#define KPB_CANCELLED 3   /* the user interrupted; no diagnostic needed */

/* Whose fault an error is; the values are kpb's exit statuses. */
#define KPB_FAULT_TOOL 1
#define KPB_FAULT_INPUT 2
#define KPB_FAULT_PLUGIN 3
#define KPB_FAULT_VERIFICATION 4
#define KPB_FAULT_ENVIRONMENT 5

#define KPB_SEVERITY_ERROR 0
#define KPB_SEVERITY_WARNING 1
#define KPB_SEVERITY_NOTE 2

/* "WHERE: WHAT; WHY" and a hint. Only `what` is required. `code` is a stable identifier. */
typedef struct kpb_diagnostic {
  uint32_t severity;
  uint32_t fault;
  kpb_str code;
  kpb_str where;
  kpb_str what;
  kpb_str why;
  kpb_str hint;
} kpb_diagnostic;

#define KPB_KIND_ABSENT 0
#define KPB_KIND_NULL 1
#define KPB_KIND_BOOLEAN 2 /* integer: 0 or 1 */
#define KPB_KIND_INTEGER 3
#define KPB_KIND_TEXT 4
#define KPB_KIND_ARRAY 5  /* integer: number of elements */
#define KPB_KIND_OBJECT 6 /* integer: number of members */

typedef struct kpb_value {
  uint32_t kind;
  uint32_t reserved; /* 0 */
  int64_t integer;
  kpb_str text;
} kpb_value;

/* A read-only view of a package document (schema kpb.package/1, docs/document.md). Paths are JSON
 * pointers: "/kernel/release", "/modules/0/functions/3/name". Fields that a plugin does not know
 * are none of its business: they may be added without a new interface. The view stays as it was when
 * the call began, whatever is written to the sink. [during-call] */
typedef struct kpb_document {
  void* ctx;
  /* Always sets *out; KPB_KIND_ABSENT where nothing is. KPB_FAILED only for a malformed path. */
  kpb_status (*get)(void* ctx, kpb_str path, kpb_value* out);
  /* The name of member `index` of the object at `path`; an empty text past the end. */
  kpb_status (*key)(void* ctx, kpb_str path, size_t index, kpb_str* out);
} kpb_document;

/* Where a plugin's results go. [during-call] Every value is checked as user input is: a path that
 * the kind of plugin may not write, text that is not UTF-8, a file name that leaves its directory
 * are refused, reported as a bug of the plugin, and fail the call. */
typedef struct kpb_sink {
  void* ctx;
  /* Sets one scalar. "-" as the last part of the path appends to an array. A path that is no field of the
   * document (docs/document.md), one that the called function may not write, and a value of another kind than the
   * field's break the contract: the call fails. */
  kpb_status (*put)(void* ctx, kpb_str path, const kpb_value* value);
  /* Appends an empty object to the array at `path` (made if absent); *index is its place. */
  kpb_status (*append)(void* ctx, kpb_str path, size_t* index);
  /* Removes the value at `path`, for a policy that amends what an earlier one set. */
  kpb_status (*remove)(void* ctx, kpb_str path);
  /* Hands over a file's whole content. What it means is said by the function that got the sink. */
  kpb_status (*file)(void* ctx, kpb_str name, kpb_str content);
  void (*diagnostic)(void* ctx, const kpb_diagnostic* diagnostic);
} kpb_sink;

/* What the host offers. get_service returns a table from abi/host.h, or null for an id that this
 * host does not have; valid from create() until destroy() returned. The services themselves are
 * [during-call]. */
typedef struct kpb_host {
  uint32_t size; /* of this struct in the host */
  uint32_t reserved;
  void* ctx;
  const void* (*get_service)(const struct kpb_host* host, const char* id);
} kpb_host;

/* The one symbol that a plugin exports, under the name kpb_plugin_entry: constant data, readable
 * before any function is called. Its head says the same as the ELF note, which the host reads first,
 * without loading the file (KPB_PLUGIN_NOTE below; the C++ wrapper writes both from one place). */
typedef struct kpb_plugin_entry_t {
  uint32_t size; /* of this struct in the plugin */
  uint16_t abi_major;
  uint16_t abi_minor;
  const char* id;      /* reverse DNS: "org.example.naming" */
  const char* version; /* the plugin's own */
  const char* sdk_version;
  /* A table from abi/policy.h, builder.h or backend.h, or null for an id that is not served. */
  const void* (*get_interface)(const char* id);
} kpb_plugin_entry_t;

#define KPB_PLUGIN_ENTRY_SYMBOL "kpb_plugin_entry"

/* ELF note: owner "kpb", type 1, section .note.kpb. The text is lines of KEY=VALUE:
 *   abi=1.0  id=...  version=...  sdk=...
 *   offer=policy NAME | offer=builder NAME INPUT | offer=backend FORMAT SUFFIX [source] (repeated)
 * INPUT is the kind of input a builder takes (diff, source, module); SUFFIX the artifact's (.rpm);
 * "source" marks a format that can tell how to build the module instead of holding it (.src.rpm).
 * Unknown keys are ignored. */
#define KPB_NOTE_SECTION ".note.kpb"
#define KPB_NOTE_TYPE 1
#define KPB_STRINGIFY_(x) #x
#define KPB_STRINGIFY(x) KPB_STRINGIFY_(x)
#define KPB_NOTE_ABI "abi=" KPB_STRINGIFY(KPB_ABI_MAJOR) "." KPB_STRINGIFY(KPB_ABI_MINOR) "\n"
#define KPB_PLUGIN_NOTE(text)                                                                      \
  __attribute__((used, aligned(4), section(KPB_NOTE_SECTION))) static const struct {               \
    uint32_t namesz, descsz, type;                                                                 \
    char name[4];                                                                                  \
    char desc[(sizeof(text) + 3U) & ~3U];                                                          \
  } kpb_note_ = {4, (sizeof(text) + 3U) & ~3U, KPB_NOTE_TYPE, "kpb", text}

#ifdef __cplusplus
}
#endif

#endif
