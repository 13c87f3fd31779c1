// SPDX-License-Identifier: GPL-2.0-only
//
// What a package document holds, as small structs with the fields' names: read from any document (a plugin's,
// kpb's own), written to any sink. Which member lies in which field is said once, beside the struct; what crosses
// the C ABI stays paths and values. docs/document.md tells what each field means.
//
//   for (const auto& relation : views::relations(document)) ...
//   views::append(out, fields::relations, views::Relation{"provides", "kpatch-patch(K)"});
//
// A field that is absent leaves its member as the struct has it; text that is "" and a value that nobody knows are
// not written. The file is long because a site looks for all that a document holds in one place.
#ifndef KPB_SDK_VIEWS_HPP
#define KPB_SDK_VIEWS_HPP

#include "document.hpp"
#include "fields.hpp"
#include "names.hpp"
#include "text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace kpb::views {

// One function of the kernel or of a module of it. OBJECT:FUNCTION:N is written by text_of() and read by
// parse_function(), below, and nowhere else.
struct Function {
  std::string
      object; // "vmlinux" or a module's name; "dm-mod" is dm_mod, in what is written and read
  std::string name;
  uint64_t position = 1; // among equal names of the object; 0 is 1

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::function::object, self.object);
    each(fields::function::name, self.name);
    each(fields::function::position, self.position);
  }
  auto key() const { return std::tie(object, name, position); }
  bool operator==(const Function& other) const { return key() == other.key(); }
  bool operator!=(const Function& other) const { return key() != other.key(); }
  bool operator<(const Function& other) const { return key() < other.key(); }
};

// What a package says of another.
struct Relation {
  std::string kind;         // "requires", "provides", "conflicts" or "obsoletes"
  std::string name;         // "kpatch-func(K/vmlinux:cmdline_proc_show:1)"
  std::string op = {};      // "=", "<", "<=", ">", ">=" or ""
  std::string version = {}; // "" without an operator
  // "NAME [OP VERSION]": holds only where that is installed. RPM alone has such (4.13 and newer), and only
  // metapackages use it. "": always.
  std::string condition = {};
  std::string role = {};    // why it is there, for programs: a word of kpb::policy::role
  std::string because = {}; // the same for people: "cmdline_proc_show is patched at position 1"

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::relation::kind, self.kind);
    each(fields::relation::name, self.name);
    each(fields::relation::op, self.op);
    each(fields::relation::version, self.version);
    each(fields::relation::condition, self.condition);
    each(fields::relation::role, self.role);
    each(fields::relation::because, self.because);
  }
  auto key() const { return std::tie(kind, name, op, version, condition); }
  // The same relation, whatever the reason for it.
  bool operator==(const Relation& other) const { return key() == other.key(); }
  bool operator!=(const Relation& other) const { return key() != other.key(); }
  bool operator<(const Relation& other) const { return key() < other.key(); }
};

// A package, exactly: NAME=[EPOCH:]V-R.
struct Exact {
  std::string name;
  std::string version; // V-R, with "EPOCH:" in front where one is set

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::superseded::name, self.name);
    each(fields::superseded::version, self.version);
  }
  bool operator==(const Exact& other) const {
    return name == other.name && version == other.version;
  }
};

// A file that the package installs.
struct File {
  std::string path;         // absolute
  std::string kind;         // "module", "doc", "data" or "dir"
  std::string content = {}; // "module:0", "manifest", "modules.conf" or "input:N"
  std::string sha256 = {};
  std::optional<int64_t> size = {};
  std::string stored = {}; // what the backend packs, in the workspace

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::file::path, self.path);
    each(fields::file::kind, self.kind);
    each(fields::file::content, self.content);
    each(fields::file::sha256, self.sha256);
    each(fields::file::size, self.size);
    each(fields::file::stored, self.stored);
  }
};

