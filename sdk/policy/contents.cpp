// SPDX-License-Identifier: GPL-2.0-only
//
// See contents.hpp.
#include <kpb/policy/contents.hpp>

#include <kpb/policy/facts.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace kpb::policy {

namespace {

using sdk::Document;
using sdk::Sink;

// Long lists make headers that nobody reads; the manifest has all of them.
constexpr size_t k_functions_shown = 20;

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string kernel_words(const Document& document) {
  return std::string(document.text(fields::kernel_release)) + " (" +
         std::string(document.text(fields::kernel_arch)) + ")";
}

std::string functions_words(const Document& document) {
  const auto functions = views::functions(document);
  std::string text = functions.empty() ? "" : "\nPatched functions:\n";
  for (size_t i = 0; i < std::min(functions.size(), k_functions_shown); ++i)
    text += "  " + functions[i].object + ": " + functions[i].name + "\n";
  if (functions.size() > k_functions_shown)
    text += "  and " + std::to_string(functions.size() - k_functions_shown) + " more\n";
  return text;
}

std::string module_words(const Document& document) {
  std::string text = "Live patch for the Linux kernel\n" + kernel_words(document) +
                     ".\nIt changes the running kernel without a reboot. It works only with this "
                     "exact\nkernel.";
  if (const auto replace = views::module_of(document).replace)
    text += *replace ? " It replaces every other live patch of that kernel."
                     : " It is added to live patches that are already active.";
  text += "\n" + functions_words(document);
  const auto cves = document.texts(fields::package_cves);
  for (size_t i = 0; i < cves.size(); ++i)
    text += (i == 0 ? "\nFixes: " : ", ") + cves[i];
  return text;
}

std::string member_words(const Document& document) {
  std::string text =
      "Installs the live patch of each of these kernels if the kernel is installed:\n";
  for (const auto& member : views::members(document))
    text += "  " + member.kernel + ": " + member.name + "\n";
  return text;
}

class FileList {
public:
  FileList(const Document& document, const Sink& out) : m_out(out) {
    for (const auto& file : views::files(document))
      m_listed.insert(file.path);
  }
  void add(const views::File& file) {
    if (m_listed.insert(file.path).second)
      views::append(m_out, fields::files, file);
  }

private:
  const Sink& m_out;
  std::set<std::string> m_listed;
};

// What the module was made from. The module itself, when it was given, needs no second copy.
void add_inputs(const Document& document, FileList& files) {
  const std::string docs = "/usr/share/doc/" + std::string(document.text(fields::package_name));
  const bool tree = document.boolean(fields::request_directory);
  std::set<std::string> directories{docs};
  const auto inputs = views::inputs(document);
  for (size_t i = 0; i < inputs.size(); ++i) {
    // Several patches keep their order in the name: 1-a.patch, 2-b.patch.
    std::string file = inputs[i].stored.substr(inputs[i].stored.find('/') + 1);
    if (!tree)
      std::replace(file.begin(), file.end(), '/', '-');
    const std::string path = docs + "/" + file;
    for (std::string parent = path.substr(0, path.size() - base_name(path).size() - 1);
         parent.size() > docs.size(); parent = parent.substr(0, parent.rfind('/')))
      directories.insert(parent);
    files.add({path, "doc", "input:" + std::to_string(i)});
  }
  for (const auto& directory : directories)
    files.add({directory, "dir"});
}

} // namespace

void put_texts(const Document& document, const Sink& out) {
  const auto kind = document.text(fields::request_kind);
  const std::string kernel(document.text(fields::kernel_release));
  out.put(fields::package_license, "GPL-2.0-only");
  if (kind == "subscription") {
    out.put(fields::package_summary, "Live patches for the Linux kernel " + kernel);
    out.put(fields::package_description,
            "This package is empty. Its updates are the live patches for the Linux kernel\n" +
                kernel_words(document) + ".");
  } else if (kind == "metapackage") {
    out.put(fields::package_summary, "Live patches for the installed Linux kernels");
    out.put(fields::package_description, member_words(document));
  } else {
    out.put(fields::package_summary, "Live patch " +
                                         std::string(document.text(fields::request_stem)) +
                                         " for the Linux kernel " + kernel);
    out.put(fields::package_description, module_words(document));
  }
}

void add_files(const Document& document, const Sink& out) {
  FileList files(document, out);
  const std::string data =
      "/usr/share/kpb/packages/" + std::string(document.text(fields::package_name));
  if (has_module(document))
    files.add({std::string(document.text(fields::module_directory)), "dir"});
  files.add({data, "dir"});
  files.add({data + "/manifest.json", "data", "manifest"});
  if (!has_module(document))
    return;
  files.add({data + "/modules.conf", "data", "modules.conf"});
  if (document.text(fields::request_kind) != "module")
    add_inputs(document, files);
}

} // namespace kpb::policy
