// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as a deb and as a control file: refused with a reason, or read with results that meet
// what the callers rely on. The corpus contains uncompressed debs, so that mutations reach their
// content.
#include "fuzz.hpp"
#include "plugins/common/package_text/reading.hpp"
#include "plugins/deb/control_reader.hpp"
#include "plugins/deb/read_back.hpp"

#include <kpb/sdk.hpp>

#include <map>
#include <set>
#include <string>

using kpb_fuzz::require;

namespace {

// Receives what read_back reports, like kpb, and checks its form.
struct Heard {
  std::map<std::string, std::string> texts;
  std::map<std::string, size_t> sizes;
  std::set<std::string> files;

  static Heard& of(void* ctx) { return *static_cast<Heard*>(ctx); }
  static std::string text_of(kpb_str text) { return std::string(kpb::sdk::from_abi(text)); }

  kpb_sink sink() {
    kpb_sink made{};
    made.ctx = this;
    made.put = [](void* ctx, kpb_str path, const kpb_value* value) -> kpb_status {
      require(value->kind == KPB_KIND_TEXT || value->kind == KPB_KIND_INTEGER ||
                  value->kind == KPB_KIND_BOOLEAN,
              "a value of a kind that can be put");
      of(ctx).texts[text_of(path)] = value->kind == KPB_KIND_TEXT ? text_of(value->text) : "";
      return KPB_OK;
    };
    made.append = [](void* ctx, kpb_str path, size_t* index) -> kpb_status {
      *index = of(ctx).sizes[text_of(path)]++;
      return KPB_OK;
    };
    made.remove = [](void*, kpb_str) -> kpb_status { return KPB_OK; };
    made.file = [](void* ctx, kpb_str name, kpb_str) -> kpb_status {
      of(ctx).files.insert(text_of(name));
      return KPB_OK;
    };
    made.diagnostic = [](void*, const kpb_diagnostic*) {};
    return made;
  }
};

void read(std::string_view bytes) {
  Heard heard;
  const kpb_sink sink = heard.sink();
  try {
    kpb::deb::read_back_bytes(bytes, kpb::sdk::Sink(&sink));
  } catch (const kpb::sdk::Error& error) {
    require(*error.what() != '\0', "a refusal has a reason");
    return;
  } catch (const kpb::package_text::Damage& damage) {
    require(*damage.what() != '\0', "damage has a reason");
    return;
  }
  require(!heard.texts["/name"].empty() && !heard.texts["/version"].empty(), "who it is");
  require(heard.texts.count("/scripts") == 1, "whether something runs");
  for (size_t i = 0; i < heard.sizes["/files"]; ++i) {
    const std::string at = "/files/" + std::to_string(i);
    require(heard.texts[at + "/path"].substr(0, 1) == "/", "paths are absolute");
    require(heard.texts[at + "/mode"].size() == 4, "modes are four digits");
    require(!heard.texts[at + "/owner"].empty(), "files have an owner");
  }
  for (const auto& file : heard.files)
    require(file.substr(0, 1) == "/", "so are those with content");
}

void read_control(std::string_view text) {
  try {
    const kpb::deb::ControlFile control(text);
    std::set<std::string> names;
    for (const auto& [name, value] : control.fields())
      require(names.insert(name).second, "a field is there once");
    for (const auto& relation : kpb::deb::relations_of(control))
      require(!relation.name.empty(), "a relation is to somebody");
  } catch (const kpb::package_text::Damage& damage) {
    require(*damage.what() != '\0', "damage has a reason");
  }
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = kpb_fuzz::text_of(data, size);
  read(bytes);
  read_control(bytes);
  return 0;
}
