// SPDX-License-Identifier: GPL-2.0-only
//
// --sign-later DIR: keys often lie where builds may not run. The module is left in DIR with a
// description (kpb.awaiting/1) of what it is and which request it comes from; the same command with
// --signed FILE takes it up again, and what it then packs is what that request built, or nothing.
// Only one's own directory is believed, since who can write to it can write both files.
#include "core/pipeline/build.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/complaints.hpp"
#include "core/pipeline/leftovers.hpp"
#include "core/system/believe.hpp"
#include <kpb/sdk/views.hpp>

#include <cerrno>
#include <fmt/core.h>
#include <set>

namespace kpb {

namespace {

constexpr uint64_t k_max_description = 16ULL * 1024 * 1024;

namespace awaiting = fields::awaiting; // the description

// A field of the request, and its value then.
struct MadeFrom {
  std::string what, value;

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(awaiting::origin::what, self.what);
    each(awaiting::origin::value, self.value);
  }
};

using Fields = std::vector<std::pair<std::string, std::string>>;

// Of the request, what neither the module's bytes nor its name depend on: these may differ when it is
// taken up again. Everything else counts, also what later versions of kpb add.
const std::set<std::string_view> k_no_part = {fields::request_formats, fields::request_jobs,
                                              fields::request_style};

// Every scalar at and below `path`.
void flatten(const Document& d, std::string_view path, Fields& out) {
  if (k_no_part.count(path) != 0)
    return;
  switch (d.kind(path)) {
  case Document::Kind::text: out.emplace_back(path, d.text(path)); break;
  case Document::Kind::integer: out.emplace_back(path, std::to_string(*d.integer(path))); break;
  case Document::Kind::boolean: out.emplace_back(path, *d.boolean(path) ? "yes" : "no"); break;
  case Document::Kind::null: out.emplace_back(path, "unknown"); break;
  case Document::Kind::array:
    for (size_t i = 0; i < d.size(path); ++i)
      flatten(d, pointer(path, i), out);
    break;
  case Document::Kind::object:
    for (size_t i = 0; i < d.size(path); ++i)
      flatten(d, pointer(path, d.key(path, i)), out);
    break;
  case Document::Kind::absent: break;
  }
}

Fields made_from(const Document& d) {
  Fields out;
  for (const auto path : {fields::request, fields::settings, fields::kernel, fields::module_file,
                          fields::module_directory, fields::module_name})
    flatten(d, path, out);
  for (const auto path : {fields::package_name, fields::package_epoch, fields::package_version,
                          fields::package_release, fields::package_arch})
    flatten(d, path, out);
  for (size_t i = 0; i < d.size(fields::inputs); ++i)
    for (const auto field : {fields::input::name, fields::input::sha256})
      flatten(d, pointer(fields::inputs, i, field), out);
  return out;
}

std::string digest_of(const Fields& fields) {
  std::string all;
  for (const auto& [name, value] : fields) { // no argument and no file name holds a zero byte
    all += name + '\0';
    all += value + '\0';
  }
  return sha256_hex(all);
}

// The first field that is not the same, in words: "/kernel/release is 'A' now and was 'B'".
std::string difference(const Fields& now, const Document& then) {
  std::map<std::string, std::string> before;
  for (const auto& part : views::all<MadeFrom>(then, awaiting::made_from))
    before[part.what] = part.value;
  for (const auto& [name, value] : now) {
    const auto it = before.find(name);
    if (it == before.end())
      return name + " is " + shown(value) + " was not given before";
    if (it->second != value)
      return name + " is " + shown(value) + " now and was " + shown(it->second);
    before.erase(it);
  }
  if (!before.empty())
    return before.begin()->first + " is missing now; before, it was " +
           shown(before.begin()->second);
  return "their digests differ";
}

std::string module_path(const Build& build, const Document& d) {
  const std::string& directory = *build.request.signing.later;
  return directory + (directory.ends_with("/") ? "" : "/") + d.text(fields::module_file);
}

void copy_below(const Document& from, std::string_view path, Document& to, std::string_view at,
                const std::string& setter) {
  const auto go_on = [&](const auto& part) {
    copy_below(from, pointer(path, part), to, pointer(at, part), setter);
  };
  switch (from.kind(path)) {
  case Document::Kind::text: to.put_text(at, from.text(path), setter); break;
  case Document::Kind::integer: to.put_integer(at, *from.integer(path), setter); break;
  case Document::Kind::boolean: to.put_boolean(at, *from.boolean(path), setter); break;
  case Document::Kind::null: to.put_null(at, setter); break;
  case Document::Kind::array:
    to.put_array(at, setter);
    for (size_t i = 0; i < from.size(path); ++i)
      go_on(i);
    break;
  case Document::Kind::object:
    for (size_t i = 0; i < from.size(path); ++i)
      go_on(from.key(path, i));
    break;
  case Document::Kind::absent: break;
  }
}

Document description(const Build& build, const Document& d) {
  Document out;
  const Writer writer(out, "");
  writer.put(awaiting::schema, awaiting::schema_name);
  const auto module = views::module_of(d);
  writer.put(awaiting::module_file, module.file);
  writer.put(awaiting::module_name, module.name);
  writer.put(awaiting::module_sha256, module.sha256);
  writer.put_integer(awaiting::module_size, build.module_content.size());
  writer.put(awaiting::kernel, d.text(fields::kernel_release));
  writer.put(awaiting::package, d.text(fields::package_name));
  writer.put(awaiting::request_digest, digest_of(build.signing.made_from));
  for (const auto& [what, value] : build.signing.made_from)
    views::append(writer, awaiting::made_from, MadeFrom{what, value});
  copy_below(d, fields::build, out, awaiting::build, "");
  out.remove(fields::build_module); // a path of the run that is over
  return out;
}

// The description of the module that waits under that name. Absent: nothing does.
bool read_description(Build& build, const std::string& path, std::optional<Document>& out) {
  auto& sink = build.context.diagnostics;
  const auto text = build.context.files.read(path, k_max_description);
  if (!text && text.error().number == ENOENT)
    return true;
  CollectingSink heard;
  auto d =
      text ? Document::parse(*text, path, heard, std::string(awaiting::schema_name)) : std::nullopt;
  if (!d)
    return fail(sink, {.fault = Fault::input,
                       .code = "sign-later-unreadable",
                       .where = path,
                       .what = "it does not describe a module that waits for its signature",
                       .why = text ? heard.first_error()->why : text.error().reason(),
                       .hint = "remove it if it is not needed, or give another directory"});
  out = std::move(d);
  return true;
}

bool complain(Build& build, const std::string& path, const SystemError& error) {
  return fail(build.context.diagnostics, {.fault = Fault::environment,
                                          .code = "sign-later-write",
                                          .what = fmt::format("cannot write {}", shown(path)),
                                          .why = error.reason(),
                                          .hint = error.number == ENOSPC || error.number == EDQUOT
                                                      ? "make room there, or name another directory"
                                                      : "give a directory that you can write to"});
}

// A hidden file that becomes `path` by one rename, or goes.
class Hidden {
public:
  Hidden(Build& build, std::string path, const std::string& token)
      : m_build(build), m_path(std::move(path)),
        m_hidden(parent_path(m_path) + "/.kpb-" + sha256_hex(token + m_path).substr(0, 16) +
                 ".tmp") {}
  ~Hidden() {
    if (!m_there)
      return;
    if (const auto removed = m_build.context.files.remove(m_hidden); !removed)
      tell_left(m_build.context.diagnostics, removed.error());
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;

  bool write(std::string_view content) {
    auto done = m_build.context.files.write_held(m_hidden, content,
                                                 0666 & ~m_build.context.environment.umask());
    m_there = done || done.error().operation == "write";
    if (!done)
      return complain(m_build, m_path, done.error());
    m_held = std::move(*done);
    return true;
  }
  bool show() {
    if (const auto done = m_build.context.files.rename(m_hidden, m_path); !done)
      return complain(m_build, m_path, done.error());
    m_there = false;
    return true;
  }

private:
  Build& m_build;
  std::string m_path;
  std::string m_hidden;
  bool m_there = false;
  Held m_held;
};

} // namespace

bool plan_sign_later(Build& build, const Variant& variant) {
  const std::string& directory = *build.request.signing.later;
  auto& files = build.context.files;
  auto& sink = build.context.diagnostics;
  const auto info = files.stat(directory);
  if (!info || info->type != FileInfo::Type::directory)
    return fail(sink, {.fault = Fault::input,
                       .code = "sign-later-directory",
                       .what = fmt::format("--sign-later {} cannot be used", shown(directory)),
                       .why = info ? "it is not a directory" : info.error().reason(),
                       .hint = "it must exist: mkdir -p first"});
  if (!believe(files, sink, directory, Wanted::directory,
               {.code = "sign-later-unsafe",
                .what = fmt::format("--sign-later {} is refused", shown(directory)),
                .because = "the module in it is packaged later"}))
    return false;
  build.signing.made_from = made_from(variant.document);
  const std::string path = module_path(build, variant.document);
  std::optional<Document> waiting;
  if (!read_description(build, path + ".json", waiting))
    return false;
  const bool goes_on = build.request.signing.signed_file.has_value();
  if (goes_on && !waiting)
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "sign-later-nothing",
         .where = path,
         .what = "it contains no module that waits for its signature",
         .why = "there is no description of it",
         .hint =
             "run the command without --signed first; or leave out --sign-later, then kpb builds "
             "the module again and compares"});
  if (waiting && waiting->text(awaiting::request_digest) != digest_of(build.signing.made_from))
    return fail(
        sink,
        {.fault = Fault::input,
         .code = goes_on ? "sign-later-differs" : "sign-later-taken",
         .where = path,
         .what = goes_on ? "the waiting module belongs to another request"
                         : "it contains the waiting module of another request",
         .why = difference(build.signing.made_from, *waiting),
         .hint = goes_on ? "give the same command line as before"
                         : "name another directory, for example one for each kernel; or remove the "
                           "two files there"});
  if (goes_on)
    build.signing.waiting = std::move(waiting);
  return true;
}

