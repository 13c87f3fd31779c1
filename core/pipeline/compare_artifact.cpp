// SPDX-License-Identifier: GPL-2.0-only
//
// See compare_artifact.hpp. rpmbuild exits 0 with a relation split in two, with a stripped module, with
// whatever a template or a site's macros add; whoever rebuilds a package can change anything in it.
#include "core/pipeline/compare_artifact.hpp"

#include "core/base/text.hpp"
#include "core/inspect/facts_document.hpp"
#include "core/model/fields.hpp"
#include "core/pipeline/relation_list.hpp"
#include <kpb/policy/tokens.hpp>
#include <kpb/sdk/fields.hpp>

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

void copy_list(const Document& from, const std::string& list, Document& to, const std::string& into,
               const std::vector<const char*>& members) {
  to.put_array(into, "");
  for (size_t i = 0; i < from.size(list); ++i) {
    const std::string entry = pointer(into, to.size(into));
    for (const char* member : members)
      if (const auto text = from.text_view(pointer(list, i, member)))
        to.put_text(entry + "/" + member, *text, "");
  }
}

} // namespace

Document effective_document(const Document& d, const Document& told, size_t n) {
  Document out = d;
  for (const auto& field : compared_fields())
    if (const auto text =
            told.text_view(pointer(fields::artifacts, n, fields::artifact::text, field)))
      out.put_text(pointer(fields::package, field), *text, "");
  if (!told.text(pointer("/artifacts", n, "beside")).empty())
    out.remove("/files");
  if (const auto list = pointer("/artifacts", n, "relations"); told.has(list)) {
    out.remove("/relations");
    copy_list(told, list, out, "/relations", {"kind", "name", "operator", "version"});
  }
  copy_list(told, pointer("/artifacts", n, "files"), out, "/files", {"path", "kind", "sha256"});
  return out;
}

void compare_header(Comparison& compare, const Document& facts, const Document& d) {
  for (const auto& field : compared_fields()) {
    const std::string found = "/" + field;
    // A recipe's changelog is not read back.
    if (found == fields::found::changelog && !facts.has(found))
      continue;
    compare.equal(field, facts.text(found), d.text(pointer(fields::package, field)));
  }
  if (facts.has("/arch"))
    compare.equal("architecture", facts.text("/arch"), d.text("/package/arch"));
  if (const auto scripts = facts.integer("/scripts"); scripts.value_or(0) != 0)
    compare.differ("it has " + std::to_string(*scripts) + " scriptlets or triggers",
                   "it must not have any");
  for (const auto& extra : facts.texts("/extras"))
    compare.extra(extra);
}

void add_function_relations(Comparison& compare, const ModuleFacts& facts, Document& d) {
  if (!facts.functions || facts.functions->empty()) {
    compare.differ("its module does not say which functions it patches",
                   "its relations depend on them");
    return;
  }
  for (const auto& function : *facts.functions) {
    const auto token = policy::function_token(d.text("/kernel/release"), function);
    if (!token) {
      compare.differ(token.error().diagnostic().what, token.error().diagnostic().why);
      continue;
    }
    for (const char* kind : {"provides", "conflicts"}) {
      const std::string at = pointer("/relations", d.size("/relations"));
      d.put_text(at + "/kind", kind, "");
      d.put_text(at + "/name", "kpatch-func(" + *token + ")", "");
    }
  }
}

void compare_relations(Comparison& compare, const Document& facts, const Document& d) {
  std::map<std::string, int> balance;
  for (size_t i = 0; i < d.size("/relations"); ++i)
    balance[relation_line(d, pointer("/relations", i))] = 1;
  for (size_t i = 0; i < facts.size("/relations"); ++i)
    balance[relation_line(facts, pointer("/relations", i))] -= 1;
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

void compare_file(Comparison& compare, const ReadBack& read, const std::string& at,
                  const std::string& kind, const std::optional<std::string>& digest) {
  const auto& facts = read.facts;
  const std::string path = facts.text(at + "/path");
  const bool directory = kind == "dir";
  compare.equal("kind of " + path, facts.text(at + "/kind"), directory ? "dir" : "file");
  compare.equal("owner of " + path, facts.text(at + "/owner") + ":" + facts.text(at + "/group"),
                "root:root");
  compare.equal("mode of " + path, facts.text(at + "/mode"), directory ? "0755" : "0644");
  if (const auto flags = unwanted_flags(facts.text(at + "/flags"), kind); !flags.empty())
    compare.extra("the mark " + flags + " on " + path);
  if (const auto capabilities = facts.text(at + "/capabilities"); !capabilities.empty())
    compare.extra("the capabilities " + capabilities + " on " + path);
  const auto found = read.digests.find(path);
  if (directory)
    return;
  if (found == read.digests.end())
    compare.differ("its content of " + path + " is missing", compare.witness() + " has it");
  else if (digest)
    compare.equal("content of " + path, found->second, *digest);
}

} // namespace

