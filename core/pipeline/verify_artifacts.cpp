// SPDX-License-Identifier: GPL-2.0-only
//
// Opens every finished artifact again with the backend's own reader and compares what it holds with
// what went in. rpmbuild exits 0 with a truncated package on a full disk, with a relation split in
// two, with a stripped module; nothing is believed that was not read back.
#include "core/pipeline/build.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/pipeline/compare_artifact.hpp"
#include "core/plugin/instance.hpp"
#include <kpb/sdk/views.hpp>

#include <map>
#include <utility>

namespace kpb {

namespace {

constexpr uint64_t k_max_artifact = 2ULL * 1024 * 1024 * 1024;

// Every file that is packed is among the sources; of its own ones a format gives the digest.
WantedFiles wanted_files(const Document& d) {
  std::map<std::string, std::string> stored;
  for (const auto& source : views::sources(d))
    stored[source.stored] = source.sha256;
  WantedFiles wanted;
  for (const auto& file : views::files(d))
    wanted[file.path] = file.stored.empty() ? file.sha256 : stored[file.stored];
  return wanted;
}

// A source package: the sources and the recipe, byte for byte, and nothing else.
void compare_sources(Comparison& compare, const ReadBack& read, const Document& d,
                     const std::string& recipe_name, const std::string& recipe_digest) {
  std::map<std::string, std::string> wanted;
  for (const auto& source : views::sources(d))
    wanted[source.name] = source.sha256;
  wanted[recipe_name] = recipe_digest;
  for (const auto& [path, digest] : read.digests) {
    const auto want = wanted.find(base_name(path));
    if (want == wanted.end()) {
      compare.differ("it holds " + shown(path), "it is not a source of this package");
      continue;
    }
    compare.equal("content of " + path, digest, want->second);
    wanted.erase(want);
  }
  for (const auto& [name, digest] : wanted)
    compare.differ("it does not contain the source " + shown(name), "the document lists it");
}

// An artifact that was made here is no input: whatever a reader says of it, the making went wrong. What the
// system refused the reader stays what it is.
class OfArtifact final : public DiagnosticSink {
public:
  OfArtifact(const Artifact& artifact, DiagnosticSink& to) : m_artifact(artifact), m_to(to) {}
  void report(Diagnostic d) override {
    if (d.fault == Fault::input)
      d.fault = Fault::verification;
    if (d.where.empty())
      d.where = m_artifact.name;
    m_to.report(std::move(d));
  }

private:
  const Artifact& m_artifact;
  DiagnosticSink& m_to;
};

bool verify(Build& build, Artifact& artifact, BackendInstance& backend) {
  auto& sink = build.context.diagnostics;
  build.context.progress.begin(Progress::Step::verify, artifact.name);
  const auto path = build.workspace.file(artifact.path);
  if (!path)
    return workspace_failed(sink, path.error());
  const auto bytes = build.context.files.read(*path, k_max_artifact);
  if (!bytes)
    return fail(sink, {.fault = is_exhausted(bytes.error().number) ? Fault::environment
                                                                   : Fault::verification,
                       .code = "artifact-missing",
                       .where = artifact.name,
                       .what = "it cannot be read back",
                       .why = bytes.error().reason()});
  artifact.sha256 = sha256_hex(*bytes);
  ReadBack read;
  const auto take = [&](std::string_view name, std::string_view content) {
    read.digests[std::string(name)] = sha256_hex(content);
    return true;
  };
  OfArtifact of_artifact(artifact, sink);
  const auto result = backend.read_back(*path, read.facts, take, of_artifact);
  if (result != CallResult::ok)
    return false;
  Comparison compare(artifact.name, "the document",
                     "nothing was published; run again with --debug and report this if it stays",
                     sink);
  const Document& wanted = artifact.holds;
  compare_header(compare, read.facts, wanted);
  if (read.facts.boolean(fields::found::source).value_or(false)) {
    const auto recipe = build.workspace.read(artifact.recipe, k_max_artifact);
    compare_sources(compare, read, wanted, base_name(artifact.recipe),
                    recipe ? sha256_hex(*recipe) : "unreadable");
  } else {
    compare_relations(compare, read.facts, wanted);
    const bool carries_files = !read.digests.empty();
    const bool is_recipe = build.context.plugins.offer("backend", artifact.format)->source;
    if (!carries_files && !is_recipe)
      compare.differ("it contains no files", "it must contain the module");
    compare_files(compare, read, wanted, wanted_files(wanted), carries_files);
  }
  return compare.good();
}

} // namespace

bool verify_artifacts(Build& build) {
  for (auto& variant : build.variants)
    for (auto& artifact : variant.artifacts)
      for (auto& backend : build.backends)
        for (const auto& format : build.formats_of(variant, *backend))
          if (format == artifact.format && !verify(build, artifact, *backend))
            return false;
  return true;
}

} // namespace kpb
