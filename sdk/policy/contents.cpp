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
  return std::string(document.text("/kernel/release")) + " (" +
         std::string(document.text("/kernel/arch")) + ")";
}

std::string functions_words(const Document& document) {
  const size_t count = document.size("/modules/0/functions");
  std::string text = count > 0 ? "\nPatched functions:\n" : "";
  for (size_t i = 0; i < std::min(count, k_functions_shown); ++i) {
    const std::string at = "/modules/0/functions/" + std::to_string(i);
    text += "  " + std::string(document.text(at + "/object")) + ": " +
            std::string(document.text(at + "/name")) + "\n";
  }
  if (count > k_functions_shown)
    text += "  and " + std::to_string(count - k_functions_shown) + " more\n";
  return text;
}

std::string module_words(const Document& document) {
  std::string text = "Live patch for the Linux kernel\n" + kernel_words(document) +
                     ".\nIt changes the running kernel without a reboot. It works only with this "
                     "exact\nkernel.";
  const kpb_value replace = document.value("/modules/0/replace");
  if (replace.kind == KPB_KIND_BOOLEAN)
    text += replace.integer != 0 ? " It replaces every other live patch of that kernel."
                                 : " It is added to live patches that are already active.";
  text += "\n" + functions_words(document);
  const auto cves = document.texts("/package/cves");
  for (size_t i = 0; i < cves.size(); ++i)
    text += (i == 0 ? "\nFixes: " : ", ") + cves[i];
  return text;
}

std::string member_words(const Document& document) {
  std::string text =
      "Installs the live patch of each of these kernels if the kernel is installed:\n";
  for (size_t i = 0; i < document.size("/members"); ++i) {
    const std::string at = "/members/" + std::to_string(i);
    text += "  " + std::string(document.text(at + "/kernel")) + ": " +
            std::string(document.text(at + "/name")) + "\n";
  }
  return text;
}

class FileList {
public:
  FileList(const Document& document, const Sink& out) : m_out(out) {
    for (size_t i = 0; i < document.size("/files"); ++i)
      m_listed.insert(std::string(document.text("/files/" + std::to_string(i) + "/path")));
  }
  void add(const std::string& path, const char* kind, const std::string& content) {
    if (!m_listed.insert(path).second)
      return;
    const std::string at = m_out.append("/files");
    m_out.put(at + "/path", path);
    m_out.put(at + "/kind", kind);
    if (!content.empty())
      m_out.put(at + "/content", content);
  }

private:
  const Sink& m_out;
  std::set<std::string> m_listed;
};

// What the module was made from. The module itself, when it was given, needs no second copy.
void add_inputs(const Document& document, FileList& files) {
  const std::string docs = "/usr/share/doc/" + std::string(document.text("/package/name"));
  const bool tree = document.boolean("/request/directory");
  std::set<std::string> directories{docs};
  for (size_t i = 0; i < document.size("/inputs"); ++i) {
    const std::string at = "/inputs/" + std::to_string(i);
    // Several patches keep their order in the name: 1-a.patch, 2-b.patch.
    std::string file(document.text(at + "/stored"));
    file = file.substr(file.find('/') + 1);
    if (!tree)
      std::replace(file.begin(), file.end(), '/', '-');
    const std::string path = docs + "/" + file;
    for (std::string parent = path.substr(0, path.size() - base_name(path).size() - 1);
         parent.size() > docs.size(); parent = parent.substr(0, parent.rfind('/')))
      directories.insert(parent);
    files.add(path, "doc", "input:" + std::to_string(i));
  }
  for (const auto& directory : directories)
    files.add(directory, "dir", "");
}

} // namespace

void put_texts(const Document& document, const Sink& out) {
  const auto kind = document.text("/request/kind");
  const std::string kernel(document.text("/kernel/release"));
  out.put("/package/license", "GPL-2.0-only");
  if (kind == "subscription") {
    out.put("/package/summary", "Live patches for the Linux kernel " + kernel);
    out.put("/package/description",
            "This package is empty. Its updates are the live patches for the Linux kernel\n" +
                kernel_words(document) + ".");
  } else if (kind == "metapackage") {
    out.put("/package/summary", "Live patches for the installed Linux kernels");
    out.put("/package/description", member_words(document));
  } else {
    out.put("/package/summary", "Live patch " + std::string(document.text("/request/stem")) +
                                    " for the Linux kernel " + kernel);
    out.put("/package/description", module_words(document));
  }
}

void add_files(const Document& document, const Sink& out) {
  FileList files(document, out);
  const std::string data = "/usr/share/kpb/packages/" + std::string(document.text("/package/name"));
  if (has_module(document))
    files.add(std::string(document.text("/modules/0/directory")), "dir", "");
  files.add(data, "dir", "");
  files.add(data + "/manifest.json", "data", "manifest");
  if (!has_module(document))
    return;
  files.add(data + "/modules.conf", "data", "modules.conf");
  if (document.text("/request/kind") != "module")
    add_inputs(document, files);
}

} // namespace kpb::policy
