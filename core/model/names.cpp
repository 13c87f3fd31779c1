// SPDX-License-Identifier: GPL-2.0-only
//
// See names.hpp.
#include "core/model/names.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include <kpb/sdk/names.hpp>

namespace kpb {

namespace {

bool check_readable(const std::string& value, const std::string& what, bool lines, size_t limit,
                    DiagnosticSink& sink) {
  if (const auto at = first_control_byte(value, lines))
    return fail(sink, {.fault = Fault::input,
                       .code = "text-control",
                       .what = what + " " + shown(value) + " is refused",
                       .why = "byte " + std::to_string(*at + 1) + " is no printable text" +
                              (lines ? "" : " on one line") + " in UTF-8",
                       .hint = "remove it; package headers hold plain UTF-8 text"});
  if (value.size() > limit)
    return fail(sink, {.fault = Fault::input,
                       .code = "text-long",
                       .what = what + " is refused",
                       .why = "it has " + std::to_string(value.size()) + " bytes, the limit is " +
                              std::to_string(limit)});
  return true;
}

} // namespace

bool check_stem(const std::string& stem, const std::string& where, DiagnosticSink& sink) {
  // A suffix with a '.' is appended later: "a." would become "a..spec".
  const bool legal = is_package_name(stem) && stem.size() <= 128 && stem.back() != '.';
  if (!legal)
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "package-name",
         .where = where,
         .what = "the name " + shown(stem) + " is refused",
         .why =
             "a name must begin with a letter or digit, can only contain letters, digits and . _ "
             "+ -, no '..', no '.' at its end, and at most 128 characters",
         .hint = "choose one with kpb build --name NAME"});
  return true;
}

bool check_version(const std::string& value, const std::string& what, DiagnosticSink& sink) {
  const bool has_content = value.find_first_not_of("._+~") != std::string::npos;
  if (!has_content || value.size() > 64 || !made_of(value, "._+~") ||
      value.find("..") != std::string::npos || value.back() == '.')
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "package-" + what,
         .what = what + " " + shown(value) + " is refused",
         .why = "it can only contain letters, digits and . _ + ~ (not '-', at which rpm and dpkg "
                "split), no '..', no '.' at its end, and at most 64 characters",
         .hint = "for example --set-" + what + " 2"});
  return true;
}

bool check_epoch(const std::string& value, DiagnosticSink& sink) {
  if (!parse_unsigned(value, 0xffffffffU) || (value.size() > 1 && value[0] == '0'))
    return fail(sink, {.fault = Fault::input,
                       .code = "package-epoch",
                       .what = "epoch " + shown(value) + " is refused",
                       .why = "it is a decimal number below 4294967296",
                       .hint = "leave --epoch out unless versions went back"});
  return true;
}

bool check_line(const std::string& value, const std::string& what, DiagnosticSink& sink) {
  return check_readable(value, what, false, 1000, sink);
}

bool check_text(const std::string& value, const std::string& what, DiagnosticSink& sink) {
  return check_readable(value, what, true, 64 * 1024, sink);
}

bool check_cve(const std::string& value, DiagnosticSink& sink) {
  if (!is_cve(value))
    return fail(sink, {.fault = Fault::input,
                       .code = "cve",
                       .what = "--cve " + shown(value) + " is refused",
                       .why = "it is not a CVE identifier",
                       .hint = "for example --cve CVE-2026-12345"});
  return true;
}

bool is_safe_name(std::string_view name) {
  return !name.empty() && name.size() <= k_file_name_limit && is_alnum(name[0]) &&
         made_of(name, "._+~-") && !contains(name, "..");
}

bool is_safe_path(std::string_view path) {
  return path.size() <= 1024 && path.starts_with('/') && is_relative_path(path.substr(1));
}

std::string module_name_for(std::string_view file_name) {
  if (file_name.ends_with(".ko"))
    file_name.remove_suffix(3);
  std::string name;
  for (const char c : file_name)
    name += is_alnum(c) ? c : '_';
  if (name.size() > k_module_name_limit)
    name = name.substr(0, k_module_name_limit - 9) + "_" + sha256_hex(name).substr(0, 8);
  return name;
}

} // namespace kpb
