// SPDX-License-Identifier: GPL-2.0-only
//
// Part of the first pass: packages that hold no module. A subscription is the empty package of a kernel,
// whose updates are its patches; a metapackage brings the patches of several kernels, each where its kernel
// is installed.
#include "core/pipeline/take_request.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/model/writer.hpp"
#include "core/pipeline/build.hpp"
#include "core/request/options.hpp"
#include <kpb/sdk/views.hpp>

#include <set>

namespace kpb {

namespace {

constexpr const char* k_user = "command line";

bool refuse(Build& build, const std::string& what, const std::string& why,
            const std::string& hint) {
  return fail(
      build.context.diagnostics,
      {.fault = Fault::input, .code = "command-line", .what = what, .why = why, .hint = hint});
}

// Options that speak of a module must not be taken and forgotten.
bool check_no_module_words(Build& build, const std::string& which) {
  const auto& r = build.request;
  for (const auto& option : options()) {
    if (!option.of_module)
      continue;
    const std::string name = option.spec.name;
    // Of --from-package the request has what was read from the file.
    const bool given = name == "from-package" ? r.earlier.has_value()
                       : name == "builder"    ? r.builder.value_or("auto") != "auto"
                                              : is_given(option, r);
    if (given)
      return refuse(build, "--" + name + " cannot be combined with " + which,
                    "the package holds no module", "leave it out");
  }
  return true;
}

bool take_subscription(Build& build) {
  const auto& r = build.request;
  if (!check_no_module_words(build, "--subscription"))
    return false;
  if (!r.arguments.empty())
    return refuse(build, "--subscription and " + shown(r.arguments[0]) + " are given",
                  "a subscription is an empty package", "leave one out");
  if (!r.kernel)
    return refuse(build, "--subscription needs --kernel",
                  "a subscription is the empty package of one kernel",
                  "for example -k 5.14.0-362.8.1.el9_3");
  auto& d = build.document;
  d.put_text(fields::request_kind, "subscription", k_user);
  d.put_text(fields::request_stem, r.name.value_or("subscription"), r.name ? k_user : "kpb");
  return true;
}

bool take_metapackage(Build& build) {
  const auto& r = build.request;
  if (!check_no_module_words(build, "--metapackage"))
    return false;
  if (r.kernel || r.kernel_package_version || !r.supersedes.empty())
    return refuse(build,
                  std::string(r.kernel               ? "--kernel"
                              : r.supersedes.empty() ? "--kernel-package-version"
                                                     : "--supersedes") +
                      " is of no use with --metapackage",
                  "its kernels are those of the given packages", "leave it out");
  if (!r.name)
    return refuse(build, "--metapackage needs --name", "it is called kpatch-patches-NAME",
                  "for example --name site");
  auto& d = build.document;
  d.put_text(fields::request_kind, "metapackage", k_user);
  d.put_text(fields::request_stem, *r.name, k_user);
  std::set<std::string> names;
  for (const auto& member : r.members) {
    if (!names.insert(member.name).second)
      return refuse(build, "two packages called " + shown(member.name) + " are given",
                    "a metapackage requires each name only once, whatever the version",
                    "leave one out");
    if (member.arch != r.members[0].arch)
      return refuse(build, shown(member.shown_path) + " is for " + member.arch,
                    shown(r.members[0].shown_path) + " is for " + r.members[0].arch,
                    "make one metapackage for each architecture");
    views::append(Writer(d, "inputs"), fields::members,
                  views::Member{member.name, member.kernel, member.condition});
  }
  d.put_text(fields::package_arch, r.members[0].arch, "inputs");
  return true;
}

} // namespace

bool take_without_module(Build& build) {
  const auto& r = build.request;
  if (!(r.subscription ? take_subscription(build) : take_metapackage(build)))
    return false;
  const std::string stem = build.document.text(fields::request_stem);
  build.document.put_text(fields::request_file_name, stem + ".patch", "kpb");
  return check_stem(stem, "", build.context.diagnostics);
}

} // namespace kpb
