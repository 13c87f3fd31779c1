// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as a plugin's note, and as the file that contains one: a reason that can be shown, or a
// note with everything that messages about it need.
#include "core/base/text.hpp"
#include "core/plugin/note.hpp"
#include "fuzz.hpp"

#include <sys/mman.h>
#include <unistd.h>

using kpb_fuzz::require;

namespace {

void check(const tl::expected<kpb::PluginNote, std::string>& note) {
  if (!note) {
    require(!note.error().empty(), "a refusal has a reason");
    require(!kpb::first_control_byte(note.error(), false), "that can be shown");
    return;
  }
  require(!note->id.empty() && !note->version.empty(), "who it is");
  for (const kpb::PluginOffer& offer : note->offers)
    require(!offer.name.empty(), "an offer has a name");
  for (const std::string& mismatch : kpb::plugin_mismatches(*note))
    require(!kpb::first_control_byte(mismatch, false), "a mismatch can be shown");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = kpb_fuzz::text_of(data, size);
  check(kpb::parse_plugin_note(bytes));
  static const int file = ::memfd_create("note_fuzz", MFD_CLOEXEC);
  require(::ftruncate(file, 0) == 0, "a file in memory");
  require(::pwrite(file, bytes.data(), size, 0) == static_cast<ssize_t>(size), "of these bytes");
  check(kpb::read_plugin_note(file));
  return 0;
}
