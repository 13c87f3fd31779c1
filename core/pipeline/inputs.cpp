// SPDX-License-Identifier: GPL-2.0-only
//
// See inputs.hpp. Which kind an argument is follows from what it is (a directory, a name that ends
// in .c) and never from a guess at its content.
#include "core/pipeline/inputs.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"
#include "core/model/names.hpp"
#include "core/patch/warn_unpatchable.hpp"

#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_source = 32ULL * 1024 * 1024;
constexpr uint64_t k_max_tree = 64ULL * 1024 * 1024;
constexpr size_t k_max_tree_files = 2000;
constexpr size_t k_max_depth = 16;

// What a kernel build or an editor leaves in a directory; taken along it would only confuse.
bool is_left_over(const std::string& name) {
  for (const char* suffix : {".o", ".ko", ".mod", ".mod.c", ".cmd", ".symvers", ".order", ".a"})
    if (name.ends_with(suffix))
      return true;
  // Hidden files and editors' backups are nobody's sources.
  return name[0] == '.' || name.back() == '~';
}

bool refuse_unreadable(const std::string& path, const SystemError& error, DiagnosticSink& sink) {
  std::string why = error.reason();
  if (error.number == EFBIG)
    why = "it is larger than kpb takes";
  return fail(sink,
              {.fault = Fault::input,
               .code = "input-unreadable",
               .what = fmt::format("cannot read {}", shown(path)),
               .why = why,
               .hint = error.number == ENOENT
                           ? "check the path; a file name that begins with '-' is given as ./-NAME"
                           : ""});
}

std::optional<Input> make_input(const std::string& path, const std::string& name,
                                Result<std::string> content, FileSystem& files,
                                DiagnosticSink& sink) {
  const auto info = files.stat(path);
  if (!content || !info) {
    refuse_unreadable(path, content ? info.error() : content.error(), sink);
    return std::nullopt;
  }
  Input input;
  input.shown_path = path;
  input.name = name;
  input.sha256 = sha256_hex(*content);
  input.content = std::move(*content);
  input.mtime = info->mtime;
  return input;
}

std::optional<Input> read_file(const std::string& path, const std::string& name, uint64_t limit,
                               FileSystem& files, DiagnosticSink& sink) {
  return make_input(path, name, files.read(path, limit), files, sink);
}

// What one says by itself; that it fits a kernel's source is seen when that is known.
bool read_diff(const std::string& path, InputSet& set, FileSystem& files, DiagnosticSink& sink) {
  auto content = files.read(path, k_max_patch_size);
  if (!content && content.error().number == EFBIG)
    return fail(sink, {.fault = Fault::input,
                       .code = "patch-too-large",
                       .where = path,
                       .what = "the patch is refused",
                       .why = "it is larger than 32 MiB"});
  auto input = make_input(path, base_name(path), std::move(content), files, sink);
  if (!input)
    return false;
  auto patch = read_patch(input->content, path, sink);
  if (!patch)
    return false;
  set.files.push_back(std::move(*input));
  set.patches.push_back(std::move(*patch));
  return true;
}

bool read_tree(const std::string& directory, const std::string& prefix, size_t depth, InputSet& set,
               uint64_t& total, FileSystem& files, DiagnosticSink& sink) {
  const auto names = files.list(directory);
  if (!names)
    return refuse_unreadable(directory, names.error(), sink);
  for (const auto& name : *names) {
    const std::string path = directory + "/" + name;
    if (is_left_over(name))
      continue;
    if (!is_safe_path("/" + prefix + name))
      return fail(
          sink,
          {.fault = Fault::input,
           .code = "input-name",
           .what = fmt::format("the file name {} is refused", shown(prefix + name)),
           .why =
               "in a source directory names have letters, digits and . _ + ~ - only, because make "
               "reads them",
           .hint = "rename it"});
    const auto info = files.stat(path, /*follow=*/false);
    if (!info)
      return refuse_unreadable(path, info.error(), sink);
    if (info->type == FileInfo::Type::directory) {
      if (depth == k_max_depth)
        return fail(sink, {.fault = Fault::input,
                           .code = "input-tree",
                           .what = fmt::format("{} is refused", shown(path)),
                           .why = "the directory is deeper than 16 levels"});
      if (!read_tree(path, prefix + name + "/", depth + 1, set, total, files, sink))
        return false;
      continue;
    }
    if (info->type != FileInfo::Type::regular)
      return fail(
          sink,
          {.fault = Fault::input,
           .code = "input-tree",
           .what = fmt::format("{} is refused", shown(path)),
           .why =
               "a source directory holds regular files and directories only (no links, no devices)"});
    total += info->size;
    if (total > k_max_tree || set.files.size() >= k_max_tree_files)
      return fail(sink, {.fault = Fault::input,
                         .code = "input-tree",
                         .what = fmt::format("{} is refused", shown(directory)),
                         .why = "a source directory has at most 2,000 files and 64 MiB",
                         .hint = "give the directory of the live patch, not a kernel tree"});
    auto input = read_file(path, prefix + name, k_max_tree, files, sink);
    if (!input)
      return false;
    input->stored = "inputs/" + prefix + name;
    set.files.push_back(std::move(*input));
  }
  return true;
}

