// SPDX-License-Identifier: GPL-2.0-only
//
// kpb kernel: manages the prepared kernels in the store.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/cli/session.hpp"
#include "core/cli/subcommand.hpp"
#include "core/kernel/add_kernel.hpp"
#include "core/kernel/build_root.hpp"
#include "core/kernel/describe_kernel.hpp"
#include "core/kernel/disk_use.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/prime_kernel.hpp"
#include "core/system/believe.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

namespace f = fields::result;

// Returns what writes more of it.
Writer put_kernel(Document& result, const PreparedKernel& kernel) {
  const Writer out = Writer(result, "").element(f::kernels);
  out.put(f::listed_kernel::id, kernel.id);
  out.put(f::listed_kernel::path, kernel.directory);
  out.put_document(f::listed_kernel::kernel, kernel.description);
  return out;
}

bool take_request(Session& session, const Arguments& arguments, KernelRequest& request) {
  auto& sink = session.diagnostics();
  const auto release = arguments.value("kernel");
  const auto source = arguments.value("source");
  if (!release || !source)
    return misused(session, "kernel",
                   std::string("kpb kernel add needs ") +
                       (release ? "--source" : "-k RELEASE and --source"));
  const auto name = parse_kernel_name(*release, arguments.value("arch").value_or(""),
                                      session.environment().machine(), sink);
  if (!name)
    return false;
  request.kernel = *name;
  request.source = *source;
  request.config = arguments.value("config");
  request.vmlinux = arguments.value("vmlinux");
  request.modules = arguments.value("modules");
  request.symvers = arguments.value("symvers");
  request.packages = arguments.values("package");
  const auto root = arguments.value("root");
  if (!root)
    return true;
  const auto resolved = session.files().resolve(*root);
  const auto info = resolved ? session.files().stat(*resolved) : tl::unexpected(resolved.error());
  if (!info || info->type != FileInfo::Type::directory)
    return fail(sink, {.fault = Fault::input,
                       .code = "root",
                       .where = *root,
                       .what = "it cannot be used as a root",
                       .why = info ? "it is no directory" : info.error().reason(),
                       .hint = "make-debian-root.sh (in share/kpb) makes one of Debian"});
  if (!believe(session.files(), sink, *root, Wanted::directory, unsafe_root(*root)))
    return false;
  // "/" is the host itself, which is stored as "".
  request.root = *resolved == "/" ? "" : *resolved;
  return true;
}

// Compiles the original now, so that the first patch need not wait for it.
bool compile(Session& session, const RunContext& context, KernelStore& store,
             const PreparedKernel& kernel, const Arguments& arguments, Document& result) {
  if (arguments.has("no-compile"))
    return true;
  BuildRequest request;
  request.builder = arguments.value("builder");
  request.store_limit = arguments.value("store-limit");
  const auto jobs = parse_unsigned(
      arguments.value("jobs").value_or(std::to_string(session.environment().processors())), 4096);
  if (!jobs || *jobs == 0)
    return misused(session, "kernel", "--jobs " + shown(*arguments.value("jobs")) + " is refused",
                   "it is a number from 1 to 4096");
  request.jobs = *jobs;
  const auto lock = store.lock(kernel, /*exclusive=*/false);
  if (!lock || !session.open_plugins(arguments))
    return false;
  Context with_plugins = session.context(context.progress);
  std::string builder;
  if (!prime_kernel(with_plugins, kernel, request, builder))
    return false;
  result.put_text(f::builder, builder, "");
  return true;
}

bool add(Session& session, const RunContext& context, const Arguments& arguments,
         Document& result) {
  KernelRequest request;
  if (arguments.operands.size() != 1)
    return misused(session, "kernel",
                   "kpb kernel add does not accept " + shown(arguments.operands[1]));
  if (!take_request(session, arguments, request) ||
      !store_limit(context, arguments.value("store-limit")))
    return false;
  const auto directory = store_directory(context, arguments.value("store"), /*make=*/true);
  if (!directory)
    return false;
  KernelStore store(context, *directory);
  const auto added = add_kernel(context, store, request);
  if (!added)
    return false;
  put_kernel(result, added->kernel);
  result.put_boolean(f::existed, added->existed, "");
  if (!compile(session, context, store, added->kernel, arguments, result))
    return false;
  context.progress.close();
  if (!session.json() && !session.quiet())
    session.out(added->kernel.id + "\n");
  return true;
}

std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size() + 2), ' ');
  return text;
}

std::optional<KernelStore> open_store(const RunContext& context, const Arguments& arguments) {
  const auto directory = store_directory(context, arguments.value("store"), /*make=*/false);
  return directory ? std::optional<KernelStore>(std::in_place, context, *directory) : std::nullopt;
}

