// SPDX-License-Identifier: GPL-2.0-only
//
// Control file, md5sums and files, compared with each other and reported in kpb's terms.
#include "read_back.hpp"

#include "control.hpp"
#include "control_reader.hpp"
#include "control_text.hpp"
#include "deb.hpp"
#include "digest.hpp"
#include "names.hpp"
#include "package_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

namespace kpb::deb {
namespace {

namespace found = fields::found;

// What no deb of kpb has: the host refuses a package that has any.
void put_extra(const sdk::Sink& out, std::string_view what) {
  out.put(pointer(found::extras, "-"), what);
}

std::string file_bytes(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    package_text::refuse_open(path, errno, "deb-open");
  struct stat status {};
  std::string bytes;
  bool whole = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  if (whole && static_cast<uint64_t>(status.st_size) <= k_largest_package) {
    bytes.resize(static_cast<size_t>(status.st_size));
    size_t at = 0;
    while (whole && at < bytes.size()) {
      const ssize_t got = read(fd, bytes.data() + at, bytes.size() - at);
      whole = got > 0 || (got < 0 && errno == EINTR);
      at += got > 0 ? static_cast<size_t>(got) : 0;
    }
  }
  close(fd);
  if (!whole)
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "deb-open",
                      .what = "it cannot be read as a regular file"});
  if (bytes.empty() && status.st_size != 0)
    throw sdk::Error(
        {.fault = sdk::Fault::input,
         .code = "deb-too-large",
         .what = "it is larger than " + std::to_string(k_largest_package >> 20U) + " MiB"});
  return bytes;
}

const Entry* member_of(const Package& package, std::string_view name) {
  const Entry* found = nullptr;
  for (const auto& entry : package.control)
    if (absolute_path(entry.path).substr(1) == name && entry.kind == "file") {
      if (found != nullptr)
        throw Damage("it has two control files " + std::string(name));
      found = &entry;
    }
  return found;
}

// "[EPOCH:]VERSION-RELEASE" in its parts.
void report_version(const std::string& text, const sdk::Sink& out) {
  const size_t colon = text.find(':');
  if (colon != std::string::npos)
    out.put(found::epoch, text.substr(0, colon));
  const std::string rest = colon == std::string::npos ? text : text.substr(colon + 1);
  const size_t dash = rest.rfind('-');
  out.put(found::version, rest.substr(0, dash));
  if (dash != std::string::npos)
    out.put(found::release, rest.substr(dash + 1));
}

void report_identity(const ControlFile& control, const sdk::Sink& out) {
  for (const char* field : {"Package", "Version", "Architecture", "Description"})
    if (control.line(field).empty())
      throw Damage(std::string("its control file has no ") + field);
  if (!made_of(control.line("Package"), "+._-") || !is_version(control.line("Version")))
    throw Damage("its name or version is not valid", "dpkg refuses them");
  out.put(found::format, "deb");
  out.put(found::name, control.line("Package"));
  report_version(control.line("Version"), out);
  out.put(found::arch, architecture_of(control.line("Architecture")));
  out.put(found::summary, control.line("Description"));
  out.put(found::description, text_of_control_lines(control.lines("Description")));
  if (control.has("Maintainer"))
    out.put(found::packager, control.line("Maintainer"));
  if (control.has("Homepage"))
    out.put(found::url, control.line("Homepage"));
  if (control.has("Kpatch-Functions"))
    out.put(found::functions, text_of_control_lines(control.lines("Kpatch-Functions")));
}

void report_relations(const ControlFile& control, const sdk::Sink& out) {
  for (const auto& relation : relations_of(control))
    views::append(out, found::relations, relation);
}

// The root directory is in every deb and no file of the package's; what it says must be harmless all the same.
void report_files(const Package& package, const sdk::Sink& out) {
  for (const auto& entry : package.files) {
    const std::string path = absolute_path(entry.path);
    if (path == "/") {
      if (entry.kind != "dir" || entry.mode != 0755 || entry.owner != "root" ||
          entry.group != "root")
        put_extra(out, "a root directory that is not root's, or of another mode than 0755");
      continue;
    }
    views::append(out, found::files,
                  views::PackedFile{.path = path,
                                    .kind = entry.kind,
                                    .owner = entry.owner,
                                    .group = entry.group,
                                    .mode = package_text::octal_mode(entry.mode),
                                    .capabilities = entry.capabilities});
    if (entry.kind == "file")
      out.file(path, entry.content);
  }
}

