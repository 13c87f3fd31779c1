// SPDX-License-Identifier: GPL-2.0-only
//
// Makes a manifest from the YAML tree. read_said.cpp reads the keys of the table of options; this
// file reads those that choose cells, and checks which keys are missing or exclude each other.
// docs/series.md has all keys as a table and share/kpb/series.schema.json has them for editors;
// tests compare all three.
#include "core/manifest/read_said.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/model/names.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <map>

namespace kpb {

namespace {

std::optional<std::string> read_date(MapFields& fields, const char* key, PlacedSink& sink) {
  auto date = fields.text(key);
  if (!date || is_date(*date))
    return date;
  sink.refuse(fields.place_of(key), {.code = "manifest-value",
                                     .what = fmt::format("{} is {}", key, shown(*date)),
                                     .why = "it is not a date",
                                     .hint = "write YYYY-MM-DD, for example 2027-05-31"});
  return std::nullopt;
}

Limits read_limits(MapFields& parent, PlacedSink& sink) {
  Limits out;
  const YamlNode* node = parent.field("limits");
  if (node == nullptr)
    return out;
  MapFields fields(*node, "limits", sink);
  if (const auto word = fields.text("memory"); word && !(out.memory = parse_memory(*word)))
    sink.refuse(fields.place_of("memory"), {.code = "manifest-value",
                                            .what = fmt::format("memory is {}", shown(*word)),
                                            .why = "expected is a number with M, G or T",
                                            .hint = "for example 8G"});
  if (const auto word = fields.text("time"); word && !(out.time = parse_time(*word)))
    sink.refuse(fields.place_of("time"), {.code = "manifest-value",
                                          .what = fmt::format("time is {}", shown(*word)),
                                          .why = "expected is a number with s, m, h or d",
                                          .hint = "for example 90m"});
  out.partition = fields.text("partition");
  if (out.partition && !is_safe_name(*out.partition))
    sink.refuse(fields.place_of("partition"),
                {.code = "manifest-value",
                 .what = fmt::format("partition is {}", shown(*out.partition)),
                 .why = "names can only have letters, digits and . _ + ~ -"});
  fields.finish();
  return out;
}

KernelChoice read_choice(MapFields& fields) {
  KernelChoice out;
  out.kernels = fields.words("kernels");
  out.only = fields.words("only");
  out.except = fields.words("except");
  return out;
}

std::optional<ManifestKernel> read_kernel(const YamlNode& key, const YamlNode& node,
                                          PlacedSink& sink) {
  ManifestKernel out;
  out.name = key.text;
  out.place = key.place;
  if (!is_safe_name(key.text))
    sink.refuse(key.place, {.code = "manifest-value",
                            .what = fmt::format("the kernel name {} is refused", shown(key.text)),
                            .why = "names can only have letters, digits and . _ + ~ -"});
  MapFields fields(node, "the kernel " + shown(key.text), sink);
  out.says = read_said(fields, k_in_kernel, sink);
  if (node.kind == YamlNode::Kind::map && !fields.has("release"))
    sink.refuse(key.place, {.code = "manifest-missing",
                            .what = fmt::format("the kernel {} has no release", shown(key.text)),
                            .hint = "add release: and its uname -r"});
  out.end_of_life = read_date(fields, "end_of_life", sink);
  out.limits = read_limits(fields, sink);
  if (out.says.source && out.says.kernel_id)
    sink.refuse(
        fields.place_of("kernel_id"),
        {.code = "manifest-value",
         .what = fmt::format("the kernel {} has source and kernel_id", shown(key.text)),
         .why =
             "source prepares the kernel, kernel_id names one that is already prepared; give one "
             "of them",
         .hint = "leave one out"});
  fields.finish();
  return out;
}

std::optional<ManifestPatch> read_patch(const YamlNode& node, PlacedSink& sink) {
  ManifestPatch out;
  out.place = node.place;
  MapFields fields(node, "a patch", sink);
  out.says = read_said(fields, k_in_patch, sink);
  if (node.kind == YamlNode::Kind::map && !fields.has("filename") && !fields.has("module"))
    sink.refuse(node.place,
                {.code = "manifest-missing",
                 .what = "a patch has no filename",
                 .hint = "add filename: FIX.patch, or module: FILE.ko for a finished module"});
  if (!out.says.arguments.empty() && out.says.module)
    sink.refuse(fields.place_of("module"), {.code = "manifest-value",
                                            .what = "a patch has both filename and module",
                                            .why = "give one of them",
                                            .hint = "make two list elements, if you want both"});
  out.choice = read_choice(fields);
  fields.finish();
  return out;
}

void read_patches(MapFields& fields, ManifestPackage& out, PlacedSink& sink) {
  const YamlNode* list = fields.list("patches");
  if (list == nullptr) {
    if (!fields.has("patches"))
      sink.refuse(out.place, {.code = "manifest-missing",
                              .what = "a package has no patches",
                              .hint = "add patches: and a list"});
    return;
  }
  for (const auto& item : list->items)
    if (auto patch = read_patch(item, sink))
      out.patches.push_back(std::move(*patch));
}

std::optional<ManifestPackage> read_package(const YamlNode& node, PlacedSink& sink) {
  ManifestPackage out;
  out.place = node.place;
  MapFields fields(node, "a package", sink);
  if (node.kind != YamlNode::Kind::map)
    return std::nullopt;
  out.says = read_said(fields, k_in_package, sink);
  if (!fields.has("name"))
    sink.refuse(
        node.place,
        {.code = "manifest-missing", .what = "a package has no name", .hint = "add name: NAME"});
  out.limits = read_limits(fields, sink);
  out.choice = read_choice(fields);
  read_patches(fields, out, sink);
  fields.finish();
  return out;
}

void read_kernels(MapFields& top, Manifest& out, PlacedSink& sink) {
  const YamlNode* node = top.field("kernels");
  if (node == nullptr)
    return;
  if (node->kind != YamlNode::Kind::map) {
    sink.refuse(
        node->place,
        {.code = "manifest-type",
         .what = "kernels is not a map",
         .why =
             "at this level, kernels: defines names: NAME:, and indented below it release: and so "
             "on",
         .hint = "list kernels that need only a release in the patch instead"});
    return;
  }
  for (size_t i = 0; i + 1 < node->items.size(); i += 2)
    if (auto kernel = read_kernel(node->items[i], node->items[i + 1], sink))
      out.kernels.push_back(std::move(*kernel));
}

} // namespace

Limits Limits::or_else(const Limits& other) const {
  return {memory ? memory : other.memory, time ? time : other.time,
          partition ? partition : other.partition};
}

std::string Manifest::resolve_path(const std::string& path) const {
  return path.empty() || path[0] == '/' || directory.empty() ? path : directory + "/" + path;
}

std::optional<uint64_t> parse_memory(std::string_view word) {
  if (word.empty())
    return std::nullopt;
  const size_t unit = std::string_view("MGT").find(word.back());
  const auto number = parse_unsigned(word.substr(0, word.size() - 1), 1'000'000);
  if (unit == std::string_view::npos || !number || *number == 0)
    return std::nullopt;
  return *number << (20 + 10 * unit);
}

std::optional<uint64_t> parse_time(std::string_view word) {
  constexpr uint64_t k_seconds[] = {1, 60, 3600, 86400};
  if (word.empty())
    return std::nullopt;
  const size_t unit = std::string_view("smhd").find(word.back());
  const auto number = parse_unsigned(word.substr(0, word.size() - 1), 1'000'000);
  if (unit == std::string_view::npos || !number || *number == 0)
    return std::nullopt;
  return *number * k_seconds[unit];
}

bool is_date(std::string_view word) {
  if (word.size() != 10 || word[4] != '-' || word[7] != '-')
    return false;
  const auto year = parse_unsigned(word.substr(0, 4), 9999);
  const auto month = parse_unsigned(word.substr(5, 2), 12);
  const auto day = parse_unsigned(word.substr(8, 2), 31);
  if (!year || !month || !day || *month == 0 || *day == 0)
    return false;
  const bool leap = *year % 4 == 0 && (*year % 100 != 0 || *year % 400 == 0);
  const uint64_t days = *month == 2 ? (leap ? 29 : 28)
                        : *month == 4 || *month == 6 || *month == 9 || *month == 11 ? 30
                                                                                    : 31;
  return *day <= days;
}

std::optional<Manifest> parse_manifest(std::string_view text, const std::string& file,
                                       DiagnosticSink& to) {
  const auto root = read_yaml(text, file, to);
  if (!root)
    return std::nullopt;
  PlacedSink sink(file, to);
  Manifest out;
  out.file = file;
  out.sha256 = sha256_hex(text);
  out.directory = parent_path(file) == "." ? "" : parent_path(file);
  if (root->kind == YamlNode::Kind::none) {
    fail(to, {.fault = Fault::input,
              .code = "manifest-empty",
              .where = file,
              .what = "the manifest is empty",
              .hint = "kpb series init DIR writes one"});
    return std::nullopt;
  }
  MapFields top(*root, "a manifest", sink);
  out.date = read_date(top, "date", sink);
  BuildRequest defaults;
  Limits limits;
  if (const YamlNode* node = top.field("defaults")) {
    MapFields fields(*node, "defaults", sink);
    defaults = read_said(fields, k_in_defaults, sink);
    limits = read_limits(fields, sink);
    fields.finish();
  }
  read_kernels(top, out, sink);
  const YamlNode* packages = top.list("packages");
  top.finish(); // first: a missing key may just be misspelt
  if (packages == nullptr && root->kind == YamlNode::Kind::map && !top.has("packages"))
    sink.refuse(root->place, {.code = "manifest-missing",
                              .what = "the manifest has no packages",
                              .hint = "add packages: and a list"});
  for (size_t i = 0; packages != nullptr && i < packages->items.size(); ++i)
    if (auto package = read_package(packages->items[i], sink)) {
      put_missing(package->says, defaults);
      package->limits = package->limits.or_else(limits);
      out.packages.push_back(std::move(*package));
    }
  if (!sink.good())
    return std::nullopt;
  return out;
}

} // namespace kpb
