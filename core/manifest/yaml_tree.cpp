// SPDX-License-Identifier: GPL-2.0-only
//
// See yaml_tree.hpp. Uses yaml-cpp's events instead of its nodes: the latter accept duplicate keys,
// unterminated quotes and second documents, expand aliases, and lose the place of most values. Here
// all of that is noticed event by event, before anything can grow.
#include "core/manifest/yaml_tree.hpp"

#include "core/base/text.hpp"
#include "core/manifest/yaml_text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_map>
#include <utility>

namespace kpb {

namespace {

struct Refusal {
  std::string code;
  YamlPlace place;
  std::string what, why, hint;
};

// yaml-cpp's words, in those of a reader of YAML; it says "bad file" if there are more than 500 levels.
std::string yaml_reason(const std::string& said) {
  namespace msg = YAML::ErrorMsg;
  static const std::pair<std::string_view, const char*> k_words[] = {
      {msg::BAD_FILE, "it is nested too deeply"},
      {msg::END_OF_MAP, "the map that was begun does not go on, or is indented otherwise"},
      {msg::END_OF_MAP_FLOW, "the map that '{' began is not closed"},
      {msg::END_OF_SEQ, "the list that was begun does not go on, or is indented otherwise"},
      {msg::END_OF_SEQ_FLOW, "the list that '[' began is not closed"},
      {msg::FLOW_END, "a bracket is closed that was not opened"},
      {msg::MAP_VALUE, "there cannot be a ':' here"},
      {msg::BLOCK_ENTRY, "there cannot be an entry of a list here"},
      {msg::UNKNOWN_TOKEN, "no value can begin so"},
      {msg::DOC_IN_SCALAR, "a document begins in a quoted text"},
      {msg::EOF_IN_SCALAR, "a quoted text is not closed"},
      {msg::CHAR_IN_SCALAR, "no text can begin so"},
      {msg::TAB_IN_INDENTATION, "a line is indented with a tab"}};
  for (const auto& [theirs, ours] : k_words)
    if (said == theirs)
      return ours;
  return "it does not fit what stands before it";
}

Refusal alias_refusal(YamlPlace place) {
  return {"manifest-alias", place, "there is an alias ('*')",
          "aliases are refused, so that every line shows its own value", "write the value itself"};
}

// Converts byte offsets to places; fast if offsets mostly increase.
class Places {
public:
  explicit Places(std::string_view text) : m_text(text) {}
  YamlPlace at(size_t offset) {
    offset = std::min(offset, m_text.size());
    if (offset < m_offset) {
      m_offset = 0;
      m_place = {1, 1};
    }
    for (; m_offset < offset; ++m_offset) {
      const char c = m_text[m_offset];
      if (c == '\n')
        m_place = {m_place.line + 1, 1};
      else if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U)
        ++m_place.column;
    }
    return m_place;
  }

private:
  std::string_view m_text;
  size_t m_offset = 0;
  YamlPlace m_place{1, 1};
};

class TreeMaker final : public YAML::EventHandler {
public:
  TreeMaker(std::string_view text, Places& places) : m_text(text), m_places(places) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++m_documents > 1)
      throw Refusal{"manifest-second-document", place(mark), "there is more than one document",
                    "a manifest is one document",
                    "remove what follows, and any '---' in front of it"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(YamlNode::Kind::none, mark, {});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw alias_refusal(place(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    if (tag != "!" && tag != "?")
      refuse_tag(mark);
    if (tag == "!")
      check_quoted(mark);
    if (value.size() > k_max_manifest_text)
      throw Refusal{"manifest-too-large", place(mark), "a value is longer than 64 KiB", "", ""};
    add(YamlNode::Kind::text, mark, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { m_open.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { m_open.pop_back(); }

  YamlNode take_root() { return std::move(m_root); }
  int documents() const { return m_documents; }

private:
  struct Open {
    YamlNode* node;
    std::unordered_map<std::string, YamlPlace> keys; // of a map
  };

  YamlPlace place(const YAML::Mark& mark) {
    return m_places.at(mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos));
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      throw Refusal{"manifest-anchor", place(mark), "there is an anchor ('&')",
                    "anchors are refused, so that every line shows its own value", "leave it out"};
  }
  [[noreturn]] void refuse_tag(const YAML::Mark& mark) {
    throw Refusal{"manifest-tag", place(mark), "there is a tag ('!')",
                  "tags are refused: every value is text", "leave it out"};
  }
  void check_quoted(const YAML::Mark& mark) {
    const auto at = static_cast<size_t>(mark.pos);
    const char first = at < m_text.size() ? m_text[at] : '\0';
    if (first == '!')
      refuse_tag(mark);
    if ((first == '"' || first == '\'') && end_of_quoted(m_text, at) == std::string::npos)
      throw Refusal{"manifest-quote", place(mark), "the quote that begins here is not closed", "",
                    "close the quote on the same line"};
  }
  void begin(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    if (!tag.empty() && tag != "?")
      refuse_tag(mark);
    if (m_open.size() >= k_max_manifest_depth)
      throw Refusal{"manifest-too-deep", place(mark), "it is nested deeper than 16 levels", "", ""};
    YamlNode* node = add(kind, mark, {});
    m_open.push_back({node, {}});
  }
  YamlNode* add(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& text) {
    if (++m_values > k_max_manifest_values)
      throw Refusal{"manifest-too-large", place(mark), "there are more than 200,000 values", "",
                    "name the kernels once, and use patterns: kernels: [\"el9*\"]"};
    YamlNode node;
    node.kind = kind;
    node.place = place(mark);
    node.text = text;
    if (m_open.empty()) {
      m_root = std::move(node);
      return &m_root;
    }
    Open& open = m_open.back();
    if (open.node->kind == YamlNode::Kind::map && open.node->items.size() % 2 == 0)
      check_key(open, node);
    open.node->items.push_back(
        std::move(node)); // only its parent is open, so nothing points into it
    return &open.node->items.back();
  }
  void check_key(Open& open, const YamlNode& key) {
    if (key.kind != YamlNode::Kind::text)
      throw Refusal{"manifest-key", key.place, "a key is not a text", "",
                    "a key is a word followed by ':'"};
    if (key.text == "<<")
      throw Refusal{"manifest-alias", key.place, "there is a merge key ('<<')",
                    "merge keys are refused, so that every line shows its own value",
                    "write the value itself"};
    const auto [first, fresh] = open.keys.emplace(key.text, key.place);
    if (!fresh)
      throw Refusal{"manifest-key-twice", key.place, "the key " + shown(key.text) + " occurs twice",
                    "it is also in line " + std::to_string(first->second.line) + " already",
                    "leave one out"};
  }

  std::string_view m_text;
  Places& m_places;
  YamlNode m_root;
  std::vector<Open> m_open;
  size_t m_values = 0;
  int m_documents = 0;
};

} // namespace

std::string place_text(const std::string& file, YamlPlace place) {
  return escape_control(file) + ":" + std::to_string(place.line) + ":" +
         std::to_string(place.column);
}

std::optional<YamlNode> read_yaml(std::string_view text, const std::string& file,
                                  DiagnosticSink& sink) {
  const auto checked = check_yaml_text(text, file, sink);
  if (!checked)
    return std::nullopt;
  const auto refuse = [&](const Refusal& r) {
    fail(sink, {.fault = Fault::input,
                .code = r.code,
                .where = place_text(file, r.place),
                .what = r.what,
                .why = r.why,
                .hint = r.hint});
    return std::nullopt;
  };
  Places places(*checked);
  TreeMaker maker(*checked, places);
  try {
    std::istringstream stream(*checked);
    YAML::Parser parser(stream);
    // Anything after the first document is reported as a second one.
    while (parser.HandleNextDocument(maker)) {
    }
    return maker.take_root();
  } catch (const Refusal& r) {
    return refuse(r);
  } catch (const YAML::Exception& error) {
    const YamlPlace place = places.at(error.mark.pos < 0 ? 0 : static_cast<size_t>(error.mark.pos));
    if (error.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR)
      return refuse(alias_refusal(place));
    return refuse(
        {"manifest-yaml", place, "from here on, it is not valid YAML", yaml_reason(error.msg),
         "check that the previous line is complete and that the indentation is consistent"});
  }
}

} // namespace kpb
