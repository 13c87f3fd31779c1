// SPDX-License-Identifier: GPL-2.0-only
//
// See store_files.hpp. What the package says about itself (modules.conf, then manifest.json, which describes all
// the others) is made here; the rest was read or built before.
#include "core/pipeline/store_files.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/build.hpp"
#include "core/pipeline/manifest.hpp"
#include "core/pipeline/policies.hpp"
#include <kpb/sdk/views.hpp>

#include <map>
#include <set>

namespace kpb {

namespace {

// What a file holds.
struct Content {
  std::string_view bytes;
  std::string sha256;
  // Made here, of the document: it does not outlive this pass, and its digest cannot be in the document.
  bool made_here = false;
};

class FileStore {
public:
  FileStore(Build& build, Variant& variant)
      : m_build(build), m_variant(variant), m_document(variant.document), m_out(m_document, "kpb") {
    for (const auto& source : views::sources(m_document)) {
      m_names.insert(source.name);
      m_stored.emplace(source.sha256, source.stored);
    }
  }

  bool run() {
    std::vector<std::string> manifests;
    for (size_t i = 0; i < m_document.size(fields::files); ++i) {
      const std::string at = pointer(fields::files, i);
      const auto file = views::read<views::File>(m_document, at);
      if (file.kind == "dir")
        continue;
      if (file.kind != "module" && file.content == "manifest")
        manifests.push_back(at);
      else if (!store(at, file))
        return false;
    }
    for (const auto& at : manifests)
      if (!store_made(at, views::read<views::File>(m_document, at), package_manifest(m_document)))
        return false;
    return true;
  }

private:
  bool store(const std::string& at, const views::File& file) {
    if (file.kind == "module")
      return store_module(at, file);
    if (file.content == "modules.conf")
      return store_conf(at, file);
    const Input* input = input_of(file.content);
    if (input == nullptr)
      return policy_breach(m_build, "listed a file whose content is " + shown(file.content),
                           "content is manifest, modules.conf or input:N");
    return put(at, plain_name(file.path), {input->content, input->sha256});
  }

  // In a source package it is not made yet; its name is kept for it.
  bool store_module(const std::string& at, const views::File& file) {
    const std::string name = plain_name(file.path);
    return m_variant.source ||
           put(at, name, {m_build.module_content, m_document.text(fields::module_sha256)});
  }

  bool store_conf(const std::string& at, const views::File& file) {
    const std::string text = modules_conf_text(m_document);
    const auto fault = modules_conf_fault(text, m_document);
    if (fault)
      return fail(m_build.context.diagnostics,
                  {.fault = Fault::input,
                   .code = "modules-conf",
                   .what = "the package's modules.conf cannot say what the package holds",
                   .why = "the runtime would not read it so: " + *fault,
                   .hint = "docs/document.md, section modules.conf, has what each key can be"});
    return store_made(at, file, text);
  }

  bool store_made(const std::string& at, const views::File& file, const std::string& bytes) {
    return put(at, plain_name(file.path), {bytes, sha256_hex(bytes), /*made_here=*/true});
  }

  // "input:N"
  const Input* input_of(const std::string& content) const {
    constexpr std::string_view k_input = "input:";
    if (!content.starts_with(k_input))
      return nullptr;
    const auto index = parse_unsigned(content.substr(k_input.size()), m_build.inputs.size());
    return index && *index < m_build.inputs.size() ? &m_build.inputs[*index] : nullptr;
  }

  // The file's own name where it can be had: sources lie in one directory, whatever their paths.
  std::string plain_name(const std::string& path) {
    const std::string name = is_safe_name(base_name(path)) ? base_name(path) : "file";
    std::string unique = name;
    for (int n = 2; !m_names.insert(unique).second; ++n)
      unique = std::to_string(n) + "-" + name;
    return unique;
  }

  bool put(const std::string& at, const std::string& name, const Content& content) {
    const auto size = static_cast<int64_t>(content.bytes.size());
    views::File entry;
    if (!content.made_here) {
      entry.sha256 = content.sha256;
      entry.size = size;
    }
    // A patch that the builder handed over is also documentation: one file serves both.
    const auto there = m_stored.find(content.sha256);
    // Variants share the workspace: each has files of its own.
    entry.stored = there != m_stored.end() ? there->second
                                           : m_document.text(fields::request_style) + "/" + name;
    if (there == m_stored.end()) {
      if (const auto done = write(entry.stored, content); !done)
        return workspace_failed(m_build.context.diagnostics, done.error());
      views::append(m_out, fields::sources,
                    views::StoredFile{name, entry.stored, content.sha256, size});
      m_stored.emplace(content.sha256, entry.stored);
    }
    views::write(m_out, at, entry);
    return true;
  }

  Status write(const std::string& stored, const Content& content) {
    return content.made_here ? m_build.workspace.write(stored, content.bytes)
                             : m_build.workspace.lend(stored, content.bytes);
  }

  Build& m_build;
  Variant& m_variant;
  Document& m_document;
  Writer m_out;
  std::set<std::string> m_names;               // of the sources
  std::map<std::string, std::string> m_stored; // where content of that digest lies
};

} // namespace

bool store_files(Build& build, Variant& variant) { return FileStore(build, variant).run(); }

} // namespace kpb
