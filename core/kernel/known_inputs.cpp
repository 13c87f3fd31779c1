// SPDX-License-Identifier: GPL-2.0-only
//
// See known_inputs.hpp. A file's ctime is set by the system alone: whoever resets its mtime changes its ctime. Its
// resolution is that of the system's clock, so of a file that changed in the last seconds nothing is known for sure.
#include "core/kernel/known_inputs.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/kernel/archive.hpp"
#include "core/kernel/build_root.hpp"
#include "core/kernel/checks.hpp"
#include "core/kernel/tree_filter.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include <kpb/sdk/views.hpp>

namespace kpb {

namespace {

namespace f = fields::known_inputs;

// What was said of these inputs when the kernel was made of them.
struct Warning {
  std::string code, where, what, why, hint;

  template <class Self, class Each> static void visit(Self& self, const Each& each) {
    each(f::warning::code, self.code);
    each(f::warning::where, self.where);
    each(f::warning::what, self.what);
    each(f::warning::why, self.why);
    each(f::warning::hint, self.hint);
  }
};

constexpr int64_t k_settled_seconds = 2;
constexpr int64_t k_nanoseconds = 1000000000;
constexpr int k_max_depth = 64;
constexpr uint64_t k_max_record = uint64_t{1} << 20U;

class Stamp {
public:
  explicit Stamp(const RunContext& context)
      : m_context(context), m_now(context.environment.wall_clock()) {
    text("kpb " KPB_VERSION);
  }

  void text(const std::string& value) { m_digest.update(value + std::string(1, '\0')); }
  // A missing file is part of the stamp, too.
  void file(const std::string& path) {
    const auto info = m_context.files.stat(path);
    text(path);
    if (info)
      take(*info);
    m_good = m_good && (!info || info->type == FileInfo::Type::regular);
  }
  enum class Takes { all, sources_only };
  void directory(const std::string& path, Takes takes) {
    text(path);
    walk(path, "", takes, 0);
  }
  void give_up() { m_good = false; }
  std::string digest() {
    return m_good && m_context.interrupts.pending() == 0 ? m_digest.hex() : "";
  }

private:
  void take(const FileInfo& info) {
    m_good =
        m_good && info.inode != 0 && info.changed_ns / k_nanoseconds + k_settled_seconds < m_now;
    for (const auto number :
         {static_cast<uint64_t>(info.type), info.size, uint64_t{info.mode}, info.device, info.inode,
          static_cast<uint64_t>(info.modified_ns), static_cast<uint64_t>(info.changed_ns)})
      text(std::to_string(number));
  }

  void walk(const std::string& directory, const std::string& prefix, Takes takes, int depth) {
    const auto names = m_context.files.list(directory);
    if (!names || depth > k_max_depth || m_context.interrupts.pending() != 0)
      return give_up();
    for (const auto& name : *names) {
      const std::string path = prefix + name;
      const auto info = m_context.files.stat(directory + "/" + name, /*follow=*/false);
      if (!info)
        return give_up();
      const bool is_directory = info->type == FileInfo::Type::directory;
      const bool is_product = is_directory ? is_build_directory(path) : is_build_product(path);
      if (takes == Takes::sources_only && is_product)
        continue;
      text(path);
      // Of a directory only its content counts: its own times change with every temporary file.
      if (is_directory)
        walk(directory + "/" + name, path + "/", takes, depth + 1);
      else
        take(*info);
      if (!m_good)
        return;
    }
  }