bool leave_waiting(Build& build, const Variant& variant) {
  const auto& d = variant.document;
  const std::string path = module_path(build, d);
  const auto token = build.workspace.path(); // unique to this run
  if (!token)
    return complain(build, path, token.error());
  build.context.files.sweep(parent_path(path), k_hidden_artifacts);
  Hidden module(build, path, *token);
  Hidden json(build, path + ".json", *token);
  if (!module.write(build.module_content) ||
      !json.write(description(build, d).dump(/*with_provenance=*/false)) || build.interrupted())
    return false;
  // The description last: what it says is true from then on. Before, it is that of an older module,
  // whose digest does not fit.
  if (!module.show() || !json.show())
    return false;
  if (const auto synced = build.context.files.sync_directory(parent_path(path)); !synced)
    return complain(build, path, synced.error());
  build.signing.left = path;
  return true;
}

bool take_waiting(Build& build, Variant& variant) {
  auto& d = variant.document;
  auto& sink = build.context.diagnostics;
  const Document& left = *build.signing.waiting;
  const std::string path = module_path(build, d);
  auto content = build.context.files.read(path, k_max_module_size);
  if (!content)
    return fail(sink, {.fault = Fault::input,
                       .code = "input-unreadable",
                       .what = fmt::format("cannot read {}", shown(path)),
                       .why = content.error().reason(),
                       .hint = "run it without --signed, to build the module again"});
  const std::string digest = sha256_hex(*content);
  if (digest != left.text(awaiting::module_sha256))
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "sign-later-changed",
         .where = path,
         .what = "it is not the module that kpb wrote there",
         .why = fmt::format("its SHA-256 is not the one in {}", shown(base_name(path) + ".json")),
         .hint = "sign a copy, and leave the module itself unchanged; to build it again, run the "
                 "command without --signed"});
  build.module_content = std::move(*content);
  const std::string builder = "builder " + d.text(fields::request_builder);
  copy_below(left, awaiting::build, d, fields::build, builder);
  d.put_text(fields::module_sha256, digest, builder);
  d.put_integer(fields::module_size, static_cast<int64_t>(build.module_content.size()), builder);
  if (const auto replace = d.boolean(fields::build_replace))
    d.put_boolean(fields::module_replace, *replace, builder);
  return true;
}

} // namespace kpb
