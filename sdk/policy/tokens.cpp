// SPDX-License-Identifier: GPL-2.0-only
//
// See tokens.hpp.
#include <kpb/policy/tokens.hpp>
#include <kpb/sdk/names.hpp>

#include <algorithm>

namespace kpb::policy {

namespace {

// For a message: printable, and not longer than a line.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text.substr(0, 100)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      out += c;
    else
      out += "\\x" + hex_digits(byte, 2);
  }
  return out + (text.size() > 100 ? "...'" : "'");
}

} // namespace

bool is_function_byte(char c) { return is_alnum(c) || c == '_' || c == '.' || c == '$'; }
bool is_object_byte(char c) { return is_alnum(c) || c == '_' || c == '-'; }

std::string function_fault(std::string_view object, std::string_view name) {
  const auto judge = [](std::string_view what, std::string_view text, bool (*legal)(char),
                        size_t limit) -> std::string {
    if (text.empty())
      return std::string(what) + " has no name";
    if (text.size() > limit)
      return std::string(what) + "'s name has " + std::to_string(text.size()) +
             " characters, more than the kernel's " + std::to_string(limit);
    for (const char c : text)
      if (!legal(c))
        return std::string(what) + "'s name has " + quoted(std::string_view(&c, 1)) +
               " in it, which no compiler produces and package relations cannot contain";
    return {};
  };
  const std::string fault = judge("the object", object, is_object_byte, k_object_limit);
  return !fault.empty() ? fault : judge("the function", name, is_function_byte, k_function_limit);
}

sdk::Result<std::string> function_token(std::string_view kernel, const Function& function) {
  if (const auto fault = function_fault(function.object, function.name); !fault.empty())
    return sdk::Error("the function " + quoted(function.name) + " of " + quoted(function.object) +
                      " is refused")
        .code("function-name")
        .why(fault)
        .hint("check that the module comes from a live-patch builder");
  return std::string(kernel) + "/" + views::text_of(function);
}

bool is_rpm_version(std::string_view text) {
  if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
    const auto epoch = text.substr(0, colon);
    if (epoch.size() > 10 || !parse_unsigned(epoch, UINT32_MAX))
      return false;
    text.remove_prefix(colon + 1);
  }
  const size_t dash = text.find('-');
  const auto version = text.substr(0, dash);
  const auto release =
      dash == std::string_view::npos ? std::string_view("1") : text.substr(dash + 1);
  return !version.empty() && !release.empty() && made_of(version, "._+~^") &&
         made_of(release, "._+~^") && text.find("..") == std::string_view::npos;
}

sdk::Result<Exact> parse_exact(std::string_view text, std::string_view option) {
  const size_t equals = text.find('=');
  const auto name = text.substr(0, equals);
  const auto version =
      equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1);
  if (!is_package_name(name) || name.size() > k_file_name_limit || !is_rpm_version(version) ||
      version.find('-') == std::string_view::npos)
    return sdk::Error(std::string(option) + " " + quoted(text) + " is refused")
        .code("package-reference")
        .why("it is not NAME=VERSION-RELEASE of a package")
        .hint("for example " + std::string(option) + " kpatch-module-fix-5.14.0-362.8.1.el9_3=1-1");
  return Exact{std::string(name), std::string(version)};
}

std::optional<Dependency> parse_dependency(std::string_view text) {
  const auto next = [&]() {
    const size_t begin = std::min(text.find_first_not_of(' '), text.size());
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word(text.substr(begin, end - begin));
    text.remove_prefix(end);
    return word;
  };
  Dependency out;
  out.name = next();
  out.op = next();
  out.version = next();
  // As the rpm backend and deb's understand a name; a '(' in front would be a condition.
  const bool named = !out.name.empty() && (is_alnum(out.name.front()) || out.name.front() == '_') &&
                     made_of(out.name, "._+~^/:()[]$@-");
  const bool bare = out.op.empty() && out.version.empty();
  const bool compared =
      out.op == "=" || out.op == "<" || out.op == "<=" || out.op == ">" || out.op == ">=";
  if (!named || !next().empty() || !(bare || (compared && is_rpm_version(out.version))))
    return std::nullopt;
  return out;
}

} // namespace kpb::policy
