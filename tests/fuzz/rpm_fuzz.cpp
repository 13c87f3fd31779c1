// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as an RPM, through kpb's reader and librpm: refused with a reason, or read with results that meet what the
// callers rely on. librpm reads files, so the bytes are one, in memory.
#include "fuzz.hpp"
#include "plugins/rpm/read_back.hpp"

#include <kpb/sdk.hpp>

#include <cstring>
#include <map>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using kpb_fuzz::require;

namespace {

struct Heard {
  std::map<std::string, std::string> texts;
  std::map<std::string, size_t> sizes;

  static Heard& of(void* ctx) { return *static_cast<Heard*>(ctx); }
  static std::string text_of(kpb_str text) { return std::string(kpb::sdk::from_abi(text)); }

  kpb_sink sink() {
    kpb_sink made{};
    made.ctx = this;
    made.put = [](void* ctx, kpb_str path, const kpb_value* value) -> kpb_status {
      of(ctx).texts[text_of(path)] = value->kind == KPB_KIND_TEXT ? text_of(value->text) : "";
      return KPB_OK;
    };
    made.append = [](void* ctx, kpb_str path, size_t* index) -> kpb_status {
      *index = of(ctx).sizes[text_of(path)]++;
      return KPB_OK;
    };
    made.remove = [](void*, kpb_str) -> kpb_status { return KPB_OK; };
    made.file = [](void*, kpb_str, kpb_str) -> kpb_status { return KPB_OK; };
    made.diagnostic = [](void*, const kpb_diagnostic*) {};
    return made;
  }
};

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("x.rpm", MFD_CLOEXEC);
  require(fd >= 0 && write(fd, data, size) == static_cast<ssize_t>(size), "a file of the bytes");
  Heard heard;
  const kpb_sink sink = heard.sink();
  kpb_host host{};
  host.get_service = [](const kpb_host*, const char*) -> const void* { return nullptr; };
  const kpb::sdk::Host none(&host);
  bool good = true;
  try {
    kpb::rpm::read_back_package(none, "/proc/self/fd/" + std::to_string(fd), kpb::sdk::Sink(&sink));
  } catch (const kpb::sdk::Error& error) {
    require(*error.what() != '\0', "a refusal has a reason");
    good = false;
  }
  close(fd);
  if (!good)
    return 0;
  require(heard.texts.count("/scripts") == 1, "whether something runs");
  for (size_t i = 0; i < heard.sizes["/files"]; ++i)
    require(heard.texts["/files/" + std::to_string(i) + "/mode"].size() == 4,
            "modes are four digits");
  return 0;
}
