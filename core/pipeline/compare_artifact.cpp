// SPDX-License-Identifier: GPL-2.0-only
//
// See compare_artifact.hpp. rpmbuild exits 0 with a relation split in two, with a stripped module, with
// whatever a template or a site's macros add; whoever rebuilds a package can change anything in it.
#include "core/pipeline/compare_artifact.hpp"

#include "core/base/text.hpp"
#include "core/inspect/facts_document.hpp"
#include "core/model/fields.hpp"
#include "core/model/writer.hpp"
#include <kpb/policy/tokens.hpp>
#include <kpb/sdk/views.hpp>

namespace kpb {

bool Comparison::refuse(const char* code, const std::string& what, const std::string& why) {
  m_good = false;
  return fail(m_sink, {.fault = Fault::verification,
                       .code = code,
                       .where = m_where,
                       .what = what,
                       .why = why,
                       .hint = m_hint});
}

bool Comparison::equal(const std::string& what, const std::string& found,
                       const std::string& wanted) {
  if (found == wanted)
    return true;
  return differ("its " + what + " is " + shown(found), m_witness + " says " + shown(wanted));
}

bool Comparison::differ(const std::string& what, const std::string& why) {
  return refuse("artifact-differs", what, why);
}

bool Comparison::extra(const std::string& what) {
  return refuse("artifact-extra", "it has " + shown(what), m_witness + " cannot say so");
}

namespace {

// The fields of the header that must be those of /package, each by its name.
std::vector<std::string> compared_fields() {
  std::vector<std::string> out;
  for (const auto& row : k_read_back_fields.rows)
    if (row.place == compared)
      out.push_back(base_name(row.path));
  return out;
}

} // namespace

Document effective_document(const Document& d, const Document& told, size_t n) {
  namespace f = fields::artifact;
  const std::string artifact = pointer(fields::artifacts, n);
  Document all = d;
  const Writer out(all, "");
  for (const auto& field : compared_fields())
    if (const auto text = told.text_view(pointer(artifact, f::text, field)))
      out.put(pointer(fields::package, field), *text);
  if (!told.text(pointer(artifact, f::beside)).empty())
    all.remove(fields::files);
  if (const auto relations = pointer(artifact, f::relations); told.has(relations)) {
    all.remove(fields::relations);
    for (const auto& relation : views::relations(told, relations))
      views::append(out, fields::relations, relation);
  }
  for (const auto& file : views::all<views::File>(told, pointer(artifact, f::files)))
    views::append(out, fields::files, file);
  return all;
}

void compare_header(Comparison& compare, const Document& facts, const Document& d) {
  for (const auto& field : compared_fields()) {
    const std::string found = pointer("", field);
    // A recipe's changelog is not read back.
    if (found == fields::found::changelog && !facts.has(found))
      continue;
    compare.equal(field, facts.text(found), d.text(pointer(fields::package, field)));
  }
  if (facts.has(fields::found::arch))
    compare.equal("architecture", facts.text(fields::found::arch), d.text(fields::package_arch));
  if (const auto scripts = facts.integer(fields::found::scripts); scripts.value_or(0) != 0)
    compare.differ("it has " + std::to_string(*scripts) + " scriptlets or triggers",
                   "it must not have any");
  for (const auto& extra : facts.texts(fields::found::extras))
    compare.extra(extra);
}

void add_function_relations(Comparison& compare, const ModuleFacts& facts, Document& d) {
  if (!facts.functions || facts.functions->empty()) {
    compare.differ("its module does not say which functions it patches",
                   "its relations depend on them");
    return;
  }
  for (const auto& function : *facts.functions) {
    const auto token = policy::function_token(d.text(fields::kernel_release), function);
    if (!token) {
      compare.differ(token.error().diagnostic().what, token.error().diagnostic().why);
      continue;
    }
    for (const char* kind : {"provides", "conflicts"})
      views::append(Writer(d, ""), fields::relations,
                    views::Relation{kind, "kpatch-func(" + *token + ")"});
  }
}

void compare_relations(Comparison& compare, const Document& facts, const Document& d) {
  std::map<std::string, int> balance;
  for (const auto& relation : views::relations(d))
    balance[views::line_of(relation)] = 1;
  for (const auto& relation : views::relations(facts, fields::found::relations))
    balance[views::line_of(relation)] -= 1;
  for (const auto& [relation, count] : balance) {
    if (count > 0)
      compare.differ("it does not have the relation " + shown(relation),
                     compare.witness() + " has it");
    else if (count < 0)
      compare.differ("it has the relation " + shown(relation), compare.witness() + " does not");
  }
}

namespace {

// Formats that know documentation mark it; a user may choose not to install what is marked so.
std::string unwanted_flags(const std::string& flags, const std::string& kind) {
  std::string out;
  for (size_t at = 0; at < flags.size();) {
    const size_t end = std::min(flags.find(' ', at), flags.size());
    const std::string word = flags.substr(at, end - at);
    if (word != "doc" || (kind != "doc" && kind != "dir"))
      out += (out.empty() ? "" : " ") + word;
    at = end + 1;
  }
  return out;
}

// `kind` is the one that the document has for it.
void compare_file(Comparison& compare, const ReadBack& read, const views::PackedFile& file,
                  const std::string& kind, const std::optional<std::string>& digest) {
  const bool directory = kind == "dir";
  compare.equal("kind of " + file.path, file.kind, directory ? "dir" : "file");
  compare.equal("owner of " + file.path, file.owner + ":" + file.group, "root:root");
  compare.equal("mode of " + file.path, file.mode, directory ? "0755" : "0644");
  if (const auto flags = unwanted_flags(file.flags, kind); !flags.empty())
    compare.extra("the mark " + flags + " on " + file.path);
  if (!file.capabilities.empty())
    compare.extra("the capabilities " + file.capabilities + " on " + file.path);
  if (directory)
    return;
  const auto found = read.digests.find(file.path);
  if (found == read.digests.end())
    compare.differ("its content of " + file.path + " is missing", compare.witness() + " has it");
  else if (digest)
    compare.equal("content of " + file.path, found->second, *digest);
}

} // namespace

void compare_files(Comparison& compare, const ReadBack& read, const Document& d,
                   const WantedFiles& wanted, bool with_content) {
  std::map<std::string, std::string> kinds;
  for (const auto& file : views::files(d))
    kinds[file.path] = file.kind;
  for (const auto& file : views::packed_files(read.facts)) {
    const auto kind = kinds.find(file.path);
    if (kind == kinds.end()) {
      compare.differ("it holds " + shown(file.path), compare.witness() + " does not list it");
      continue;
    }
    const auto digest = wanted.find(file.path);
    if (with_content)
      compare_file(compare, read, file, kind->second,
                   digest == wanted.end() ? "none" : digest->second);
    kinds.erase(kind); // a second entry of that path is one too many
  }
  for (const auto& [path, kind] : kinds)
    compare.differ("it lacks " + shown(path), compare.witness() + " lists it");
}

namespace {

// Where the values at `path` of two documents first differ: "" for the values themselves, "/0/name" for what lies
// below; nothing when they are equal.
std::optional<std::string> difference(const Document& a, const Document& b,
                                      const std::string& path) {
  const auto kind = a.kind(path);
  if (kind != b.kind(path) || a.size(path) != b.size(path) || a.text(path) != b.text(path) ||
      a.integer(path) != b.integer(path) || a.boolean(path) != b.boolean(path))
    return "";
  for (size_t i = 0; i < a.size(path); ++i) {
    const std::string step =
        "/" + (kind == Document::Kind::array ? std::to_string(i) : a.key(path, i));
    if (const auto below = difference(a, b, path + step))
      return step + *below;
  }
  return std::nullopt;
}

} // namespace

void compare_module(Comparison& compare, const ModuleFacts& facts, const std::string& path,
                    const std::string& sha256, const Document& d) {
  compare.equal("module", path, d.text(fields::module_path));
  compare.equal("kernel", facts.kernel_release().value_or(""), d.text(fields::kernel_release));
  compare.equal("module's architecture", facts.machine, d.text(fields::kernel_arch));
  Document told; // by the file
  put_facts(facts, told, fields::the_module, "");
  // Of a module that was not built yet only the names are known, and what was declared.
  if (!d.has(fields::module_sha256)) {
    const std::string functions(fields::module_functions);
    if (!facts.functions || d.size(functions) == 0)
      return;
    if (const auto below = difference(told, d, functions))
      compare.differ("its module's functions differ from the declared ones",
                     told.text(functions + *below));
    return;
  }
  compare.equal("module's SHA-256", sha256, d.text(fields::module_sha256));
  for (size_t i = 0; i < told.size(fields::the_module); ++i) {
    const std::string field = told.key(fields::the_module, i);
    const std::string at = pointer(fields::the_module, field);
    // What the file does not say, the packager may have declared.
    if (at == fields::module_functions && told.kind(at) == Document::Kind::null)
      continue;
    const auto below = difference(told, d, at);
    if (!below)
      continue;
    const auto text = told.text_view(at + *below);
    compare.differ("its module's " + field + *below + " differs from the one in " +
                       compare.witness(),
                   text ? "the file says " + shown(*text) : "");
  }
}

} // namespace kpb
