// SPDX-License-Identifier: GPL-2.0-only
//
// See libraries.hpp. Where ld.so(8) would look is looked at here first, with the rule for paths: DT_RPATH,
// DT_RUNPATH and the names of DT_NEEDED, of the plugin and of every library that is found that way. Nobody else can
// change a path that passed, so the loader finds the same.
#include "core/plugin/libraries.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace kpb {

namespace {

constexpr size_t k_most_segments = 128;
constexpr size_t k_most_bytes = 16U << 20U; // of a dynamic section, or its strings
constexpr size_t k_most_libraries = 256;

struct Dynamic {
  std::vector<std::string> needed;
  std::vector<std::string> paths; // entries of DT_RPATH and DT_RUNPATH
};

bool read_at(int fd, void* to, size_t size, uint64_t offset) {
  return ::pread(fd, to, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

std::optional<std::string> bytes_at(int fd, uint64_t offset, uint64_t size) {
  std::string out;
  if (size > k_most_bytes)
    return std::nullopt;
  out.resize(size);
  return read_at(fd, out.data(), out.size(), offset) ? std::optional(std::move(out)) : std::nullopt;
}

// Nothing if it cannot be read: then the loader could not read it either, or reads it otherwise than we do.
std::optional<Dynamic> read_dynamic(int fd) {
  Elf64_Ehdr header;
  if (!read_at(fd, &header, sizeof header, 0) ||
      std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum > k_most_segments)
    return std::nullopt;
  std::vector<Elf64_Phdr> segments(header.e_phnum);
  if (!read_at(fd, segments.data(), segments.size() * sizeof(Elf64_Phdr), header.e_phoff))
    return std::nullopt;
  const auto is_dynamic = [](const Elf64_Phdr& s) { return s.p_type == PT_DYNAMIC; };
  const auto segment = std::find_if(segments.begin(), segments.end(), is_dynamic);
  if (segment == segments.end())
    return Dynamic{};
  const auto bytes = bytes_at(fd, segment->p_offset, segment->p_filesz);
  if (!bytes)
    return std::nullopt;
  std::vector<Elf64_Dyn> entries(bytes->size() / sizeof(Elf64_Dyn));
  if (!entries.empty())
    std::memcpy(entries.data(), bytes->data(), entries.size() * sizeof(Elf64_Dyn));
  uint64_t address = 0, size = 0;
  const auto end = std::find_if(entries.begin(), entries.end(),
                                [](const Elf64_Dyn& e) { return e.d_tag == DT_NULL; });
  entries.erase(end, entries.end());
  for (const auto& e : entries) {
    address = e.d_tag == DT_STRTAB ? e.d_un.d_ptr : address;
    size = e.d_tag == DT_STRSZ ? e.d_un.d_val : size;
  }
  std::optional<std::string> strings;
  for (const auto& s : segments)
    if (s.p_type == PT_LOAD && address >= s.p_vaddr && address - s.p_vaddr < s.p_filesz)
      strings = bytes_at(fd, s.p_offset + (address - s.p_vaddr), size);
  Dynamic out;
  for (const auto& e : entries) {
    const bool path = e.d_tag == DT_RPATH || e.d_tag == DT_RUNPATH;
    // Audit libraries and filters are code that is loaded, too; kpb has no use for them.
    if (e.d_tag == DT_AUDIT || e.d_tag == DT_DEPAUDIT || e.d_tag == DT_AUXILIARY ||
        e.d_tag == DT_FILTER)
      return std::nullopt;
    if (!path && e.d_tag != DT_NEEDED)
      continue;
    if (!strings || e.d_un.d_val >= strings->size())
      return std::nullopt;
    const std::string text = strings->c_str() + e.d_un.d_val;
    if (!path)
      out.needed.push_back(text);
    else
      for (const auto& entry : split(text, ':'))
        out.paths.push_back(entry);
  }
  return out;
}

class Search {
public:
  // `directory`: where the file lies, for $ORIGIN; "" for the plugin, which the loader opens by its descriptor and
  // for which $ORIGIN therefore leads nowhere.
  bool judge(int fd, const std::string& name, const std::string& directory,
             std::vector<std::string> inherited) {
    auto dynamic = read_dynamic(fd);
    if (!dynamic)
      return refuse({name + " has a dynamic section that kpb does not read"});
    std::vector<std::string> paths;
    for (const auto& entry : dynamic->paths)
      if (!add_path(name, entry, directory, paths))
        return false;
    paths.insert(paths.end(), inherited.begin(), inherited.end());
    return std::all_of(dynamic->needed.begin(), dynamic->needed.end(),
                       [&](const std::string& needed) { return find(name, needed, paths); });
  }
  Distrust why;

private:
  bool refuse(Distrust distrust) {
    why = std::move(distrust);
    return false;
  }

  bool add_path(const std::string& name, std::string entry, const std::string& origin,
                std::vector<std::string>& paths) {
    for (const char* token : {"${ORIGIN}", "$ORIGIN"})
      if (entry.find(token) != std::string::npos) {
        if (origin.empty())
          return true;
        entry = replace_all(std::move(entry), token, origin);
      }
    if (entry.empty() || entry[0] != '/' || entry.find('$') != std::string::npos)
      return refuse({name + " has the run path " + shown(entry) + ", which is not an absolute path",
                     0, true});
    // What does not exist yet must be nobody else's to make.
    std::string place = entry;
    struct stat st {};
    while (place.size() > 1 && ::lstat(place.c_str(), &st) != 0 && errno == ENOENT)
      place = parent_path(place);
    auto opened = open_trusted_path(place, Wanted::tree);
    if (!opened)
      return refuse(by(name, "the run path " + shown(entry), opened.error()));
    if (place == entry)
      paths.push_back(entry);
    return true;
  }

  static Distrust by(const std::string& name, const std::string& what, const Distrust& why) {
    return {name + " needs " + what + ": " + why.why, why.number, why.others, why.place};
  }

  bool find(const std::string& name, const std::string& needed,
            const std::vector<std::string>& paths) {
    const bool is_path = needed.find('/') != std::string::npos;
    if (is_path && needed[0] != '/')
      return refuse(
          {name + " needs " + shown(needed) + ", which is not an absolute path", 0, true});
    if (is_path)
      return judge_file(name, needed, paths);
    for (const auto& directory : paths) {
      const std::string path = directory + "/" + needed;
      struct stat st {};
      if (::lstat(path.c_str(), &st) == 0)
        return judge_file(name, path, paths);
    }
    return true; // the system's
  }

  bool judge_file(const std::string& name, const std::string& path,
                  const std::vector<std::string>& paths) {
    auto opened = open_trusted_path(path, Wanted::file);
    if (!opened)
      return refuse(by(name, shown(path), opened.error()));
    if (!m_seen.insert(opened->path()).second)
      return true;
    if (m_seen.size() > k_most_libraries)
      return refuse({name + " needs more libraries than kpb looks at"});
    return judge(opened->fd(), "library " + escape_control(opened->path()), parent_path(path),
                 paths);
  }

  std::set<std::string> m_seen;
};

} // namespace

Distrust distrust_of_libraries(int plugin) {
  Search search;
  return search.judge(plugin, "it", "", {}) ? Distrust{} : search.why;
}

} // namespace kpb
