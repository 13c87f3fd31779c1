// SPDX-License-Identifier: GPL-2.0-only
//
// Line by line, as rpm does it: macros first ("%%post" is "%post"), then what the line is.
#include "spec_reader.hpp"

#include <kpb/sdk/limits.hpp>
#include <kpb/sdk/text.hpp>

#include "spec_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <set>

namespace kpb::rpm {
namespace {

constexpr std::string_view k_between = " \t"; // the words of a line

enum class Part { preamble, description, files, other };

// The first word when rpm could take the line for a section, however many '%' it begins with.
std::string section_of(std::string_view line) {
  line = trimmed(line, k_between);
  const size_t name = line.find_first_not_of('%');
  if (name == 0 || name == std::string_view::npos)
    return {};
  const std::string word(line.substr(name, line.find_first_of(" \t", name) - name));
  static const std::set<std::string> k_sections = {"package",
                                                   "description",
                                                   "prep",
                                                   "generate_buildrequires",
                                                   "conf",
                                                   "build",
                                                   "install",
                                                   "check",
                                                   "clean",
                                                   "files",
                                                   "changelog",
                                                   "preamble",
                                                   "patchlist",
                                                   "sourcelist",
                                                   "sepolicy",
                                                   "end",
                                                   "pre",
                                                   "post",
                                                   "preun",
                                                   "postun",
                                                   "pretrans",
                                                   "posttrans",
                                                   "preuntrans",
                                                   "postuntrans",
                                                   "verify",
                                                   "verifyscript",
                                                   "trigger",
                                                   "triggerin",
                                                   "triggerun",
                                                   "triggerprein",
                                                   "triggerpostun",
                                                   "filetriggerin",
                                                   "filetriggerun",
                                                   "filetriggerpostun",
                                                   "transfiletriggerin",
                                                   "transfiletriggerun",
                                                   "transfiletriggerpostun"};
  return k_sections.count(word) != 0 ? word : std::string();
}

bool is_script(const std::string& section) {
  return section == "pre" || section == "preun" || section == "pretrans" ||
         section == "preuntrans" || section.starts_with("post") || section.starts_with("verify") ||
         section.find("trigger") != std::string::npos;
}

// kpb makes one package of a spec, and compares that one. `section` begins the line.
void refuse_more_packages(const std::string& section, std::string_view line, bool again) {
  if (section != "package" && section != "files" && section != "description")
    return;
  const auto parts = words(line, k_between);
  // The list of files may be read from a file, the description be in a language: no other package.
  bool other = section == "package";
  for (size_t i = 1; i < parts.size(); ++i)
    if (parts[i] == (section == "files" ? "-f" : "-l"))
      ++i;
    else
      other = true;
  if (other || again)
    throw sdk::Error(
        {.fault = sdk::Fault::verification,
         .code = "rpm-spec-packages",
         .what = std::string(other ? "the spec makes more packages than one: "
                                   : "the spec has a second file list: ") +
                 std::string(trimmed(line, k_between)),
         .hint = "a template must make the package that kpb plans, with one list of files"});
}

std::string plain(std::string_view escaped, std::string_view what) {
  std::string out;
  if (!unescape_spec_text(escaped, out))
    throw sdk::Error(
        {.fault = sdk::Fault::verification,
         .code = "rpm-spec-macro",
         .what = "the spec's " + std::string(what) + " contains a macro: " + std::string(escaped),
         .hint = "a template must insert the values as they are; rpm would expand this one"});
  return out;
}

const std::set<std::string> k_texts = {"name",    "version", "release", "epoch",   "summary",
                                       "license", "group",   "url",     "packager"};
const std::set<std::string> k_relations = {"requires",   "provides", "conflicts",   "obsoletes",
                                           "recommends", "suggests", "supplements", "enhances"};

void read_preamble(Spec& spec, std::string_view line) {
  if (line.front() == '%') {
    for (const char* harmless : {"%global ", "%define ", "%undefine "})
      if (line.starts_with(harmless))
        return;
    spec.unclear.emplace_back(line);
    return;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    spec.unclear.emplace_back(line);
    return;
  }
  std::string tag = lowered(trimmed(line.substr(0, colon), k_between));
  tag = tag.substr(0, tag.find('(')); // Requires(post):
  const std::string_view value = trimmed(line.substr(colon + 1), k_between);
  if (k_texts.count(tag) != 0)
    spec.tags[tag] = plain(value, tag);
  if (k_relations.count(tag) == 0)
    return;
  if (value.front() == '(' && value.back() == ')') { // with a condition
    spec.relations.push_back({tag, plain(value, tag)});
    return;
  }
  const auto parts = words(plain(value, tag));
  const bool versioned = parts.size() == 3;
  if (!versioned && parts.size() != 1)
    spec.unclear.emplace_back(line);
  else
    spec.relations.push_back({tag, parts[0], versioned ? parts[1] : "", versioned ? parts[2] : ""});
}

// "%attr(0644,root,root)" into mode, owner and group.
void read_attr(views::PackedFile& file, std::string_view word) {
  const std::string_view inside = word.substr(6, word.size() - 7);
  const size_t first = inside.find(',');
  const size_t second = inside.find(',', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos)
    return;
  file.mode = inside.substr(0, first);
  file.owner = inside.substr(first + 1, second - first - 1);
  file.group = inside.substr(second + 1);
}

void read_file_line(Spec& spec, std::string_view line) {
  views::PackedFile file;
  file.kind = "file";
  for (const auto& word : words(line, k_between)) {
    if (word.starts_with("%attr(") && word.back() == ')')
      read_attr(file, word);
    else if (word == "%dir")
      file.kind = "dir";
    else if (word.front() == '/' && file.path.empty() && word.find('%') == std::string::npos)
      file.path = word;
    else if (word != "%doc" && word != "%license")
      spec.unclear.emplace_back(line);
  }
  if (file.path.empty())
    spec.unclear.emplace_back(line);
  else
    spec.files.push_back(file);
}

void strip_blank_ends(std::string& text) {
  const size_t first = text.find_first_not_of('\n');
  const size_t last = text.find_last_not_of('\n');
  text = first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

} // namespace

Spec read_spec(std::string_view text) {
  check_one_package(text);
  Spec spec;
  Part part = Part::preamble;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const std::string section = section_of(line); !section.empty()) {
      if ((section == "description" || section == "files") &&
          trimmed(line, k_between) != "%" + section)
        spec.unclear.emplace_back(line);
      part = section == "description" ? Part::description
             : section == "files"     ? Part::files
                                      : Part::other;
      spec.scripts += is_script(section) ? 1U : 0U;
      continue;
    }
    const bool skipped =
        trimmed(line, k_between).empty() || trimmed(line, k_between).front() == '#';
    if (part == Part::description) {
      // rpm drops comments, and obeys "%if" wherever the line is.
      if (skipped && !trimmed(line, k_between).empty())
        spec.unclear.emplace_back(line);
      spec.description += plain(line, "description") + "\n";
    } else if (!skipped && part == Part::preamble) {
      read_preamble(spec, trimmed(line, k_between));
    } else if (!skipped && part == Part::files) {
      read_file_line(spec, line);
    }
  }
  strip_blank_ends(spec.description);
  if (spec.tags.count("name") == 0)
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "rpm-not-a-spec",
                      .what = "it is not an RPM spec: it has no line 'Name:'"});
  return spec;
}