bool list(Session& session, const RunContext& context, const Arguments& arguments,
          Document& result) {
  auto store = open_store(context, arguments);
  const auto kernels = store ? store->list() : std::nullopt;
  if (!kernels)
    return false;
  size_t width = 4;
  for (const auto& kernel : *kernels)
    width = std::max(width, kernel.id.size() + 2);
  if (!session.json())
    session.out(padded("ID", width) + padded("ARCH", 9) + padded("CREATED", 22) +
                padded("SIZE", 10) + padded("COMPILED", 10) + padded("USED", 22) + "ROOT\n");
  for (const auto& kernel : *kernels) {
    const auto use = use_of(context, kernel);
    const std::string used = use.used ? utc_time(*use.used) : "";
    const Writer out = put_kernel(result, kernel);
    out.put_integer(f::listed_kernel::size, use.size);
    out.put_integer(f::listed_kernel::templates_size, use.templates);
    out.put(f::listed_kernel::used, used);
    if (!session.json())
      session.out(padded(kernel.id, width) +
                  padded(kernel.description.text(fields::prepared::arch), 9) +
                  padded(kernel.description.text(fields::prepared::created), 22) +
                  padded(size_words(use.size), 10) +
                  padded(use.templates == 0 ? "-" : size_words(use.templates), 10) +
                  padded(used.empty() ? "-" : used, 22) +
                  (kernel.root.empty() ? "-" : escape_control(kernel.root)) + "\n");
  }
  return true;
}

void show_kernel(Session& session, const PreparedKernel& kernel) {
  const auto& d = kernel.description;
  const auto line = [](const std::string& name, const std::string& value) {
    return "  " + padded(name, 12) + escape_control(value.empty() ? "-" : value) + "\n";
  };
  namespace k = fields::prepared;
  session.out(kernel.id + "\n" + line("release", kernel.release()) + line("arch", d.text(k::arch)) +
              line("key", kernel.key()) + line("created", d.text(k::created)) +
              line("path", kernel.directory) + line("root", kernel.root) +
              line("source", "Linux " + d.text(k::source_version) + ", " +
                                 std::to_string(d.integer(k::source_files).value_or(0)) +
                                 " files, of a " + d.text(k::source_kind)) +
              line("compiler", d.text(k::vmlinux_compiler)) +
              line("build-id", d.text(k::vmlinux_build_id)) +
              line("debug info", d.boolean(k::vmlinux_debug_info).value_or(false) ? "yes" : "no") +
              line("symvers", d.has(k::symvers) ? "yes" : "no") +
              line("modules", std::to_string(d.size(k::modules))));
}

// Applies to the given kernels, or to all.
bool prune(Session& session, const RunContext& context, const Arguments& arguments,
           Document& result) {
  auto store = open_store(context, arguments);
  if (!store)
    return false;
  const std::vector<std::string> names = {arguments.operands.begin() + 1, arguments.operands.end()};
  auto listed = names.empty() ? store->list() : std::vector<PreparedKernel>{};
  bool good = listed.has_value();
  auto kernels = std::move(listed).value_or(std::vector<PreparedKernel>{});
  for (const auto& name : names) {
    auto kernel = store->find(name);
    good = good && kernel; // the other kernels are looked up as well
    if (kernel)
      kernels.push_back(std::move(*kernel));
  }
  uint64_t freed = 0;
  for (const auto& kernel : kernels) {
    put_kernel(result, kernel);
    for (const auto& use : templates_of(context, kernel)) {
      const auto removed = remove_template(context, use);
      if (removed == Removal::done)
        freed += use.size;
      else if (removed == Removal::in_use)
        note(context.diagnostics,
             {.code = "template-in-use",
              .where = kernel.id,
              .what = fmt::format("its compiled original {} was kept", base_name(use.directory)),
              .why = "it is in use or being compiled"});
      good = good && removed != Removal::failed;
    }
  }
  result.put_integer(f::freed, static_cast<int64_t>(freed), "");
  if (!session.json() && !session.quiet())
    session.out(size_words(freed) + " freed\n");
  return good;
}

// What is done to each of the kernels that are given; a failure does not keep it from the others.
template <class Do>
bool with_each(const RunContext& context, const Arguments& arguments, Document& result, Do act) {
  auto store = open_store(context, arguments);
  bool good = store.has_value();
  for (size_t i = 1; store && i < arguments.operands.size(); ++i) {
    const auto kernel = store->find(arguments.operands[i]);
    if (kernel && act(*store, *kernel))
      put_kernel(result, *kernel);
    else
      good = false;
  }
  return good;
}

bool show(Session& session, const RunContext& context, const Arguments& arguments,
          Document& result) {
  return with_each(context, arguments, result, [&](KernelStore&, const PreparedKernel& kernel) {
    if (!session.json())
      show_kernel(session, kernel);
    return true;
  });
}

bool remove(Session&, const RunContext& context, const Arguments& arguments, Document& result) {
  return with_each(
      context, arguments, result,
      [](KernelStore& store, const PreparedKernel& kernel) { return store.remove(kernel); });
}

