// SPDX-License-Identifier: GPL-2.0-only
//
// The package document (docs/document.md): a tree addressed by JSON pointers, in which every field
// knows who set it. The JSON library stays inside document.cpp.
#ifndef KPB_CORE_MODEL_DOCUMENT_HPP
#define KPB_CORE_MODEL_DOCUMENT_HPP

#include "core/diag/diagnostic.hpp"
#include <kpb/sdk/pointer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

class Document {
public:
  enum class Kind { absent, null, boolean, integer, text, array, object };

  Document();
  ~Document();
  Document(const Document& other);
  Document& operator=(const Document& other);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  // Reading. A malformed path counts as absent. Views are valid until the next write.
  Kind kind(std::string_view path) const;
  bool has(std::string_view path) const { return kind(path) != Kind::absent; }
  std::string text(std::string_view path) const; // "" if it is not a text
  std::optional<std::string_view> text_view(std::string_view path) const;
  std::optional<int64_t> integer(std::string_view path) const;
  std::optional<bool> boolean(std::string_view path) const;
  size_t size(std::string_view path) const; // of an array or object, otherwise 0
  std::string key(std::string_view path, size_t index) const;
  std::vector<std::string> texts(std::string_view path) const;

  // Writing. Objects and arrays on the way are created ("-" appends; a number addresses an existing
  // element or the one after the last). False if the path is malformed or leads through a scalar.
  // Callers check that text is UTF-8; if it is not, it is repaired here rather than lost.
  bool put_text(std::string_view path, std::string_view value, std::string_view setter);
  bool put_integer(std::string_view path, int64_t value, std::string_view setter);
  bool put_boolean(std::string_view path, bool value, std::string_view setter);
  bool put_null(std::string_view path, std::string_view setter);
  bool put_array(std::string_view path, std::string_view setter); // empty, unless it exists
  // Appends an empty object to the array at `path` and returns its index.
  std::optional<size_t> append(std::string_view path, std::string_view setter);
  bool remove(std::string_view path);
  // A copy of a whole document, with its provenance as the member "provenance".
  bool put_document(std::string_view path, const Document& other, std::string_view setter);

  // Who set the field at `path`; "" if unknown.
  std::string provenance(std::string_view path) const;

  // JSON with an indent of two spaces, members in the order in which they were set, provenance
  // last.
  std::string dump(bool with_provenance = true) const;
  // Parses what dump() writes. Returns nothing, with an error at `where`, if the text is not such a
  // document. `schema` is what the document must say it is; "" accepts anything.
  static std::optional<Document> parse(std::string_view json, const std::string& where,
                                       DiagnosticSink& sink,
                                       const std::string& schema = "kpb.package/1");

private:
  struct Tree;
  std::unique_ptr<Tree> m_tree;
};

} // namespace kpb

#endif