// dpkg runs the first five; the others change what it does.
void report_scripts(const Package& package, const sdk::Sink& out) {
  static constexpr std::string_view k_scripts[] = {"preinst", "postinst", "prerm",
                                                   "postrm",  "config",   "triggers"};
  int64_t scripts = 0;
  for (const auto& entry : package.control) {
    const std::string name = absolute_path(entry.path).substr(1);
    if (std::find(std::begin(k_scripts), std::end(k_scripts), name) != std::end(k_scripts))
      ++scripts;
    else if (!name.empty() && name != "control" && name != "md5sums")
      put_extra(out, "the control file " + name);
  }
  out.put_integer(found::scripts, scripts);
}

// dpkg --verify goes by md5sums alone. What it lists must be so; that it lists all files, sorted, is how kpb
// writes it.
void check_md5sums(const Package& package, const sdk::Sink& out) {
  std::map<std::string, std::string> sums; // once a file, however often it is listed
  for (const auto& entry : package.files)
    if (entry.kind == "file")
      sums[absolute_path(entry.path)] = md5(entry.content);
  const Entry* md5sums = member_of(package, "md5sums");
  const std::string text = md5sums == nullptr ? std::string() : md5sums->content;
  constexpr size_t k_sum = 32;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    const auto file =
        line.size() > k_sum + 2 ? sums.find(absolute_path(line.substr(k_sum + 2))) : sums.end();
    if (file == sums.end() || file->second != line.substr(0, k_sum))
      throw Damage("its md5sums do not match its files", line.substr(0, 200));
    at = end + 1;
  }
  if (md5sums_text(sums) != text)
    put_extra(out,
              md5sums == nullptr ? "no md5sums" : "md5sums of other files, or in another order");
}

void report_fields(const Package& package, const ControlFile& control, const sdk::Sink& out) {
  static constexpr std::string_view k_known[] = {
      "Package", "Version",     "Architecture", "Maintainer",  "Installed-Size",
      "Section", "Priority",    "Homepage",     "Description", "Kpatch-Functions",
      "Depends", "Pre-Depends", "Recommends",   "Suggests",    "Conflicts",
      "Breaks",  "Replaces",    "Provides",     "Enhances",    "Built-Using"};
  for (const auto& [field, value] : control.fields())
    if (std::find(std::begin(k_known), std::end(k_known), field) == std::end(k_known))
      put_extra(out, "the field " + field);
  std::vector<std::pair<uint64_t, bool>> sizes;
  for (const auto& entry : package.files)
    if (absolute_path(entry.path) != "/")
      sizes.emplace_back(entry.content.size(), entry.kind != "file");
  if (const auto size = std::to_string(installed_size(sizes));
      control.line("Installed-Size") != size)
    put_extra(out, "an Installed-Size other than " + size);
  const std::string section = control.line("Section");
  if (section != k_section && section != k_transitional_section)
    put_extra(out, "the section " + section);
  if (control.line("Priority") != "optional")
    put_extra(out, "the priority " + control.line("Priority"));
}

// Nothing but documentation of its own, and one package that it leads to.
bool is_transitional(const Package& package, const ControlFile& control) {
  const std::string docs = "/usr/share/doc/" + control.line("Package") + "/";
  const auto relations = relations_of(control);
  return control.line("Section") == k_transitional_section && relations.size() == 1 &&
         relations[0].kind == "requires" &&
         std::all_of(package.files.begin(), package.files.end(), [&](const Entry& e) {
           return e.kind == "dir" || absolute_path(e.path).compare(0, docs.size(), docs) == 0;
         });
}

} // namespace

void read_back_bytes(std::string_view bytes, const sdk::Sink& out) {
  const Package package = read_package(bytes);
  const Entry* text = member_of(package, "control");
  if (text == nullptr)
    throw Damage("it has no control file");
  const ControlFile control(text->content);
  check_md5sums(package, out);
  report_identity(control, out);
  report_relations(control, out);
  report_files(package, out);
  report_scripts(package, out);
  report_fields(package, control, out);
  for (const auto& oddity : package.oddities)
    put_extra(out, oddity);
  if (is_transitional(package, control))
    out.put_boolean(found::transitional, true);
}

void read_back_package(std::string_view path, const sdk::Sink& out) {
  try {
    read_back_bytes(file_bytes(std::string(path)), out);
  } catch (const Damage& damage) {
    throw sdk::Error({.fault = sdk::Fault::verification,
                      .code = "deb-damaged",
                      .where = std::string(path),
                      .what = std::string("the package is damaged: ") + damage.what(),
                      .why = damage.why(),
                      .hint = "make it again"});
  } catch (const sdk::Error& error) {
    auto said = error.diagnostic();
    said.where = path;
    throw sdk::Error(std::move(said));
  }
}

} // namespace kpb::deb
