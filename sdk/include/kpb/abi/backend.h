/* SPDX-License-Identifier: GPL-2.0-only
 *
 * kpb.backend/1: renders a package document into artifacts, and reads artifacts back, so that the
 * host can check any backend's work without trusting it. One plugin may offer several formats; it is
 * asked for all of them at once and renders once.
 */
#ifndef KPB_ABI_BACKEND_H
#define KPB_ABI_BACKEND_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KPB_BACKEND_1 "kpb.backend/1"

typedef struct kpb_backend_1 {
  /* One instance serves all formats that the library offers. */
  kpb_status (*create)(const kpb_host* host, void** self);
  void (*destroy)(void* self);

  /* [pure] What render() would make of /request/formats: for each format
   *   append("/artifacts"), then /artifacts/N/{format,name}  the final file name
   * Refuses here what the format cannot express (a name, a version), before anything is built.
   * Asked again about a finished package, with the document out of its manifest, it also reports
   *   /artifacts/N/text/FIELD  as render() does. */
  kpb_status (*plan)(void* self, const kpb_document* document, const kpb_sink* out);

  /* Makes the artifacts in the workspace, and reports each as plan() does, with
   *   /artifacts/N/path     relative to the workspace
   *   /artifacts/N/recipe   for a source package: the path of the spec inside the workspace
   *   /artifacts/N/text/FIELD  what the format makes of /package/FIELD where that is not the same;
   *                            "changelog": what it makes of packager, CVEs and kernel, if anything
   * The content of /files/N is the workspace file /files/N/stored; that of /sources/N,
   * /sources/N/stored. */
  kpb_status (*render)(void* self, const kpb_document* document, const kpb_sink* out);

  /* Opens the finished artifact at `path` (absolute) with the format's own reader and reports what
   * it really holds:
   *   /format, /name, /version, /release, /epoch, /arch, /summary, /description, /license, /group,
   *   /url, /packager          as far as the artifact has them
   *   /files/N/{path,kind,mode,owner,group}   kind: file, dir, link or special; mode: four octal
   *                            digits ("0644"); plus file(path, content) for each
   *                            regular file whose content the artifact carries
   *   /files/N/flags           what the format marks a file as, words with blanks between ("doc",
   *                            "config", "ghost"); the host takes "doc", on documentation, and no
   *                            other
   *   /files/N/capabilities    Linux capabilities; the host takes none
   *   /changelog               as /artifacts/N/text/changelog; absent where it is not looked at
   *   /relations/N/{kind,name,operator,version}  without those that the format adds by itself
   *   /scripts                 how many scriptlets, triggers and maintainer scripts
   *   /source                  boolean: a source package
   *   /extras/N                texts: whatever else the artifact says that no document can say, in
   *                            words for messages ("the header tag Vendor"); the host takes none
   * An artifact that is damaged (digest, size) is an error with KPB_FAULT_VERIFICATION; a file that
   * is no artifact of this format at all, KPB_FAULT_INPUT. */
  kpb_status (*read_back)(void* self, kpb_str path, const kpb_sink* out);
} kpb_backend_1;

#ifdef __cplusplus
}
#endif

#endif