bool run(Session& session, const RunContext& context, const Arguments& arguments,
         Document& result) {
  const CommandSpec& spec = find_command("kernel")->spec;
  result.put_array(f::kernels, "");
  const SubCommand* sub = find_subcommand(spec, arguments);
  if (sub == nullptr)
    return misused(session, "kernel", "kpb kernel takes " + subcommand_words(spec));
  return check_options(session, spec, *sub, arguments) &&
         sub->run(session, context, arguments, result);
}

int command_kernel(Session& session, const Arguments& arguments) {
  Document result = new_result("kernel");
  ConsoleProgress progress(session.environment(), session.terminal());
  const OpenLine line(session.diagnostics(), [&] { progress.close(); });
  const bool done = run(session, session.run_context(progress), arguments, result);
  progress.close();
  return session.finish(&result, done);
}

CommandSpec kernel_spec() {
  return {
      "kernel",
      "[OPTIONS] add | list | show KERNEL... | remove KERNEL... | prune [KERNEL...]",
      "prepare the kernels that patches are built for",
      "Prepares kernels that patches are built for. A kernel is prepared once, from its "
      "source, configuration, debug vmlinux and modules; patches are then built for it "
      "without compiling it again. add checks that these parts belong together, compiles "
      "the original kernel with the builder, and prints the kernel's id. prune removes "
      "compiled originals of the named kernels, or of all; the next patch compiles them "
      "again, and those in use stay. KERNEL is an id, a release that only one kernel has, "
      "or the first digits of a key. Adding a source package (.dsc, .src.rpm) runs the "
      "commands with which the package prepares its source.",
      {
          {"kernel", 'k', "RELEASE", false, "add: the kernel's uname -r", "kernel"},
          {"builder", 0, "NAME", false,
           "add: the builder that compiles the original: auto (default), klp-build or "
           "kpatch-build",
           "builder"},
          {"no-compile", 0, nullptr, false,
           "add: do not compile the original now; the first patch does it", nullptr},
          {"jobs", 'j', "N", false,
           "add: number of processes for compiling; default the number of processors", nullptr},
          {"arch", 'a', "ARCH", false,
           "add: its architecture; default the release's, else this machine's",
           "x86_64|aarch64|ppc64le|s390x"},
          {"source", 0, "PATH", false,
           "add: its source: a directory, a tarball, a linux-source .deb, a .dsc or a .src.rpm",
           "file"},
          {"config", 0, "FILE", false, "add: its configuration, or a package with it", "file"},
          {"vmlinux", 0, "FILE", false,
           "add: its vmlinux with debug information, or a package with it", "file"},
          {"modules", 0, "PATH", false, "add: its modules: a directory, a package or a single one",
           "file"},
          {"symvers", 0, "FILE", false, "add: its Module.symvers, or a package with it", "file"},
          {"package", 0, "FILE", true,
           "add: a binary RPM or deb of this kernel; everything not named by other options is "
           "taken from it; can be repeated",
           "file"},
          {"root", 0, "DIR", false,
           "add: the root file system of the kernel's distribution, with the compiler that "
           "compiled the kernel",
           "directory"},
          {"store", 0, "DIR", false,
           "where prepared kernels are; default $KPB_STORE, else /var/cache/kpb or ~/.cache/kpb",
           "directory"},
          {"unconfined", 0, nullptr, false, "add: as for kpb build", nullptr},
          {"store-limit", 0, "GIB", false,
           "add: the store's maximum size in GiB; above it, compiled originals are removed; "
           "default $KPB_STORE_LIMIT, or 100",
           nullptr},
      },
      {
          {"kpb kernel add -k 6.12.94 --source linux-6.12.94 --root /srv/roots/trixie",
           "from a tree that the kernel was built in"},
          {"kpb kernel add -k 5.14.0-362.el9 --source k.src.rpm --package core.rpm --package debuginfo.rpm",
           "from a distribution's packages"},
          {"kpb kernel list", "what is installed or prepared?"},
          {"kpb kernel prune", "free disk space: compiled originals can be made again"},
          {"kpb kernel remove 6.12.94", "free more disk space"},
      },
      nullptr,
      {
          {"add",
           "",
           0,
           k_any_number,
           {"kernel", "arch", "source", "config", "vmlinux", "modules", "symvers", "package",
            "root", "builder", "jobs", "no-compile", "store-limit", "unconfined"},
           add},
          {"list", "", 0, 0, {}, list},
          {"show", "KERNEL", 1, k_any_number, {}, show},
          {"remove", "KERNEL", 1, k_any_number, {}, remove},
          {"prune", "[KERNEL]", 0, k_any_number, {}, prune},
      }};
}

} // namespace

Command kernel_command() { return {kernel_spec(), command_kernel}; }

} // namespace kpb
