// SPDX-License-Identifier: GPL-2.0-only
//
// First pass: everything the user said is checked before anything is looked up, the inputs are read,
// and the document gets its first fields. Nothing after this pass sees the request's raw words.
#include "core/pipeline/take_request.hpp"

#include "core/base/arch.hpp"
#include "core/base/text.hpp"
#include "core/model/kernel_name.hpp"
#include "core/model/names.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/build.hpp"
#include "core/system/believe.hpp"
#include <fmt/core.h>
#include <kpb/policy/kernel_families.hpp>
#include <kpb/policy/tokens.hpp>
#include <kpb/sdk/views.hpp>

#include <algorithm>
#include <set>

namespace kpb {

namespace {

constexpr const char* k_user = "command line";
constexpr const char* k_default = "default";

bool check_metadata(const BuildRequest& request, DiagnosticSink& sink) {
  bool good = check_version(request.version.value_or(request.first()), "version", sink);
  good = check_version(request.release.value_or(request.first()), "release", sink) && good;
  if (request.name)
    good = check_stem(*request.name, "", sink) && good;
  if (request.epoch)
    good = check_epoch(*request.epoch, sink) && good;
  for (const auto& [field, value] : request.metadata) {
    const bool several_lines = field == "description";
    good = (several_lines ? check_text(value, "--" + field, sink)
                          : check_line(value, "--" + field, sink)) &&
           good;
    if (is_blank(value))
      good = fail(sink, {.fault = Fault::input,
                         .code = "text-empty",
                         .what = fmt::format("--{} is empty", field),
                         .why = "it needs a text",
                         .hint = "leave out the option to use the policy's text"});
    else if (field == "url" && value.find_first_of(" \t") != std::string::npos)
      good = fail(sink, {.fault = Fault::input,
                         .code = "url-blank",
                         .what = fmt::format("--url {} is refused", shown(value)),
                         .why = "a URL cannot contain blanks",
                         .hint = "write %20 for a blank"});
  }
  for (const auto& cve : request.cves)
    good = check_cve(cve, sink) && good;
  return good;
}

} // namespace

bool take_kernel(Build& build) {
  const auto& request = build.request;
  const auto machine = canonical_arch(build.context.environment.machine()).value_or("x86_64");
  const auto kernel =
      parse_kernel_name(request.kernel.value_or(build.context.environment.kernel_release()),
                        request.arch.value_or(""), machine, build.context.diagnostics);
  if (!kernel)
    return false;
  auto& d = build.document;
  const std::string setter = request.kernel ? k_user : "running kernel";
  d.put_text(fields::kernel_release, kernel->release, setter);
  d.put_text(fields::kernel_release_without_arch, kernel->release_without_arch, setter);
  // With a release that does not say its architecture, and without --arch, it is this machine's.
  const bool assumed = request.kernel && !request.arch && !names_arch(*request.kernel);
  d.put_text(fields::kernel_arch, kernel->arch,
             request.arch ? k_user
             : assumed    ? k_default
                          : setter);
  if (!kernel->family.empty())
    d.put_text(fields::kernel_family, kernel->family, "kpb");
  auto id = policy::kernel_of(kernel->release);
  if (const auto& version = request.kernel_package_version) {
    if (!policy::is_rpm_version(*version))
      return fail(build.context.diagnostics,
                  {.fault = Fault::input,
                   .code = "kernel-package-version",
                   .what = fmt::format("--kernel-package-version {} is refused", shown(*version)),
                   .why = "it is not a package's [EPOCH:]VERSION[-RELEASE]",
                   .hint = "for example --kernel-package-version 5.14.21-150400.22.1"});
    d.put_text(fields::kernel_package_version, *version, k_user);
    id.package_version = *version;
  }
  if (const auto needed = policy::kernel_requirement(id); !needed.empty())
    d.put_text(fields::kernel_requires, needed, "kpb");
  if (const auto needed = policy::devel_requirement(id); !needed.empty())
    d.put_text(fields::kernel_devel_requires, needed, "kpb");
  d.put_text(fields::package_arch, kernel->arch, setter);
  return true;
}

namespace {

// SOURCE_DATE_EPOCH, or the newest modification time among the inputs. Which of the two is not told: a
// package can be made again, byte for byte, with SOURCE_DATE_EPOCH set to the date that it has.
bool take_date(Build& build) {
  int64_t date = 0;
  for (const auto& input : build.inputs)
    date = std::max(date, input.mtime);
  for (const auto& member : build.request.members)
    date = std::max(date, member.mtime);
  if (const auto given = build.context.environment.variable("SOURCE_DATE_EPOCH")) {
    // RPM's time stamps have 32 bits.
    const auto seconds = parse_unsigned(*given, 0xffffffffU);
    if (!seconds)
      return fail(
          build.context.diagnostics,
          {.fault = Fault::input,
           .code = "source-date-epoch",
           .what = fmt::format("SOURCE_DATE_EPOCH is {}", shown(*given)),
           .why = "it must be whole seconds since 1970, below 2^32",
           .hint = "unset it, or for example SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)"});
    date = static_cast<int64_t>(*seconds);
  }
  build.document.put_integer(fields::source_date_epoch, std::clamp<int64_t>(date, 0, 0xffffffffLL),
                             "kpb");
  return true;
}

std::string stem_of(const BuildRequest& request, const InputSet& set, FileSystem& files) {
  if (!set.directory && set.files.size() > 1)
    return "patch";
  std::string stem = request.module ? base_name(*request.module) : base_name(request.arguments[0]);
  if (set.directory) // "." has a name too
    return base_name(files.resolve(request.arguments[0]).value_or(request.arguments[0]));
  for (const char* suffix : {".patch", ".diff", ".c", ".ko"})
    if (!set.directory && stem.ends_with(suffix))
      return stem.substr(0, stem.size() - std::string_view(suffix).size());
  return stem;
}

void put_inputs(Build& build, const InputSet& set, const std::string& stem) {
  auto& d = build.document;
  d.put_text(fields::request_kind, set.kind, "kpb");
  if (set.directory)
    d.put_boolean(fields::request_directory, true, "kpb");
  const bool single_patch = set.kind == "diff" && set.files.size() == 1;
  d.put_text(fields::request_file_name, single_patch ? set.files[0].name : stem + ".patch", "kpb");
  for (const auto& input : set.files)
    views::append(Writer(d, "inputs"), fields::inputs,
                  views::StoredFile{input.name, input.stored, input.sha256,
                                    static_cast<int64_t>(input.content.size())});
}

bool check_setting_words(const BuildRequest& request, DiagnosticSink& sink) {
  for (const auto& [key, value] : request.settings) {
    if (!is_safe_name(key))
      return fail(sink, {.fault = Fault::input,
                         .code = "setting",
                         .what = fmt::format("--set {} is refused", shown(key)),
                         .why = "a setting's name has letters, digits and . _ + ~ - only",
                         .hint = "for example --set install-dir=/usr/lib/kpatch"});
    if (!check_line(value, "--set " + key, sink))
      return false;
  }
  return true;
}

bool take_inputs(Build& build) {
  const auto& request = build.request;
  auto set = read_inputs(request, build.context.files, build.context.diagnostics);
  if (!set)
    return false;
  const std::string stem = request.name.value_or(stem_of(request, *set, build.context.files));
  if (!check_stem(stem, "", build.context.diagnostics))
    return false;
  build.document.put_text(fields::request_stem, stem, request.name ? k_user : "kpb");
  put_inputs(build, *set, stem);
  put_replace(build, set->kind);
  build.inputs = std::move(set->files);
  build.patches = std::move(set->patches);
  return take_earlier(build);
}

} // namespace

// For diffs the intent, replace by default. For a module that somebody else wrote it states the
// fact, because the ELF file does not (docs/cli.md).
void put_replace(Build& build, const std::string& kind) {
  if (build.request.replace)
    build.document.put_boolean(fields::request_replace, *build.request.replace, k_user);
  else if (kind == "diff")
    build.document.put_boolean(fields::request_replace, true, k_default);
}

void put_metadata(Build& build) {
  const auto& request = build.request;
  auto& d = build.document;
  const std::set<std::string> cves(request.cves.begin(), request.cves.end());
  for (const auto& cve : cves)
    d.put_text(pointer(fields::package_cves, "-"), cve, k_user);
  for (const auto& [key, value] : request.settings)
    d.put_text(pointer(fields::settings, key), value, k_user);
  d.put_text(fields::package_version, request.version.value_or(request.first()),
             request.version ? k_user : k_default);
  d.put_text(fields::package_release, request.release.value_or(request.first()),
             request.release ? k_user : k_default);
  if (request.epoch)
    d.put_text(fields::package_epoch, *request.epoch, k_user);
}

bool take_request(Build& build) {
  const auto& request = build.request;
  auto& sink = build.context.diagnostics;
  build.context.progress.begin(Progress::Step::read, request.module ? base_name(*request.module)
                                                     : request.arguments.empty()
                                                         ? ""
                                                         : base_name(request.arguments[0]));
  build.document.put_text(fields::schema, fields::schema_name, "kpb");
  bool good = check_metadata(request, sink);
  good = check_setting_words(request, sink) && good;
  good = check_signing_words(request.signing, sink) && good;
  good = take_relations(build) && good;
  if (!request.metapackage) // it is for whichever kernels its packages are for
    good = take_kernel(build) && good;
  if (!good || !(build.has_module() ? take_inputs(build) : take_without_module(build)))
    return false;
  auto& d = build.document;
  d.put_integer(fields::request_jobs, static_cast<int64_t>(build.jobs()),
                request.jobs ? k_user : k_default);
  if (request.source) {
    const auto source = build.context.files.resolve(*request.source);
    if (!source)
      return fail(sink, {.fault = Fault::input,
                         .code = "source-directory",
                         .what = fmt::format("--source {} cannot be used", shown(*request.source)),
                         .why = source.error().reason(),
                         .hint = "give the kernel's prepared tree or headers"});
    if (!believe(build.context.files, sink, *request.source, Wanted::tree,
                 {.code = "source-unsafe",
                  .what = fmt::format("--source {} is refused", shown(*request.source)),
                  .because = "it decides what the module does"}))
      return false;
    d.put_text(fields::request_source, *source, k_user);
  }
  put_metadata(build);
  return take_date(build);
}

} // namespace kpb
