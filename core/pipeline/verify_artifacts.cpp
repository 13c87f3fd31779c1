// SPDX-License-Identifier: GPL-2.0-only
//
// Opens every finished artifact again with the backend's own reader and compares what it holds with
// what went in. rpmbuild exits 0 with a truncated package on a full disk, with a relation split in
// two, with a stripped module; nothing is believed that was not read back.
#include "core/pipeline/build.hpp"

#include "core/util/sha256.hpp"
#include "core/util/text.hpp"

#include <map>

namespace kpb {

namespace {

constexpr uint64_t k_max_artifact = 2ULL * 1024 * 1024 * 1024;

class Comparison {
public:
  Comparison(const Artifact& artifact, DiagnosticSink& sink) : m_artifact(artifact), m_sink(sink) {}

  bool equal(const std::string& what, const std::string& found, const std::string& wanted) {
    if (found == wanted)
      return true;
    return differ("its " + what + " is " + shown(found), "the document says " + shown(wanted));
  }
  bool differ(const std::string& what, const std::string& why) {
    m_good = false;
    return fail(m_sink, Fault::verification, "artifact-differs", m_artifact.name, what, why,
                "nothing was published; run again with --debug and report this if it stays");
  }
  bool good() const { return m_good; }

private:
  const Artifact& m_artifact;
  DiagnosticSink& m_sink;
  bool m_good = true;
};

struct ReadBack {
  Document facts;
  std::map<std::string, std::string> digests; // by path, of content that the artifact carries
};

void compare_header(Comparison& compare, const Document& facts, const Document& d,
                    const Artifact& artifact) {
  for (const char* field : {"name", "version", "release", "epoch", "summary", "description",
                            "license", "group", "url", "packager"}) {
    // Free text passes through a format's own rules; the backend said what they make of it.
    const auto effective = artifact.texts.find(field);
    const std::string wanted = effective != artifact.texts.end()
                                   ? effective->second
                                   : d.text(std::string("/package/") + field);
    compare.equal(field, facts.text(std::string("/") + field), wanted);
  }
  if (facts.has("/arch"))
    compare.equal("architecture", facts.text("/arch"), d.text("/package/arch"));
  if (const auto scripts = facts.integer("/scripts"); scripts.value_or(0) != 0)
    compare.differ("it has " + std::to_string(*scripts) + " scriptlets or triggers",
                   "it must have none");
}

std::string relation_text(const Document& d, const std::string& at) {
  const std::string op = d.text(at + "/operator");
  return d.text(at + "/kind") + ": " + d.text(at + "/name") +
         (op.empty() ? "" : " " + op + " " + d.text(at + "/version"));
}

void compare_relations(Comparison& compare, const Document& facts, const Document& d) {
  std::map<std::string, int> balance;
  for (size_t i = 0; i < d.size("/relations"); ++i)
    balance[relation_text(d, pointer("/relations", i))] = 1;
  for (size_t i = 0; i < facts.size("/relations"); ++i)
    balance[relation_text(facts, pointer("/relations", i))] -= 1;
  for (const auto& [relation, count] : balance) {
    if (count > 0)
      compare.differ("it lacks the relation " + shown(relation), "the document has it");
    else if (count < 0)
      compare.differ("it has the relation " + shown(relation), "the document does not");
  }
}

// A binary package: exactly the files of the document, each byte for byte, 0644 and root's.
void compare_files(Comparison& compare, const ReadBack& read, const Document& d,
                   bool with_content) {
  std::map<std::string, std::string>
      wanted; // path -> digest of the workspace file, or "" for a dir
  std::map<std::string, std::string> stored;
  for (size_t i = 0; i < d.size("/sources"); ++i)
    stored[d.text(pointer("/sources", i, "stored"))] = d.text(pointer("/sources", i, "sha256"));
  for (size_t i = 0; i < d.size("/files"); ++i)
    wanted[d.text(pointer("/files", i, "path"))] = stored[d.text(pointer("/files", i, "stored"))];
  for (size_t i = 0; i < read.facts.size("/files"); ++i) {
    const std::string at = pointer("/files", i);
    const std::string path = read.facts.text(at + "/path");
    const auto want = wanted.find(path);
    if (want == wanted.end()) {
      compare.differ("it holds " + shown(path), "the document does not list it");
      continue;
    }
    if (with_content) {
      const bool directory = read.facts.text(at + "/kind") == "dir";
      compare.equal("owner of " + path,
                    read.facts.text(at + "/owner") + ":" + read.facts.text(at + "/group"),
                    "root:root");
      compare.equal("mode of " + path, read.facts.text(at + "/mode"), directory ? "0755" : "0644");
      const auto digest = read.digests.find(path);
      if (!directory)
        compare.equal("content of " + path,
                      digest == read.digests.end() ? "missing" : digest->second, want->second);
    }
    wanted.erase(want);
  }
  for (const auto& [path, digest] : wanted)
    compare.differ("it lacks " + shown(path), "the document lists it");
}

// A source package: the sources and the recipe, byte for byte, and nothing else.
void compare_sources(Comparison& compare, const ReadBack& read, const Document& d,
                     const std::string& recipe_name, const std::string& recipe_digest) {
  std::map<std::string, std::string> wanted;
  for (size_t i = 0; i < d.size("/sources"); ++i)
    wanted[d.text(pointer("/sources", i, "name"))] = d.text(pointer("/sources", i, "sha256"));
  wanted[recipe_name] = recipe_digest;
  for (const auto& [path, digest] : read.digests) {
    const auto want = wanted.find(base_name(path));
    if (want == wanted.end()) {
      compare.differ("it holds " + shown(path), "it is no source of this package");
      continue;
    }
    compare.equal("content of " + path, digest, want->second);
    wanted.erase(want);
  }
  for (const auto& [name, digest] : wanted)
    compare.differ("it lacks the source " + shown(name), "the document lists it");
}

bool verify(Build& build, const Variant& variant, Artifact& artifact, BackendInstance& backend) {
  auto& sink = build.context.diagnostics;
  build.context.progress.begin(Progress::Step::verify, artifact.name);
  const auto path = build.workspace.file(artifact.path);
  if (!path)
    return fail(sink, Fault::environment, "workspace", "", path.error().text(), "",
                "make room, or set TMPDIR to a directory on a larger file system");
  const auto bytes = build.context.files.read(*path, k_max_artifact);
  if (!bytes)
    return fail(sink, Fault::verification, "artifact-missing", artifact.name,
                "it cannot be read back", bytes.error().reason());
  artifact.sha256 = sha256_hex(*bytes);
  ReadBack read;
  const auto take = [&](std::string_view name, std::string_view content) {
    read.digests[std::string(name)] = sha256_hex(content);
    return true;
  };
  const auto result = backend.read_back(*path, read.facts, take, sink);
  if (result != CallResult::ok)
    return false;
  Comparison compare(artifact, sink);
  compare_header(compare, read.facts, variant.document, artifact);
  if (read.facts.boolean("/source").value_or(false)) {
    const auto recipe = build.workspace.read(artifact.recipe, k_max_artifact);
    compare_sources(compare, read, variant.document, base_name(artifact.recipe),
                    recipe ? sha256_hex(*recipe) : "unreadable");
  } else {
    compare_relations(compare, read.facts, variant.document);
    const bool carries_files = !read.digests.empty();
    const bool is_recipe = build.context.plugins.offer("backend", artifact.format)->source;
    if (!carries_files && !is_recipe)
      compare.differ("it carries no files", "the module must be in it");
    compare_files(compare, read, variant.document, carries_files);
  }
  return compare.good();
}

} // namespace

bool verify_artifacts(Build& build) {
  for (auto& variant : build.variants)
    for (auto& artifact : variant.artifacts)
      for (auto& backend : build.backends)
        for (const auto& format : build.formats_of(variant, *backend))
          if (format == artifact.format && !verify(build, variant, artifact, *backend))
            return false;
  return true;
}

} // namespace kpb
