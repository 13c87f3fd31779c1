// SPDX-License-Identifier: GPL-2.0-only
//
// See text_kind.hpp. libmagic comes with rpmbuild, which is linked to it; linking it here too would load
// its tables (7 MB) in every run for a case that needs a failing disk.
#include "text_kind.hpp"

#include <cstddef>
#include <dlfcn.h>
#include <string>

namespace kpb::rpm {

bool has_kind_of_text(std::string_view content) {
  void* library = ::dlopen("libmagic.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    return false;
  using Cookie = void*;
  const auto open = reinterpret_cast<Cookie (*)(int)>(::dlsym(library, "magic_open"));
  const auto load = reinterpret_cast<int (*)(Cookie, const char*)>(::dlsym(library, "magic_load"));
  const auto ask = reinterpret_cast<const char* (*)(Cookie, const void*, size_t)>(
      ::dlsym(library, "magic_buffer"));
  const auto close = reinterpret_cast<void (*)(Cookie)>(::dlsym(library, "magic_close"));
  if (open == nullptr || load == nullptr || ask == nullptr || close == nullptr)
    return false;
  Cookie cookie = open(0);
  std::string kind;
  if (cookie != nullptr && load(cookie, nullptr) == 0)
    if (const char* words = ask(cookie, content.data(), content.size()))
      kind = words;
  if (cookie != nullptr)
    close(cookie);
  // Older versions say "JSON data", of which rpm keeps nothing.
  return kind.find(" text") != std::string::npos;
}

} // namespace kpb::rpm