// A file of the workspace: an input (/inputs), or what a source package carries (/sources).
struct StoredFile {
  std::string name;        // what it is called outside of the workspace
  std::string stored = {}; // relative to the workspace
  std::string sha256 = {};
  std::optional<int64_t> size = {};

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::input::name, self.name);
    each(fields::input::stored, self.stored);
    each(fields::input::sha256, self.sha256);
    each(fields::input::size, self.size);
  }
};

// A file in a finished package, as a backend's read_back() found it.
struct PackedFile {
  std::string path;
  std::string kind; // "file", "dir", "link", "hardlink" or another word of the format's
  std::string owner, group;
  std::string mode;              // "0644"
  std::string flags = {};        // words, "doc" among them
  std::string capabilities = {}; // of the file system

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::found::file::path, self.path);
    each(fields::found::file::kind, self.kind);
    each(fields::found::file::mode, self.mode);
    each(fields::found::file::owner, self.owner);
    each(fields::found::file::group, self.group);
    each(fields::found::file::flags, self.flags);
    each(fields::found::file::capabilities, self.capabilities);
  }
};

// The module. Its functions are a list of their own: functions(document).
struct Module {
  std::string file;      // ends in ".ko"
  std::string directory; // absolute
  std::string path;      // directory/file
  std::string name;      // as the kernel knows it
  std::string sha256;    // "" in a source package
  std::optional<int64_t> size;
  std::string vermagic, arch, format, build_id;
  std::optional<bool> replace; // nothing: nobody knows

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::module::file, self.file);
    each(fields::module::directory, self.directory);
    each(fields::module::path, self.path);
    each(fields::module::name, self.name);
    each(fields::module::sha256, self.sha256);
    each(fields::module::size, self.size);
    each(fields::module::vermagic, self.vermagic);
    each(fields::module::arch, self.arch);
    each(fields::module::format, self.format);
    each(fields::module::build_id, self.build_id);
    each(fields::module::replace, self.replace);
  }
};

// A module of the kernel that is patched, and the build that it was made for.
struct Object {
  std::string name;
  std::string build_id;

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::object::name, self.name);
    each(fields::object::build_id, self.build_id);
  }
};

struct Callback {
  std::string object;
  std::string hook; // "pre_patch", "post_patch", "pre_unpatch" or "post_unpatch"

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::callback::object, self.object);
    each(fields::callback::hook, self.hook);
  }
  bool operator==(const Callback& other) const {
    return object == other.object && hook == other.hook;
  }
};

// A package that a metapackage brings.
struct Member {
  std::string name;
  std::string kernel;    // uname -r
  std::string condition; // "kernel-uname-r = K"

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::member::name, self.name);
    each(fields::member::kernel, self.kernel);
    each(fields::member::condition, self.condition);
  }
};

// The package's names and numbers.
struct Package {
  std::string name;
  std::string epoch; // "" where none is set
  std::string version, release;
  std::string arch;
};

// What a backend plans or made.
struct Artifact {
  std::string format;
  std::string name;   // file name
  std::string beside; // what it is, where the format makes it beside the one that was asked for
  std::string path;   // relative to the workspace
  std::string recipe; // of a source package: its spec, relative to the workspace

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::artifact::format, self.format);
    each(fields::artifact::name, self.name);
    each(fields::artifact::beside, self.beside);
    each(fields::artifact::path, self.path);
    each(fields::artifact::recipe, self.recipe);
  }
};

// What a policy of a chain changed of, or took out of, what an earlier one had set.
struct Amendment {
  std::string relation; // line_of() the relation that went, or:
  std::string field;    // which
  std::string before;
  std::optional<std::string> after; // nothing: it went
  std::string by, was_by;

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::amendment::relation, self.relation);
    each(fields::amendment::field, self.field);
    each(fields::amendment::before, self.before);
    each(fields::amendment::after, self.after);
    each(fields::amendment::by, self.by);
    each(fields::amendment::was_by, self.was_by);
  }
};

// A program that was run.
struct Tool {
  std::string name, path;
  std::string version = {};

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::tool::name, self.name);
    each(fields::tool::path, self.path);
    each(fields::tool::version, self.version);
  }
};

