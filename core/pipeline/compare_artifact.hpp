// SPDX-License-Identifier: GPL-2.0-only
//
// A package document against what an artifact really holds. One way to do it, for two callers: the pass
// `verify`, which has the document of the build, and `kpb verify`, which has the manifest in the package.
#ifndef KPB_CORE_PIPELINE_COMPARE_ARTIFACT_HPP
#define KPB_CORE_PIPELINE_COMPARE_ARTIFACT_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"
#include "core/model/document.hpp"

#include <map>
#include <optional>
#include <string>

namespace kpb {

// What a backend's read_back() told of an artifact.
struct ReadBack {
  Document facts;
  std::map<std::string, std::string>
      digests; // SHA-256 by path, of content that the artifact carries
};

// Where differences go. All of them are reported, each once.
class Comparison {
public:
  // `where` is the artifact, `witness` what it is compared with ("the document"), `hint` what to do.
  Comparison(std::string where, std::string witness, std::string hint, DiagnosticSink& sink)
      : m_where(std::move(where)), m_witness(std::move(witness)), m_hint(std::move(hint)),
        m_sink(sink) {}

  bool equal(const std::string& what, const std::string& found, const std::string& wanted);
  bool differ(const std::string& what, const std::string& why);
  // Something that no document can say.
  bool extra(const std::string& what);
  const std::string& witness() const { return m_witness; }
  bool good() const { return m_good; }

private:
  bool refuse(const char* code, const std::string& what, const std::string& why);

  std::string m_where;
  std::string m_witness;
  std::string m_hint;
  DiagnosticSink& m_sink;
  bool m_good = true;
};

// The document as a format has it: with what the backend says (/artifacts/N of `told`) that its format
// makes of texts and relations that it cannot hold as they are, and the files that it adds by itself. An
// artifact that lies beside the one that was asked for has none of the document's files.
Document effective_document(const Document& document, const Document& told, size_t n);

// Every field of /package, no scripts, and nothing beyond the document (/extras).
void compare_header(Comparison& compare, const Document& facts, const Document& document);

// Of a package that a source package made: what its module's functions were to add to the relations.
void add_function_relations(Comparison& compare, const ModuleFacts& facts, Document& d);
// Exactly the document's relations.
void compare_relations(Comparison& compare, const Document& facts, const Document& document);

// SHA-256 by path; nothing for a file that the document cannot know: a module that the package's own
// build made.
using WantedFiles = std::map<std::string, std::optional<std::string>>;

// Exactly the document's files. With content: each byte for byte, a plain file 0644 or a directory 0755,
// root's, with nothing else about it.
void compare_files(Comparison& compare, const ReadBack& read, const Document& document,
                   const WantedFiles& wanted, bool with_content);

// What the document says of /modules/0 that the module's file tells too.
void compare_module(Comparison& compare, const ModuleFacts& facts, const std::string& path,
                    const std::string& sha256, const Document& document);

} // namespace kpb

#endif
