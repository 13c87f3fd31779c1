// SPDX-License-Identifier: GPL-2.0-only
//
// Walks the payload with rpm's own archive reader.
#include "payload.hpp"

#include "text_kind.hpp"

#include <kpb/sdk/limits.hpp>

#include <rpm/rpmarchive.h>
#include <rpm/rpmfi.h>
#include <rpm/rpmfiles.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <set>
#include <utility>

namespace kpb::rpm {
namespace {

using FilesPtr = std::unique_ptr<std::remove_pointer_t<rpmfiles>, decltype(&rpmfilesFree)>;
using IteratorPtr = std::unique_ptr<std::remove_pointer_t<rpmfi>, decltype(&rpmfiFree)>;

// As rpm2archive asks for them.
FilesPtr files_of(const PackageFile& package) {
  return {rpmfilesNew(nullptr, package.header(), RPMTAG_BASENAMES, RPMFI_KEEPHEADER),
          &rpmfilesFree};
}

std::string text_or_empty(const char* text) { return text != nullptr ? text : ""; }

std::string kind_of(rpm_mode_t mode) {
  return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "dir" : S_ISLNK(mode) ? "link" : "special";
}

// What a file is to rpm besides its content. A language, a colour or a check that is left out decides
// whether it is installed, or noticed when it changes.
std::string flags_of(rpmfiles files, int i) {
  static constexpr std::array<std::pair<unsigned, const char*>, 11> k_flags = {
      {{RPMFILE_CONFIG, "config"},
       {RPMFILE_DOC, "doc"},
       {RPMFILE_ICON, "icon"},
       {RPMFILE_MISSINGOK, "missingok"},
       {RPMFILE_NOREPLACE, "noreplace"},
       {RPMFILE_SPECFILE, "spec"},
       {RPMFILE_GHOST, "ghost"},
       {RPMFILE_LICENSE, "license"},
       {RPMFILE_README, "readme"},
       {RPMFILE_PUBKEY, "pubkey"},
       {RPMFILE_ARTIFACT, "artifact"}}};
  std::string out;
  const auto add = [&](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
  unsigned flags = rpmfilesFFlags(files, i);
  for (const auto& [bit, word] : k_flags)
    if ((flags & bit) != 0) {
      add(word);
      flags &= ~bit;
    }
  if (flags != 0)
    add("flags=" + std::to_string(flags));
  if (rpmfilesVFlags(files, i) != static_cast<rpmVerifyAttrs>(RPMVERIFY_ALL))
    add("noverify");
  if (const std::string language = text_or_empty(rpmfilesFLangs(files, i)); !language.empty())
    add("lang=" + language);
  return out;
}

std::string read_content(rpmfi fi, const std::string& path, uint64_t limit) {
  const auto size = static_cast<uint64_t>(rpmfiFSize(fi));
  if (size > limit)
    throw Damage(path + " has " + std::to_string(size) + " bytes, more than " +
                 std::to_string(limit));
  std::string content(static_cast<size_t>(size), '\0');
  size_t at = 0;
  while (at < content.size()) {
    const auto got = static_cast<ssize_t>(rpmfiArchiveRead(fi, &content[at], content.size() - at));
    if (got <= 0)
      throw Damage(path + " is cut short in the payload",
                   std::to_string(at) + " of " + std::to_string(size) + " bytes are there");
    at += static_cast<size_t>(got);
  }
  return content;
}

void check_digest(rpmfi fi, const std::string& path, const std::string& content) {
  int algorithm = 0;
  char* stated = rpmfiFDigestHex(fi, &algorithm);
  const std::string expected = text_or_empty(stated);
  free(stated);
  Digest digest(algorithm);
  if (expected.empty() || !digest.usable())
    return;
  digest.update(content.data(), content.size());
  if (const std::string found = digest.finish(); found != expected)
    throw Damage("the digest of " + path + " differs",
                 "the header says " + expected + ", the payload has " + found);
}

} // namespace

std::vector<views::PackedFile> packed_files(const PackageFile& package) {
  const FilesPtr files = files_of(package);
  std::vector<views::PackedFile> out;
  const int count = files ? static_cast<int>(rpmfilesFC(files.get())) : 0;
  if (static_cast<uint64_t>(count) > k_most_packed_files)
    throw Damage("it has " + std::to_string(count) + " files, more than " +
                 std::to_string(k_most_packed_files));
  for (int i = 0; i < count; ++i) {
    char* path = rpmfilesFN(files.get(), i);
    const rpm_mode_t mode = rpmfilesFMode(files.get(), i);
    auto& file = out.emplace_back();
    file.path = text_or_empty(path);
    file.kind = kind_of(mode);
    file.owner = text_or_empty(rpmfilesFUser(files.get(), i));
    file.group = text_or_empty(rpmfilesFGroup(files.get(), i));
    file.mode = package_text::octal_mode(static_cast<unsigned>(mode) & 07777U);
    file.flags = flags_of(files.get(), i); // in words, "doc config ghost"
    file.capabilities = text_or_empty(rpmfilesFCaps(files.get(), i));
    free(path);
  }
  return out;
}

void check_classes(const PackageFile& package) {
  // Source packages, and those of some other tools, have no classes.
  const FilesPtr files = files_of(package);
  if (!files || headerIsEntry(package.header(), RPMTAG_CLASSDICT) == 0)
    return;
  static constexpr const char* k_complaints[] = {"can't read ", "cannot read ", "cannot open ",
                                                 "missing section headers at "};
  const int count = static_cast<int>(rpmfilesFC(files.get()));
  for (int i = 0; i < count; ++i) {
    char* path = rpmfilesFN(files.get(), i);
    const std::string name = text_or_empty(path);
    free(path);
    const std::string found = text_or_empty(rpmfilesFClass(files.get(), i));
    // Of most kinds of text rpm keeps nothing; of a module it does.
    const bool module = name.size() > 3 && name.compare(name.size() - 3, 3, ".ko") == 0;
    bool good = !module || found.compare(0, 4, "ELF ") == 0;
    for (const char* complaint : k_complaints)
      good = good && found.find(complaint) == std::string::npos;
    if (!good)
      throw Damage("rpmbuild could not read " + name + " to tell what it is", found);
  }
}

void unpack(const PackageFile& package, const ContentHandler& handler) {
  const FilesPtr files = files_of(package);
  if (!files || rpmfilesFC(files.get()) == 0)
    return;
  const FdPtr payload = package.open_payload();
  const IteratorPtr fi(rpmfiNewArchiveReader(payload.get(), files.get(), RPMFI_ITER_READ_ARCHIVE),
                       &rpmfiFree);
  if (!fi)
    throw Damage("its payload is not an archive", k_not_for_librpm);
  const bool classes = headerIsEntry(package.header(), RPMTAG_CLASSDICT) != 0;
  std::set<int> seen;
  int status = 0;
  while ((status = rpmfiNext(fi.get())) >= 0) {
    seen.insert(rpmfiFX(fi.get()));
    if (!S_ISREG(rpmfiFMode(fi.get())) || rpmfiArchiveHasContent(fi.get()) == 0)
      continue;
    const std::string path = text_or_empty(rpmfiFN(fi.get()));
    const std::string content = read_content(fi.get(), path, package.limit());
    check_digest(fi.get(), path, content);
    // Of kpb's own texts: what rpm keeps of a user's source or patch depends on more than its content.
    const bool own = path.find("/kpb/packages/") != std::string::npos;
    if (own && classes && !content.empty() &&
        text_or_empty(rpmfilesFClass(files.get(), rpmfiFX(fi.get()))).empty() &&
        has_kind_of_text(content))
      throw Damage("rpmbuild could not read " + path + " to tell what it is");
    handler(path, content);
  }
  if (status != RPMERR_ITER_END) {
    throw Damage("its payload cannot be read to the end", k_not_for_librpm);
  }
  const int count = static_cast<int>(rpmfilesFC(files.get()));
  for (int i = 0; i < count; ++i)
    if (seen.count(i) == 0 && (rpmfilesFFlags(files.get(), i) & RPMFILE_GHOST) == 0) {
      char* path = rpmfilesFN(files.get(), i);
      const std::string name = text_or_empty(path);
      free(path);
      throw Damage("the payload lacks " + name);
    }
}

} // namespace kpb::rpm