// Files get a name that every tool can take; the user's own stays in the document.
void store_under_safe_names(InputSet& set) {
  for (size_t i = 0; i < set.files.size(); ++i) {
    auto& input = set.files[i];
    if (!input.stored.empty())
      continue;
    const std::string number = std::to_string(i + 1);
    input.stored = "inputs/" + (set.files.size() > 1 ? number + "/" : std::string()) +
                   (is_safe_name(input.name) ? input.name
                    : set.kind == "source"   ? std::string("source.c")
                    : set.kind == "module"   ? std::string("module.ko")
                                             : "patch-" + number + ".patch");
  }
}

bool read_source(const std::string& path, InputSet& set, FileSystem& files, DiagnosticSink& sink) {
  set.kind = "source";
  if (!set.directory) {
    auto input = read_file(path, base_name(path), k_max_source, files, sink);
    if (!input)
      return false;
    if (is_blank(input->content))
      return fail(sink, {.fault = Fault::input,
                         .code = "source-empty",
                         .what = fmt::format("{} holds no code", shown(path)),
                         .why = "it is empty"});
    set.files.push_back(std::move(*input));
    return true;
  }
  const auto kbuild = files.stat(path + "/Kbuild");
  if (!kbuild || kbuild->type != FileInfo::Type::regular)
    return fail(sink, {.fault = Fault::input,
                       .code = "source-no-kbuild",
                       .what = fmt::format("the directory {} has no Kbuild", shown(path)),
                       .why = "a hand-written module is a .c file or a directory with a Kbuild",
                       .hint = "a Kbuild with one line is enough: obj-m := NAME.o"});
  uint64_t total = 0;
  return read_tree(path, "", 0, set, total, files, sink);
}

} // namespace

std::optional<InputSet> read_inputs(const BuildRequest& request, FileSystem& files,
                                    DiagnosticSink& sink) {
  InputSet set;
  const auto refuse = [&](const std::string& what, const std::string& why,
                          const std::string& hint) {
    fail(sink,
         {.fault = Fault::input, .code = "command-line", .what = what, .why = why, .hint = hint});
    return std::nullopt;
  };
  if (request.module) {
    if (!request.arguments.empty())
      return refuse("--module and " + shown(request.arguments[0]) + " are given",
                    "a package is made from a module or from sources, not both", "leave one out");
    set.kind = "module";
    auto input =
        read_file(*request.module, base_name(*request.module), k_max_module_size, files, sink);
    if (!input)
      return std::nullopt;
    set.files.push_back(std::move(*input));
    store_under_safe_names(set);
    return set;
  }
  if (request.arguments.empty())
    return refuse("there is nothing to build", "no patch and no --module is given",
                  "kpb build PATCH, or kpb build --module FILE.ko; kpb help build tells more");
  const std::string& first = request.arguments[0];
  const auto info = files.stat(first);
  set.directory = info && info->type == FileInfo::Type::directory;
  const bool source = set.directory || first.ends_with(".c") || request.builder == "kbuild";
  if (source && request.arguments.size() > 1)
    return refuse("several arguments are given with " + shown(first),
                  "a hand-written module is one .c file or one directory",
                  "put them into one directory");
  if (source && request.builder == "kbuild" && !set.directory && !first.ends_with(".c"))
    return refuse("the builder kbuild cannot take " + shown(first),
                  "it compiles a .c file or a directory with a Kbuild",
                  "leave --builder out for a diff");
  if (source) {
    if (!read_source(first, set, files, sink))
      return std::nullopt;
  } else {
    set.kind = "diff";
    for (const auto& argument : request.arguments) {
      if (argument.ends_with(".ko"))
        return refuse(shown(argument) + " is no patch", "it looks like a finished module",
                      "kpb build --module " + argument + " packages it");
      if (!read_diff(argument, set, files, sink))
        return std::nullopt;
    }
    if (!warn_unpatchable(set.patches, sink))
      return std::nullopt;
  }
  store_under_safe_names(set);
  return set;
}

} // namespace kpb
