// SPDX-License-Identifier: GPL-2.0-only
//
// kpb kernel: manages the prepared kernels in the store.
#include "core/base/text.hpp"
#include "core/cli/build_report.hpp"
#include "core/cli/command.hpp"
#include "core/cli/session.hpp"
#include "core/kernel/add_kernel.hpp"
#include "core/kernel/describe_kernel.hpp"
#include "core/kernel/disk_use.hpp"
#include "core/pipeline/prime_kernel.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

bool misused(Session& session, const std::string& what, const std::string& why = {}) {
  return fail(session.diagnostics(), {.fault = Fault::input,
                                      .code = "command-line",
                                      .what = what,
                                      .why = why,
                                      .hint = "kpb help kernel tells more"});
}

std::string put_kernel(Document& result, const PreparedKernel& kernel) {
  const std::string at = pointer("/kernels", result.size("/kernels"));
  result.put_text(at + "/id", kernel.id, "");
  result.put_text(at + "/path", kernel.directory, "");
  result.put_document(at + "/kernel", kernel.description, "");
  return at;
}

// Options that only `add` takes; the other verbs would silently ignore them.
constexpr const char* k_of_add[] = {"kernel",  "arch",       "source",     "config", "vmlinux",
                                    "modules", "symvers",    "package",    "root",   "builder",
                                    "jobs",    "no-compile", "store-limit"};

bool take_request(Session& session, const Arguments& arguments, KernelRequest& request) {
  auto& sink = session.diagnostics();
  const auto release = arguments.value("kernel");
  const auto source = arguments.value("source");
  if (!release || !source)
    return misused(session, std::string("kpb kernel add needs ") +
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
  // "/" is the host itself, which is stored as "".
  request.root = *resolved == "/" ? "" : *resolved;
  return true;
}

// Compiles the original now, so that the first patch need not wait for it.
bool compile(Session& session, Progress& progress, KernelStore& store, const PreparedKernel& kernel,
             const Arguments& arguments, Document& result) {
  if (arguments.has("no-compile"))
    return true;
  BuildRequest request;
  request.builder = arguments.value("builder");
  request.store_limit = arguments.value("store-limit");
  const auto jobs = parse_unsigned(
      arguments.value("jobs").value_or(std::to_string(session.environment().processors())), 4096);
  if (!jobs || *jobs == 0)
    return misused(session, "--jobs " + shown(*arguments.value("jobs")) + " is refused",
                   "it is a number from 1 to 4096");
  request.jobs = *jobs;
  const auto lock = store.lock(kernel, /*exclusive=*/false);
  if (!lock || !session.open_plugins(arguments))
    return false;
  Context context = session.context(progress);
  std::string builder;
  if (!prime_kernel(context, kernel, request, builder))
    return false;
  result.put_text("/builder", builder, "");
  return true;
}

bool add(Session& session, const RunContext& context, const Arguments& arguments,
         Document& result) {
  KernelRequest request;
  if (arguments.operands.size() != 1)
    return misused(session, "kpb kernel add takes no " + shown(arguments.operands[1]));
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
  result.put_boolean("/existed", added->existed, "");
  if (!compile(session, context.progress, store, added->kernel, arguments, result))
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

bool list(Session& session, const RunContext& context, KernelStore& store, Document& result) {
  const auto kernels = store.list();
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
    const std::string at = put_kernel(result, kernel);
    result.put_integer(at + "/size", static_cast<int64_t>(use.size), "");
    result.put_integer(at + "/templates_size", static_cast<int64_t>(use.templates), "");
    result.put_text(at + "/used", used, "");
    if (!session.json())
      session.out(padded(kernel.id, width) + padded(kernel.description.text("/arch"), 9) +
                  padded(kernel.description.text("/created"), 22) +
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
  session.out(kernel.id + "\n" + line("release", kernel.release()) + line("arch", d.text("/arch")) +
              line("key", d.text("/key")) + line("created", d.text("/created")) +
              line("path", kernel.directory) + line("root", kernel.root) +
              line("source", "Linux " + d.text("/source/version") + ", " +
                                 std::to_string(d.integer("/source/files").value_or(0)) +
                                 " files, of a " + d.text("/source/kind")) +
              line("compiler", d.text("/vmlinux/compiler")) +
              line("build-id", d.text("/vmlinux/build_id")) +
              line("debug info", d.boolean("/vmlinux/debug_info").value_or(false) ? "yes" : "no") +
              line("symvers", d.has("/symvers") ? "yes" : "no") +
              line("modules", std::to_string(d.size("/modules"))));
}

// Applies to the given kernels, or to all.
bool prune(Session& session, const RunContext& context, KernelStore& store,
           const std::vector<std::string>& names, Document& result) {
  auto listed = names.empty() ? store.list() : std::vector<PreparedKernel>{};
  bool good = listed.has_value();
  auto kernels = std::move(listed).value_or(std::vector<PreparedKernel>{});
  for (const auto& name : names) {
    auto kernel = store.find(name);
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
              .what = fmt::format("its compiled original {} stays", base_name(use.directory)),
              .why = "it is in use, or being made"});
      good = good && removed != Removal::failed;
    }
  }
  result.put_integer("/freed", static_cast<int64_t>(freed), "");
  if (!session.json() && !session.quiet())
    session.out(size_words(freed) + " freed\n");
  return good;
}

bool run(Session& session, const RunContext& context, const Arguments& arguments,
         Document& result) {
  const auto& words = arguments.operands;
  const std::string verb = words.empty() ? "" : words[0];
  result.put_array("/kernels", "");
  if (verb == "add")
    return add(session, context, arguments, result);
  const bool listing = verb == "list" && words.size() == 1;
  const bool pruning = verb == "prune";
  const bool naming = (verb == "show" || verb == "remove") && words.size() > 1;
  if (!listing && !naming && !pruning)
    return misused(session,
                   "kpb kernel takes add, list, show KERNEL, remove KERNEL, or prune [KERNEL]");
  for (const char* option : k_of_add)
    if (arguments.has(option))
      return misused(session, std::string("--") + option + " is given",
                     "kpb kernel " + verb + " does not take it");
  const auto directory = store_directory(context, arguments.value("store"), /*make=*/false);
  if (!directory)
    return false;
  KernelStore store(context, *directory);
  if (listing)
    return list(session, context, store, result);
  if (pruning)
    return prune(session, context, store, {words.begin() + 1, words.end()}, result);
  bool good = true;
  for (size_t i = 1; i < words.size(); ++i) {
    const auto kernel = store.find(words[i]);
    if (!kernel || (verb == "remove" && !store.remove(*kernel))) {
      good = false; // the other kernels are handled as well
      continue;
    }
    put_kernel(result, *kernel);
    if (verb == "show" && !session.json())
      show_kernel(session, *kernel);
  }
  return good;
}

} // namespace

int command_kernel(Session& session, const Arguments& arguments) {
  Document result = new_result("kernel");
  ConsoleProgress progress(session.environment(), session.terminal());
  const OpenLine line(session.diagnostics(), [&] { progress.close(); });
  const RunContext context{
      session.files(), session.environment(), session.processes(), session.interrupts(),
      progress,        session.diagnostics()};
  const bool done = run(session, context, arguments, result);
  progress.close();
  return session.finish(&result, done);
}

} // namespace kpb