  const RunContext& m_context;
  int64_t m_now;
  Sha256 m_digest;
  bool m_good = true;
};

void stamp_source(const RunContext& context, const std::string& source, Stamp& stamp) {
  const auto info = context.files.stat(source);
  if (!info)
    return stamp.give_up();
  if (info->type == FileInfo::Type::directory) {
    stamp.directory(source, Stamp::Takes::sources_only);
    for (const char* name : {".config", "vmlinux", "Module.symvers"}) // may be taken from there
      stamp.file(source + "/" + name);
    return;
  }
  // What these give does not follow from the file alone: a .dsc names other files, and an SRPM is prepared with
  // this machine's macros.
  const auto kind = file_kind(context.files, source);
  if (!kind || *kind == FileKind::source_rpm || source.ends_with(".dsc"))
    return stamp.give_up();
  stamp.file(source);
}

std::string record_of(const PreparedKernel& kernel, const std::string& stamp) {
  return kernel.directory + "/known/" + stamp + ".json";
}

// Whether the requested root has the compiler and the packages that the kernel was added with.
bool has_toolchain(const RunContext& context, const PreparedKernel& kernel,
                   const std::string& root) {
  CollectingSink ignored;
  const RunContext quiet = context.reporting_to(ignored);
  const auto config = context.files.read(kernel.config(), uint64_t{16} << 20U);
  const std::string compiler = compiler_of(parse_config(config.value_or("")));
  const auto comment = compiler_comment(
      run_in_root(quiet, root), find_program(context.files, root, compiler).value_or(compiler));
  return comment && root_identity(quiet, root, *comment) ==
                        kernel.description.text(fields::prepared::toolchain_identity);
}

} // namespace

std::string stamp_of_inputs(const RunContext& context, const KernelRequest& request) {
  Stamp stamp(context);
  for (const auto& word :
       {request.kernel.release, request.kernel.arch, request.root, std::string("source")})
    stamp.text(word);
  stamp_source(context, request.source, stamp);
  const auto option = [&](const char* name, const std::optional<std::string>& path) {
    stamp.text(name);
    if (!path)
      return;
    const auto info = context.files.stat(*path);
    if (info && info->type == FileInfo::Type::directory)
      stamp.directory(*path, Stamp::Takes::all);
    else
      stamp.file(*path);
  };
  option("config", request.config);
  option("vmlinux", request.vmlinux);
  option("symvers", request.symvers);
  option("modules", request.modules);
  for (const auto& package : request.packages)
    option("package", package);
  return stamp.digest();
}

std::optional<PreparedKernel> find_by_stamp(const RunContext& context, KernelStore& store,
                                            const KernelRequest& request,
                                            const std::string& stamp) {
  CollectingSink ignored;
  auto kernels = stamp.empty() ? std::nullopt : store.list();
  if (!kernels)
    return std::nullopt;
  for (auto& kernel : *kernels) {
    const auto text = context.files.read(record_of(kernel, stamp), k_max_record);
    const auto record =
        text ? Document::parse(*text, "", ignored, std::string(f::schema_name)) : std::nullopt;
    if (!record || record->text(f::key) != kernel.key() ||
        !has_toolchain(context, kernel, request.root))
      continue;
    for (const auto& said : views::all<Warning>(*record, f::warnings))
      warn(context.diagnostics, {.code = said.code,
                                 .where = said.where,
                                 .what = said.what,
                                 .why = said.why,
                                 .hint = said.hint});
    return std::move(kernel);
  }
  return std::nullopt;
}

void remember_stamp(const RunContext& context, const KernelStore& store,
                    const PreparedKernel& kernel, const std::string& stamp,
                    const std::vector<Diagnostic>& warnings) {
  CollectingSink ignored;
  const RunContext quiet = context.reporting_to(ignored);
  const auto lock = KernelStore(quiet, store.directory()).lock(kernel, /*exclusive=*/false);
  const std::string path = record_of(kernel, stamp);
  if (!lock || context.files.stat(path))
    return;
  Document record;
  const Writer out(record, "");
  out.put(f::schema, f::schema_name);
  out.put(f::key, kernel.key());
  out.put_array(f::warnings);
  for (const auto& w : warnings)
    views::append(out, f::warnings, Warning{w.code, w.where, w.what, w.why, w.hint});
  // Two runs may do this at once: each writes to a directory of its own, and renames the complete file.
  const auto made = context.files.make_directory(parent_path(path), 0700);
  if (!made)
    return;
  context.files.sweep(parent_path(path), {Leftovers::Kind::directories, ".new-", ""});
  const auto own = context.files.make_held_directory(parent_path(path), ".new-", "");
  if (!own)
    return;
  if (context.files.write_new(own->path + "/record", record.dump(false), 0644, /*durable=*/false))
    (void)context.files.rename(own->path + "/record", path);
  (void)context.files.remove_tree(own->path);
}

} // namespace kpb
