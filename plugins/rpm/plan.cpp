// SPDX-License-Identifier: GPL-2.0-only
//
// Checks a document against what RPM can hold, and gives the artifacts their names.
#include "plan.hpp"

#include "allow_list.hpp"
#include "spec_text.hpp"

#include <algorithm>

namespace kpb::rpm {
namespace {

// Gzip is what RPM 4.11 (EL 7) reads; its level 9 takes seven times as long as 6 for 0.3 % less, on a
// module of kpatch-build. No threads with any of them: their number would change the bytes.
std::string payload_flags(const sdk::Host& host) {
  const std::string wanted = host.setting("payload", "gzip");
  if (wanted == "gzip")
    return "w6.gzdio";
  if (wanted == "xz")
    return "w6.xzdio";
  if (wanted == "zstd")
    return "w19.zstdio";
  throw sdk::Error({.fault = sdk::Fault::input,
                    .code = "rpm-payload",
                    .what = "the setting payload is '" + wanted + "'",
                    .hint = "it is gzip (default), xz or zstd"});
}

// Refuses here what spec.cpp would trip over later, after a long build.
void check_texts(const sdk::Document& document) {
  spec_line(document.text(fields::package_summary), "summary");
  spec_line(document.text(fields::package_license), "license");
  spec_lines(document.text(fields::package_description), "description");
  for (const char* member : {"group", "url", "packager"})
    if (const auto text = document.text(pointer(fields::package, member)); !text.empty())
      spec_line(text, member);
}

// Whether the document is as far as having metadata: plan() may be asked before policies described.
bool is_described(const sdk::Document& document) { return document.has(fields::package_summary); }

std::string artifact_name(const Plan& plan, std::string_view format, std::string_view stem) {
  const std::string full = plan.name + "-" + plan.version + "-" + plan.release;
  if (format == k_spec_format)
    return file_name(std::string(stem) + ".spec");
  if (format == k_source_format)
    return file_name(full + ".src.rpm");
  if (format == k_binary_format)
    return file_name(full + "." + plan.arch + ".rpm");
  throw sdk::Error({.fault = sdk::Fault::plugin,
                    .code = "rpm-format",
                    .what = "the plugin rpm does not make '" + std::string(format) + "'"});
}

} // namespace

bool Plan::wants(std::string_view format) const { return !file_name(format).empty(); }

std::string Plan::file_name(std::string_view format) const {
  const auto found = std::find_if(artifacts.begin(), artifacts.end(),
                                  [&](const views::Artifact& a) { return a.format == format; });
  return found == artifacts.end() ? std::string() : found->name;
}

Plan make_plan(const sdk::Host& host, const sdk::Document& document) {
  Plan plan;
  const auto package = views::package_of(document);
  plan.name = package_name(package.name);
  plan.epoch = epoch_number(package.epoch);
  plan.version = version_part(package.version, "version");
  plan.release = version_part(package.release, "release");
  plan.arch = architecture(package.arch);
  plan.payload = payload_flags(host);
  plan.from_source = document.text(fields::request_style) == "source";
  for (const auto& format : document.texts(fields::request_formats)) {
    const std::string name = artifact_name(plan, format, document.text(fields::request_stem));
    if (!plan.wants(format)) {
      auto& artifact = plan.artifacts.emplace_back();
      artifact.format = format;
      artifact.name = name;
    }
  }
  if (plan.from_source && plan.wants(k_binary_format))
    throw sdk::Error(
        {.fault = sdk::Fault::plugin,
         .code = "rpm-style",
         .what = "rpm-build packages a finished module and does not build one from source",
         .hint = "use srpm, and build the source package"});
  if (is_described(document))
    check_texts(document);
  return plan;
}

} // namespace kpb::rpm
