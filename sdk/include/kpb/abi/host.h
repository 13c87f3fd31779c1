/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The services that a plugin may ask its host for, each by id through kpb_host.get_service. All of
 * them are [during-call]. A plugin that can do without a service should (null: not offered).
 */
#ifndef KPB_ABI_HOST_H
#define KPB_ABI_HOST_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Debug output, shown with --debug only. What the user must know is a diagnostic, not a log line. */
#define KPB_HOST_LOG_1 "kpb.host.log/1"
typedef struct kpb_host_log_1 {
  void* ctx;
  void (*debug)(void* ctx, kpb_str text);
} kpb_host_log_1;

/* Settings: `--set KEY=VALUE`. Always ask here rather than in the document: the host notes which
 * keys were asked for, and a setting that nobody asked for is refused as a slip of the user's. That
 * check comes before anything is built: ask for all your settings in name(), plan() or probe(). */
#define KPB_HOST_CONFIG_1 "kpb.host.config/1"
typedef struct kpb_host_config_1 {
  void* ctx;
  /* *out is KPB_KIND_TEXT, or KPB_KIND_ABSENT where the setting was not given. */
  kpb_status (*get)(void* ctx, kpb_str key, kpb_value* out);
} kpb_host_config_1;

/* Renders templates/NAME (a site's --template-dir first). Mustache with the delimiters <% and %>,
 * nothing is escaped: the values must be in the form that the output needs. A template that does not
 * parse, or a name in it that `values` does not have, is an error with template, line and column. */
#define KPB_HOST_TEMPLATE_1 "kpb.host.template/1"
typedef struct kpb_template_value {
  kpb_str path;    /* as in a document: "/files/0/path"; arrays are sections */
  kpb_value value; /* an empty array or object may be given by its kind */
} kpb_template_value;
typedef struct kpb_host_template_1 {
  void* ctx;
  /* *out is valid until the next render() or the end of the call. Errors go to `errors`. */
  kpb_status (*render)(void* ctx, kpb_str name, const kpb_template_value* values, size_t count,
                       const kpb_sink* errors, kpb_str* out);
} kpb_host_template_1;

/* Runs programs: found once in a fixed search path, recorded in the document, with an environment
 * that the host builds (never the user's), standard input empty, in a process group of its own, ended
 * when the user interrupts. */
#define KPB_HOST_PROCESS_1 "kpb.host.process/1"
typedef struct kpb_command {
  const kpb_str* arguments; /* arguments[0] is a tool's name: "rpmbuild" */
  size_t argument_count;
  kpb_str directory;          /* relative to the workspace; empty: the workspace */
  const kpb_str* environment; /* "NAME=value", added to the built environment */
  size_t environment_count;
} kpb_command;
typedef struct kpb_command_result {
  int32_t exit_status; /* 0..255, or minus the signal that ended it */
  uint32_t reserved;
  kpb_str output; /* standard output and error together, the last 256 KiB */
} kpb_command_result;
typedef struct kpb_host_process_1 {
  void* ctx;
  /* Is the tool there? KPB_OK with *path, or KPB_UNSUPPORTED without a diagnostic; *path is then what
   * lies in its place and why that is not used, in words, or empty where there is nothing. */
  kpb_status (*find)(void* ctx, kpb_str tool, kpb_str* path);
  /* KPB_OK when the program ran, whatever its exit status; KPB_CANCELLED when the user interrupted;
   * KPB_FAILED (with a diagnostic to `errors`) when it could not be started. It runs confined: it reads the
   * system's programs, the directories of PATH and the kernel's build tree, writes to the workspace, and has
   * neither network nor capabilities (docs/building-patches.md). */
  kpb_status (*run)(void* ctx, const kpb_command* command, const kpb_sink* errors,
                    kpb_command_result* result);
} kpb_host_process_1;

/* The private directory of this run: safe characters only in its path, removed at the end. */
#define KPB_HOST_WORKSPACE_1 "kpb.host.workspace/1"
typedef struct kpb_host_workspace_1 {
  void* ctx;
  /* The absolute path. The directory is made by the first call of this or write(). */
  kpb_status (*path)(void* ctx, kpb_str* out);
  /* Writes a file (mode 0644) below it, with the directories that it needs. */
  kpb_status (*write)(void* ctx, kpb_str relative, kpb_str content, const kpb_sink* errors);
  /* Reads a regular file below it; valid until the next read(). */
  kpb_status (*read)(void* ctx, kpb_str relative, const kpb_sink* errors, kpb_str* out);
  /* Regular files below `relative`, at any depth, as sorted paths relative to it, NUL-separated. */
  kpb_status (*list)(void* ctx, kpb_str relative, const kpb_sink* errors, kpb_str* out);
} kpb_host_workspace_1;

#ifdef __cplusplus
}
#endif

#endif