// A plugin that had a say.
struct Plugin {
  std::string id, version, sha256;

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(fields::plugin::id, self.id);
    each(fields::plugin::version, self.version);
    each(fields::plugin::sha256, self.sha256);
  }
};

// --- their written forms ---------------------------------------------------------------------------------------

inline std::string text_of(const Function& function) {
  return object_form(function.object) + ":" + function.name + ":" +
         std::to_string(function.position == 0 ? 1 : function.position);
}

// OBJECT:FUNCTION:N, or OBJECT:FUNCTION for the first of that name. Which names are legal is another matter
// (kpb::policy::function_fault()): the object ends at the first ':', the position begins after the last.
inline std::optional<Function> parse_function(std::string_view text) {
  const size_t first = text.find(':');
  if (first == std::string_view::npos)
    return std::nullopt;
  Function out;
  out.object = object_form(text.substr(0, first));
  std::string_view name = text.substr(first + 1);
  if (const size_t last = name.rfind(':'); last != std::string_view::npos) {
    const auto position = parse_unsigned(name.substr(last + 1), UINT32_MAX);
    if (!position)
      return std::nullopt;
    out.position = std::max<uint64_t>(*position, 1);
    name = name.substr(0, last);
  }
  out.name = name;
  if (out.object.empty() || out.name.empty())
    return std::nullopt;
  return out;
}

// "NAME", "NAME OP VERSION" or "(NAME if CONDITION)", as rpm writes it.
inline std::string text_of(const Relation& relation) {
  const std::string plain = relation.op.empty()
                                ? relation.name
                                : relation.name + " " + relation.op + " " + relation.version;
  return relation.condition.empty() ? plain : "(" + plain + " if " + relation.condition + ")";
}

// "conflicts: NAME < 1-1"
inline std::string line_of(const Relation& relation) {
  return relation.kind + ": " + text_of(relation);
}

inline std::string text_of(const Exact& exact) { return exact.name + "=" + exact.version; }

// "[EPOCH:]V-R"
inline std::string evr_of(const Package& package) {
  return (package.epoch.empty() ? "" : package.epoch + ":") + package.version + "-" +
         package.release;
}

// --- reading ---------------------------------------------------------------------------------------------------

namespace detail {

// kpb's own document tells what is absent by itself; a plugin's by the value's kind.
template <class Document>
std::optional<int64_t> integer(const Document& document, std::string_view path) {
  return document.integer(path);
}
template <class Document>
std::optional<bool> boolean(const Document& document, std::string_view path) {
  return document.boolean(path);
}
inline std::optional<int64_t> integer(const sdk::Document& document, std::string_view path) {
  const kpb_value v = document.value(path);
  return v.kind == KPB_KIND_INTEGER ? std::optional<int64_t>(v.integer) : std::nullopt;
}
inline std::optional<bool> boolean(const sdk::Document& document, std::string_view path) {
  const kpb_value v = document.value(path);
  return v.kind == KPB_KIND_BOOLEAN ? std::optional<bool>(v.integer != 0) : std::nullopt;
}

template <class Document> class Reader {
public:
  Reader(const Document& document, std::string_view at) : m_document(document), m_path(at) {
    m_path += '/';
    m_base = m_path.size();
  }
  void operator()(std::string_view member, std::string& value) const {
    value = std::string(m_document.text(path_of(member)));
  }
  void operator()(std::string_view member, std::optional<std::string>& value) const {
    if (m_document.has(path_of(member)))
      value = std::string(m_document.text(m_path));
  }
  void operator()(std::string_view member, std::optional<bool>& value) const {
    value = boolean(m_document, path_of(member));
  }
  void operator()(std::string_view member, std::optional<int64_t>& value) const {
    value = integer(m_document, path_of(member));
  }
  void operator()(std::string_view member, uint64_t& value) const {
    if (const auto number = integer(m_document, path_of(member)); number && *number >= 0)
      value = static_cast<uint64_t>(*number);
  }

private:
  // Lists have thousands of elements: one string serves all of their members.
  const std::string& path_of(std::string_view member) const {
    m_path.resize(m_base);
    return m_path += member;
  }

  const Document& m_document;
  mutable std::string m_path;
  size_t m_base = 0;
};

template <class Out> class Writer {
public:
  Writer(const Out& out, std::string_view at) : m_out(out), m_at(at) {}
  void operator()(std::string_view member, const std::string& value) const {
    if (!value.empty())
      m_out.put(pointer(m_at, member), value);
  }
  void operator()(std::string_view member, const std::optional<std::string>& value) const {
    if (value)
      m_out.put(pointer(m_at, member), *value);
  }
  void operator()(std::string_view member, const std::optional<bool>& value) const {
    if (value)
      m_out.put_boolean(pointer(m_at, member), *value);
  }
  void operator()(std::string_view member, const std::optional<int64_t>& value) const {
    if (value)
      m_out.put_integer(pointer(m_at, member), *value);
  }
  void operator()(std::string_view member, uint64_t value) const {
    m_out.put_integer(pointer(m_at, member), static_cast<int64_t>(value));
  }

private:
  const Out& m_out;
  std::string m_at;
};

} // namespace detail

