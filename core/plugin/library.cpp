// SPDX-License-Identifier: GPL-2.0-only
//
// The one file that includes Boost.DLL. rtld_now, so that a plugin with an undefined symbol is refused now and does not
// crash later; rtld_local, so that equal symbols of two plugins do not collide. The overload that throws is used
// because only the exception has dlerror's text.
#include "core/plugin/library.hpp"

#include "core/base/result.hpp"
#include "core/base/text.hpp"
#include "core/plugin/call_guard.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include <cerrno>
#include <cstring>
#include <deque>

namespace kpb {

namespace {

// All libraries that were opened. They are never closed, not even at exit, because a library that a plugin is
// linked with (librpm, for example) may still have something to do there.
boost::dll::shared_library& new_handle() {
  static auto* all = new std::deque<boost::dll::shared_library>;
  return all->emplace_back();
}

constexpr const char* k_rebuild =
    "rebuild the plugin against the kpb-sdk of this kpb, or update kpb";

std::string c_text(const char* text) { return text == nullptr ? "(none)" : text; }

// The entry must say what the note said: the note is what was judged.
std::vector<std::string> entry_mismatches(const kpb_plugin_entry_t& entry, const PluginNote& note) {
  std::vector<std::string> out;
  // The struct may grow at its end; a plugin of ABI 1.0 has these bytes and stays welcome.
  constexpr size_t k_size_1_0 = 40;
  if (entry.size < k_size_1_0) {
    out.push_back("its entry has " + std::to_string(entry.size) + " bytes, ABI 1.0 has " +
                  std::to_string(k_size_1_0));
    return out; // what follows cannot be read
  }
  if (entry.abi_major != note.abi_major || entry.abi_minor != note.abi_minor)
    out.push_back("its entry says ABI " + std::to_string(entry.abi_major) + "." +
                  std::to_string(entry.abi_minor) + ", its note " + std::to_string(note.abi_major) +
                  "." + std::to_string(note.abi_minor));
  if (c_text(entry.id) != note.id)
    out.push_back("its entry says id " + shown(c_text(entry.id)) + ", its note " + shown(note.id));
  if (c_text(entry.version) != note.version)
    out.push_back("its entry says version " + shown(c_text(entry.version)) + ", its note " +
                  shown(note.version));
  if (entry.get_interface == nullptr)
    out.emplace_back("its entry has no get_interface");
  return out;
}

// Boost wraps dlerror's text: "boost::dll::shared_library::load() failed (dlerror system message:
// /proc/self/fd/7: undefined symbol: x): Bad file descriptor". Only the text in the middle helps, and the user knows the
// plugin by its path.
std::string dlerror_text(std::string text, int fd) {
  const std::string mark = "dlerror system message: ";
  const size_t start = text.find(mark);
  const size_t end = text.rfind("): ");
  if (start != std::string::npos && end != std::string::npos && end > start)
    text = text.substr(start + mark.size(), end - start - mark.size());
  return replace_all(std::move(text), "/proc/self/fd/" + std::to_string(fd), "the file");
}

} // namespace

std::string shown_plugin(const std::string& path, const PluginNote& note) {
  return "plugin " + escape_control(path) + " (" + note.id + " " + note.version + ")";
}

std::string PluginLibrary::shown() const { return shown_plugin(m_path, m_note); }

std::shared_ptr<const PluginLibrary>
PluginLibrary::load(int fd, const std::string& path, const PluginNote& note, DiagnosticSink& sink) {
  std::shared_ptr<PluginLibrary> library(new PluginLibrary);
  library->m_path = path;
  library->m_note = note;
  auto& handle = new_handle();
  const auto refuse = [&](const std::string& what, const std::string& why,
                          const std::string& hint) {
    fail(sink, {.fault = Fault::plugin,
                .code = "plugin-load",
                .where = shown_plugin(path, note),
                .what = what,
                .why = why,
                .hint = hint});
    return nullptr;
  };
  try {
    const CallGuard guard(shown_plugin(path, note), "loading it");
    handle.load("/proc/self/fd/" + std::to_string(fd),
                boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& error) {
    // The dynamic loader opens the libraries that the plugin needs. If it cannot, only its text says why.
    for (const int number : {EMFILE, ENFILE})
      if (std::strstr(error.what(), std::strerror(number)) != nullptr) {
        fail(sink, {.fault = Fault::environment,
                    .code = "no-descriptors",
                    .where = shown_plugin(path, note),
                    .what = "cannot be loaded",
                    .why = SystemError{number, "", ""}.reason(),
                    .hint = k_more_descriptors});
        return nullptr;
      }
    return refuse("cannot be loaded", dlerror_text(error.what(), fd),
                  "a missing symbol or GLIBC version means that it was built for another system; "
                  "rebuild it here");
  }
  if (!handle.has(KPB_PLUGIN_ENTRY_SYMBOL))
    return refuse("cannot be used", "it does not export " KPB_PLUGIN_ENTRY_SYMBOL,
                  "export it with KPB_EXPORT_PLUGIN and build with kpb_add_plugin()");
  library->m_entry = &handle.get<const kpb_plugin_entry_t>(KPB_PLUGIN_ENTRY_SYMBOL);
  if (const auto wrong = entry_mismatches(*library->m_entry, note); !wrong.empty())
    return refuse("cannot be used", join(wrong, "; "), k_rebuild);
  return library;
}

} // namespace kpb