void compare_files(Comparison& compare, const ReadBack& read, const Document& d,
                   const WantedFiles& wanted, bool with_content) {
  std::map<std::string, std::string> kinds;
  for (size_t i = 0; i < d.size("/files"); ++i)
    kinds[d.text(pointer("/files", i, "path"))] = d.text(pointer("/files", i, "kind"));
  for (size_t i = 0; i < read.facts.size("/files"); ++i) {
    const std::string at = pointer("/files", i);
    const std::string path = read.facts.text(at + "/path");
    const auto kind = kinds.find(path);
    if (kind == kinds.end()) {
      compare.differ("it holds " + shown(path), compare.witness() + " does not list it");
      continue;
    }
    const auto digest = wanted.find(path);
    if (with_content)
      compare_file(compare, read, at, kind->second,
                   digest == wanted.end() ? "none" : digest->second);
    kinds.erase(kind); // a second entry of that path is one too many
  }
  for (const auto& [path, kind] : kinds)
    compare.differ("it lacks " + shown(path), compare.witness() + " lists it");
}

namespace {

// Where the value `at_a` of one document and `at_b` of another first differ: "" for the values themselves,
// "/0/name" for what lies below; nothing when they are equal.
std::optional<std::string> difference(const Document& a, const std::string& at_a, const Document& b,
                                      const std::string& at_b) {
  const auto kind = a.kind(at_a);
  if (kind != b.kind(at_b) || a.size(at_a) != b.size(at_b) || a.text(at_a) != b.text(at_b) ||
      a.integer(at_a) != b.integer(at_b) || a.boolean(at_a) != b.boolean(at_b))
    return "";
  for (size_t i = 0; i < a.size(at_a); ++i) {
    const std::string step =
        "/" + (kind == Document::Kind::array ? std::to_string(i) : a.key(at_a, i));
    if (const auto below = difference(a, at_a + step, b, at_b + step))
      return step + *below;
  }
  return std::nullopt;
}

} // namespace

void compare_module(Comparison& compare, const ModuleFacts& facts, const std::string& path,
                    const std::string& sha256, const Document& d) {
  compare.equal("module", path, d.text("/modules/0/path"));
  compare.equal("kernel", facts.kernel_release().value_or(""), d.text("/kernel/release"));
  compare.equal("module's architecture", facts.machine, d.text("/kernel/arch"));
  Document told;
  const std::string in_file = "/module";
  put_facts(facts, told, in_file, "");
  // Of a module that was not built yet only the names are known, and what was declared.
  if (!d.has("/modules/0/sha256")) {
    if (facts.functions && d.size("/modules/0/functions") > 0)
      if (const std::string functions = pointer(in_file, fields::module::functions);
          const auto below = difference(told, functions, d, std::string(fields::module_functions)))
        compare.differ("its module's functions differ from the declared ones",
                       told.text(functions + *below));
    return;
  }
  compare.equal("module's SHA-256", sha256, d.text("/modules/0/sha256"));
  for (size_t i = 0; i < told.size(in_file); ++i) {
    const std::string field = told.key(in_file, i);
    const std::string said = pointer(in_file, field);
    // What the file does not say, the packager may have declared.
    if (told.kind(said) == Document::Kind::null && field == fields::module::functions)
      continue;
    const auto below = difference(told, said, d, pointer(fields::the_module, field));
    if (!below)
      continue;
    const auto text = told.text_view(said + *below);
    compare.differ("its module's " + field + *below + " differs from the one in " +
                       compare.witness(),
                   text ? "the file says " + shown(*text) : "");
  }
}

} // namespace kpb
