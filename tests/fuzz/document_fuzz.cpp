// SPDX-License-Identifier: GPL-2.0-only
//
// Any text as a document: one input error, or a tree that can be walked and that is unchanged after
// writing and reading, including provenance. Then its lines as paths to write to.
#include "core/base/text.hpp"
#include "core/model/document.hpp"
#include "fuzz.hpp"

using kpb::Document;
using kpb_fuzz::require;

namespace {

void walk(const Document& d, const std::string& path, size_t depth) {
  require(depth <= 17, "depth is bounded");
  const auto kind = d.kind(path);
  require(d.text_view(path).has_value() == (kind == Document::Kind::text), "text is text");
  require(d.integer(path).has_value() == (kind == Document::Kind::integer), "integers too");
  require(d.boolean(path).has_value() == (kind == Document::Kind::boolean), "booleans too");
  (void)d.provenance(path);
  for (size_t i = 0; i < d.size(path); ++i) {
    const std::string key = kind == Document::Kind::array ? std::to_string(i) : d.key(path, i);
    // Members that cannot be addressed exist too: an empty name, or one that is too long.
    const std::string at =
        path + "/" + kpb::replace_all(kpb::replace_all(key, "~", "~0"), "/", "~1");
    if (!key.empty() && at.size() <= 512 && d.has(at))
      walk(d, at, depth + 1);
  }
}

void check_fixed_point(const Document& document) {
  const std::string json = document.dump();
  kpb::CollectingSink sink;
  const auto again = Document::parse(json, "again", sink);
  require(again.has_value(), "what was written can be read");
  require(again->dump() == json, "and written again, equal");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = kpb_fuzz::text_of(data, size);
  kpb::CollectingSink sink;
  auto document = Document::parse(text, "x.json", sink);
  require(document.has_value() == sink.all().empty(), "a document, or an error");
  require(document || sink.all().size() == 1, "one error");
  if (!document) {
    document.emplace();
    document->put_text("/schema", "kpb.package/1", "kpb");
  }
  walk(*document, "", 0);
  check_fixed_point(*document);
  size_t number = 0;
  for (const std::string& line : kpb::split(text.substr(0, 4096), '\n')) {
    const std::string before = document->dump();
    const bool done = number % 3 == 0   ? document->put_text(line, line, line)
                      : number % 3 == 1 ? document->append(line, "appended").has_value()
                                        : document->remove(line);
    require(done || document->dump() == before, "a refusal changes nothing");
    if (done && number % 3 == 0 && !line.ends_with("/-") && kpb::is_valid_utf8(line))
      require(line.find("/-/") != std::string::npos || document->text(line) == line,
              "what was put is there");
    ++number;
  }
  if (document->text("/schema") == "kpb.package/1" && !document->has("/provenance"))
    check_fixed_point(*document);
  return 0;
}