void check_one_package(std::string_view text) {
  std::set<std::string> seen;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const std::string section = section_of(line); !section.empty())
      refuse_more_packages(section, line, !seen.insert(section).second);
  }
}

bool is_spec_path(std::string_view path) {
  return path.size() > 5 && path.substr(path.size() - 5) == ".spec";
}

void read_back_spec(std::string_view path, const sdk::Sink& out) {
  std::ifstream file{std::string(path), std::ios::binary};
  std::string text(k_longest_spec + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > k_longest_spec)
    throw sdk::Error(
        {.fault = sdk::Fault::input,
         .code = "rpm-too-large",
         .what = "the spec has more than " + std::to_string(k_longest_spec) + " bytes"});
  if (file.bad() || !file.eof()) // that it can be read, the host has seen
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "rpm-open",
                      .what = "cannot read " + std::string(path)});
  const Spec spec = read_spec(text);
  namespace found = fields::found;
  out.put(found::format, "rpm-spec");
  for (const auto& [tag, value] : spec.tags) // the field is called as the tag
    out.put(pointer("", tag), value);
  out.put(found::description, spec.description);
  for (const auto& packed : spec.files)
    views::append(out, found::files, packed);
  for (const auto& relation : spec.relations)
    views::append(out, found::relations, relation);
  out.put_integer(found::scripts, static_cast<int64_t>(spec.scripts));
  out.put_boolean(found::source, false);
  for (const auto& line : spec.unclear)
    out.warn({.code = "rpm-spec-unclear",
              .what = "kpb cannot evaluate this line of the spec: " + line,
              .hint = "build the package, and verify that"});
}

} // namespace kpb::rpm