// What lies at `at`: read<Exact>(document, fields::request_on_top_of).
template <class View, class Document> View read(const Document& document, std::string_view at) {
  View out;
  View::visit(out, detail::Reader<Document>(document, at));
  return out;
}

// The Nth of a list.
template <class View, class Document>
View element(const Document& document, std::string_view list, size_t n) {
  return read<View>(document, pointer(list, n));
}

// A list, in its order.
template <class View, class Document>
std::vector<View> all(const Document& document, std::string_view list) {
  std::vector<View> out;
  const size_t count = document.size(list);
  out.reserve(count);
  for (size_t n = 0; n < count; ++n)
    out.push_back(element<View>(document, list, n));
  return out;
}

template <class Document>
std::vector<Function> functions(const Document& document,
                                std::string_view list = fields::module_functions) {
  return all<Function>(document, list);
}
template <class Document>
std::vector<Relation> relations(const Document& document,
                                std::string_view list = fields::relations) {
  return all<Relation>(document, list);
}
template <class Document> std::vector<File> files(const Document& document) {
  return all<File>(document, fields::files);
}
template <class Document> std::vector<PackedFile> packed_files(const Document& document) {
  return all<PackedFile>(document, fields::found::files);
}
template <class Document> std::vector<StoredFile> inputs(const Document& document) {
  return all<StoredFile>(document, fields::inputs);
}
template <class Document> std::vector<StoredFile> sources(const Document& document) {
  return all<StoredFile>(document, fields::sources);
}
template <class Document> std::vector<Module> modules(const Document& document) {
  return all<Module>(document, fields::modules);
}
template <class Document> std::vector<Member> members(const Document& document) {
  return all<Member>(document, fields::members);
}
template <class Document> std::vector<Artifact> artifacts(const Document& document) {
  return all<Artifact>(document, fields::artifacts);
}
template <class Document> std::vector<Amendment> amendments(const Document& document) {
  return all<Amendment>(document, fields::amendments);
}
// A package document's own module: there is one at most.
template <class Document> Module module_of(const Document& document) {
  return read<Module>(document, fields::the_module);
}
template <class Document> Package package_of(const Document& document) {
  const auto text = [&](std::string_view path) { return std::string(document.text(path)); };
  return {text(fields::package_name), text(fields::package_epoch), text(fields::package_version),
          text(fields::package_release), text(fields::package_arch)};
}

// --- writing: `Out` is a plugin's Sink, or kpb's own Writer ------------------------------------------------------

// Sets what is known of `value` below `at`; what is there already and not known to it stays.
template <class View, class Out>
void write(const Out& out, std::string_view at, const View& value) {
  View::visit(value, detail::Writer<Out>(out, at));
}

// One more element of a list. Where it is: "/relations/3".
template <class View, class Out>
std::string append(const Out& out, std::string_view list, const View& value) {
  std::string at = out.append(list);
  write(out, at, value);
  return at;
}

} // namespace kpb::views

#endif
