// SPDX-License-Identifier: GPL-2.0-only
//
// Policy `standard`: one package per patch and kernel, with the kernel in its name, a module whose
// name changes with every version, and a description that tells what is inside. Its settings cover
// what most sites change, so that few need a policy of their own.
#include <kpb/sdk.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace {

using namespace kpb::sdk;

// Long lists make headers that nobody reads; the manifest has all of them.
constexpr size_t k_functions_shown = 20;

struct Settings {
  std::string package_prefix;
  std::string module_prefix;
  std::string install_dir;
};

// Asked for in name(): the host wants to have heard of all settings before anything is built.
Settings settings_of(const Host& host) {
  return {host.setting("package-prefix", "kpatch-module-"),
          host.setting("module-prefix", "kpatch-"), host.setting("install-dir", "/var/lib/kpatch")};
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class Standard final : public Policy {
public:
  void name(const Host& host, const Document& document, const Sink& out) override {
    const Settings settings = settings_of(host);
    const std::string stem(document.text("/request/stem"));
    // K' may hold '~', which neither a package's name in RPM nor one in Debian may.
    std::string kernel(document.text("/kernel/release_without_arch"));
    std::replace(kernel.begin(), kernel.end(), '~', '_');
    check_prefix("package-prefix", settings.package_prefix);
    check_prefix("module-prefix", settings.module_prefix);
    check_directory(settings.install_dir);
    out.put("/package/name", settings.package_prefix + stem + "-" + kernel);
    out.put("/modules/0/file",
            settings.module_prefix + stem + "-" + version_release(document) + ".ko");
    out.put("/modules/0/directory",
            settings.install_dir + "/" + std::string(document.text("/kernel/release")));
  }

  void describe(const Host&, const Document& document, const Sink& out) override {
    const std::string kernel(document.text("/kernel/release"));
    out.put("/package/license", "GPL-2.0-only");
    out.put("/package/summary", "Live patch " + std::string(document.text("/request/stem")) +
                                    " for the Linux kernel " + kernel);
    out.put("/package/description", description(document));
    add_files(document, out);
  }

private:
  // A new epoch is a new module too; ':' has no place in a file name.
  static std::string version_release(const Document& document) {
    const std::string epoch(document.text("/package/epoch"));
    return (epoch.empty() ? "" : epoch + "_") + std::string(document.text("/package/version")) + "-" +
           std::string(document.text("/package/release"));
  }

  // What a user sets is judged here: left to kpb, a wrong name would be this policy's fault.
  static bool is_plain(const std::string& word) {
    return word.find("..") == std::string::npos &&
           std::all_of(word.begin(), word.end(), [](char c) {
             return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    std::string("._+-").find(c) != std::string::npos;
           });
  }

  static void check_prefix(const std::string& setting, const std::string& value) {
    const bool starts_well =
        value.empty() || std::string("._+-").find(value.front()) == std::string::npos;
    if (!is_plain(value) || !starts_well)
      throw Error("the setting " + setting + " is '" + value + "', which no name can begin with",
                  KPB_FAULT_INPUT,
                  "a prefix begins with a letter or digit, goes on with those and . _ + -, "
                  "and has no '..'",
                  "setting-value");
  }

  static void check_directory(const std::string& directory) {
    bool good = directory.size() > 1 && directory.front() == '/' && directory.back() != '/';
    for (size_t at = 0; good && at != std::string::npos;) {
      const size_t next = directory.find('/', at + 1);
      const std::string part =
          directory.substr(at + 1, next == std::string::npos ? next : next - at - 1);
      good = is_plain(part) && !part.empty() && part != "." && part.front() != '-';
      at = next;
    }
    if (!good)
      throw Error("the setting install-dir is '" + directory +
                      "', not an absolute directory of plain names",
                  KPB_FAULT_INPUT, "for example --set install-dir=/usr/lib/kpatch",
                  "setting-value");
  }

  static std::string description(const Document& document) {
    std::string text =
        "Live patch for the Linux kernel\n" + std::string(document.text("/kernel/release")) + " (" +
        std::string(document.text("/kernel/arch")) +
        ").\nIt changes the running kernel without a reboot, and works with exactly that\n"
        "kernel.";
    const kpb_value replace = document.value("/modules/0/replace");
    if (replace.kind == KPB_KIND_BOOLEAN)
      text += replace.integer != 0 ? " It replaces every other live patch of that kernel."
                                   : " It is added to live patches that are already active.";
    text += "\n";
    const size_t count = document.size("/modules/0/functions");
    if (count > 0)
      text += "\nPatched functions:\n";
    for (size_t i = 0; i < std::min(count, k_functions_shown); ++i) {
      const std::string at = "/modules/0/functions/" + std::to_string(i);
      text += "  " + std::string(document.text(at + "/object")) + ": " +
              std::string(document.text(at + "/name")) + "\n";
    }
    if (count > k_functions_shown)
      text += "  and " + std::to_string(count - k_functions_shown) + " more\n";
    const auto cves = document.texts("/package/cves");
    for (size_t i = 0; i < cves.size(); ++i)
      text += (i == 0 ? "\nFixes: " : ", ") + cves[i];
    return text;
  }

  static void add_file(const Sink& out, const std::string& path, const char* kind,
                       const std::string& content) {
    const std::string at = out.append("/files");
    out.put(at + "/path", path);
    out.put(at + "/kind", kind);
    if (!content.empty())
      out.put(at + "/content", content);
  }

  // The module is packed by kpb. Beside it: what it is, for people, programs and the runtime.
  static void add_files(const Document& document, const Sink& out) {
    const std::string name(document.text("/package/name"));
    add_file(out, std::string(document.text("/modules/0/directory")), "dir", "");
    const std::string data = "/usr/share/kpb/packages/" + name;
    add_file(out, data, "dir", "");
    add_file(out, data + "/manifest.json", "data", "manifest");
    add_file(out, data + "/modules.conf", "data", "modules.conf");
    if (document.text("/request/kind") == "module")
      return; // the module itself is the input: nothing to document it with
    const std::string docs = "/usr/share/doc/" + name;
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
      add_file(out, path, "doc", "input:" + std::to_string(i));
    }
    for (const auto& directory : directories)
      add_file(out, directory, "dir", "");
  }
};

} // namespace

KPB_EXPORT_POLICY("org.kpb.policy.standard", "0.1.0", "standard", Standard);
