// SPDX-License-Identifier: GPL-2.0-only
//
// Reads the maps of a manifest. A key that is asked for is known, every other key is a mistake, and
// each mistake is reported with its place. Reading continues after a mistake, so that all of them
// are reported at once.
#ifndef KPB_CORE_MANIFEST_FIELDS_HPP
#define KPB_CORE_MANIFEST_FIELDS_HPP

#include "core/manifest/manifest.hpp"

#include <functional>
#include <string>
#include <vector>

namespace kpb {

// Adds a place to errors that have none, and remembers that there was an error.
class PlacedSink final : public DiagnosticSink {
public:
  PlacedSink(std::string file, DiagnosticSink& to) : m_file(std::move(file)), m_to(to) {}
  void report(Diagnostic diagnostic) override;
  bool refuse(YamlPlace place, Diagnostic error);
  // Runs a check that reports errors without a place.
  template <class Check> bool at(YamlPlace place, Check check) {
    m_place = place;
    const bool good = check(static_cast<DiagnosticSink&>(*this));
    m_place = {};
    return good;
  }
  bool good() const { return m_errors == 0; }
  const std::string& file() const { return m_file; }

private:
  std::string m_file;
  DiagnosticSink& m_to;
  YamlPlace m_place;
  size_t m_errors = 0;
};

class MapFields {
public:
  // `what` is for messages: "a package". If the node is not a map, that is reported and all fields
  // are absent.
  MapFields(const YamlNode& node, std::string what, PlacedSink& sink);

  // The value of a key, or null. A key without a value is reported and also gives null.
  const YamlNode* field(const char* key);
  std::optional<std::string> text(const char* key);
  std::optional<bool> boolean(const char* key);
  // A list of texts, each with its place. With `single`, one text is accepted as a list of one.
  std::vector<KernelWord> words(const char* key, bool single = false);
  // A map of texts.
  std::map<std::string, std::string> texts(const char* key);
  const YamlNode* list(const char* key);
  YamlPlace place() const { return m_node.place; }
  YamlPlace place_of(const char* key) const;
  bool has(const char* key) const;
  // Reports every key that was not asked for.
  void finish();

private:
  const YamlNode& m_node;
  std::string m_what;
  PlacedSink& m_sink;
  bool m_is_map;
  std::vector<std::string> m_asked;
};

} // namespace kpb

#endif
