// SPDX-License-Identifier: GPL-2.0-only
//
// A machine in memory for kpb-reconcile: a disk, a kernel that accepts live patches as Linux does,
// and a clock that a test controls. It can be stopped before any effect, by a signal (the disk and
// the kernel keep their state) or by a power failure (the content of /run and of the kernel is
// lost).
#ifndef KPB_TESTS_UNIT_RUNTIME_WORLD_HPP
#define KPB_TESTS_UNIT_RUNTIME_WORLD_HPP

#include "core/programs/reconcile/world.hpp"

#include "core/base/sha256.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

namespace kpb_test {

namespace rt = kpb::runtime;

struct CutOff {};

// What a module's file is to the kernel.
struct FakeModule {
  std::string name;
  bool replace = false;
  int error = 0;
  bool panics = false;
  bool stalls = false;
};

class RuntimeMachine final : public rt::Files, rt::Kernel, rt::Clock, rt::Programs, rt::Log {
public:
  std::map<std::string, std::string> disk;   // path: content
  std::map<std::string, FakeModule> modules; // path in `disk`: its module
  std::set<std::string> full;                // paths that cannot be written (ENOSPC)
  std::map<std::string, int> denied;         // what cannot be read, or what lies below: the errno
  std::set<std::string> not_roots;           // what others could have written
  bool root = true;                          // who asks
  bool another_root = false;                 // --root
  std::string running = "6.1.0";             // uname -r; "": nothing runs there
  std::vector<std::string> loads;            // in order
  std::vector<std::vector<std::string>> started;
  std::map<std::string, std::string> prints; // a program's words: what it prints
  std::vector<rt::Message> messages;
  uint64_t time = 1000;
  std::string content = "code of "; // content of the files of packages installed from now on
  bool ending = false;              // somebody has told it to end: the machine shuts down in order
  int effects = 0;
  int cut_at = -1; // stop before that effect

  RuntimeMachine() { boot(); }

  rt::World world() { return {*this, *this, *this, *this, *this}; }

  void boot() {
    std::erase_if(disk, [](const auto& file) {
      return starts(file.first, "/run/") || starts(file.first, "/sys/") ||
             starts(file.first, "/proc/");
    });
    disk["/proc/self/status"] = disk["/proc/1/root/"] = disk["/"] = "";
    disk["/proc/cmdline"] = "quiet";
    disk[rt::k_boot_id] = "boot-" + std::to_string(++m_boots);
    disk["/run/systemd/system/"] = "";
    disk["/sys/kernel/livepatch/"] = "";
    cut_at = -1;
    loads.clear();
    messages.clear();
  }
  // Installs a package with one module and its modules.conf. `more` are lines for the module's
  // block.
  void install(const std::string& name, const std::string& version, bool replace,
               const std::string& more = "", const std::string& before = "",
               const std::string& kernel = "6.1.0") {
    const std::string module = "kpatch_" + name + "_" + dashes_to_lines(version);
    const std::string file = "/var/lib/kpatch/" + kernel + "/" + module + ".ko";
    erase(name);
    disk[file] = content + module;
    modules[file] = {module, replace, 0, false, false};
    const size_t dash = version.find('-');
    disk[conf(name)] =
        "format=kpb.modules/1\npackage=" + name + "\nversion=" + version.substr(0, dash) +
        "\nrelease=" + version.substr(dash + 1) + "\nkernel=" + kernel + "\narch=x86_64\n" +
        before + "module=" + module + "\nfile=" + file + "\nsha256=" + kpb::sha256_hex(disk[file]) +
        "\nreplace=" + (replace ? "yes" : "no") + "\n" + more;
    m_files_of[name] = file;
  }
  void erase(const std::string& name) {
    disk.erase(conf(name));
    if (const auto it = m_files_of.find(name); it != m_files_of.end())
      disk.erase(it->second);
  }
  FakeModule& module_of(const std::string& name) { return modules.at(m_files_of.at(name)); }
  std::string file_of(const std::string& name) const { return m_files_of.at(name); }

  std::vector<std::string> active() { return list(rt::k_livepatch).value(); }
  bool said(const std::string& code) const {
    return std::any_of(messages.begin(), messages.end(),
                       [&](const auto& one) { return one.code == code; });
  }
  void end_transition(const std::string& name) { disk[patch(name) + "/transition"] = "0"; }
  void activate(const FakeModule& module) {
    if (module.replace)
      for (const auto& other : active())
        forget(patch(other));
    disk[patch(module.name) + "/enabled"] = "1";
    disk[patch(module.name) + "/transition"] = module.stalls ? "1" : "0";
    disk["/sys/module/" + module.name + "/initstate"] = "live";
  }

  static std::string conf(const std::string& name) {
    return std::string(rt::k_packages) + "/" + name + "/modules.conf";
  }

  // Files
  bool of_another_root() const override { return another_root; }
  rt::Failure denial(const std::string& path) const {
    for (const auto& what : not_roots)
      if (path == what || starts(path, what + "/"))
        return {EPERM, what + " is somebody's", true};
    for (const auto& [what, error] : denied)
      if (path == what || starts(path, what + "/"))
        return error;
    return 0;
  }
  rt::Result<std::string> read(const std::string& path, size_t limit) override {
    if (const auto error = denial(path); error != 0)
      return tl::unexpected(error);
    const auto it = disk.find(path);
    if (it == disk.end())
      return tl::unexpected(ENOENT);
    if (it->second.size() > limit)
      return tl::unexpected(EFBIG);
    return it->second;
  }
  rt::Result<std::string> head(const std::string& path, size_t size) override {
    const auto text = read(path, SIZE_MAX);
    return text ? rt::Result<std::string>(text->substr(0, size)) : text;
  }
  rt::Result<std::vector<std::string>> list(const std::string& directory) override {
    if (const auto error = denial(directory); error != 0)
      return tl::unexpected(error);
    std::set<std::string> names;
    bool there = false;
    for (const auto& [path, text] : disk)
      if (starts(path, directory + "/")) {
        there = true;
        const std::string rest = path.substr(directory.size() + 1);
        if (!rest.empty())
          names.insert(rest.substr(0, rest.find('/')));
      }
    if (!there)
      return tl::unexpected(ENOENT);
    return std::vector<std::string>(names.begin(), names.end());
  }
  rt::Result<rt::FileFacts> look(const std::string& path) override {
    if (const auto error = denial(path); error != 0 && !error.others) // looking believes nothing
      return tl::unexpected(error);
    rt::FileFacts facts;
    facts.regular = disk.count(path) != 0 && path.back() != '/';
    facts.directory = !facts.regular && (path.back() == '/' || list(path).has_value());
    if (!facts.regular && (!facts.directory || (path.back() == '/' && disk.count(path) == 0)))
      return tl::unexpected(ENOENT);
    return facts;
  }
  rt::Result<std::string> read_link(const std::string& path) override {
    return read(path, SIZE_MAX);
  }
  int put(const std::string& path, const std::string& text) override {
    effect();
    if (disk.count(path) == 0)
      return ENOENT;
    disk[path] = text;
    // Disabling a patch. A stalled one is gone at once, because its tasks run the old code anyway.
    if (text == "0" && path.size() > 8 && path.substr(path.size() - 8) == "/enabled")
      forget(path.substr(0, path.size() - 8));
    return 0;
  }
  int replace(const std::string& path, const std::string& text) override {
    return write(path, text);
  }
  int overwrite(const std::string& path, const std::string& text) override {
    return write(path, text);
  }
  int make_directory(const std::string&) override { return 0; }
  int remove(const std::string& path) override {
    effect();
    return disk.erase(path) != 0 ? 0 : ENOENT;
  }
  rt::Result<std::unique_ptr<rt::Lock>> try_lock(const std::string&) override {
    return std::make_unique<rt::Lock>();
  }

  // Kernel
  std::string release() override { return running; }
  std::string machine() override { return "x86_64"; }
  bool is_root() override { return root; }
  rt::Result<std::unique_ptr<rt::ModuleFile>> open_module(const std::string& path) override;
  int unload(const std::string& name) override {
    effect();
    if (disk.count(patch(name) + "/enabled") != 0)
      return EWOULDBLOCK;
    return forget("/sys/module/" + name) ? 0 : ENOENT;
  }
  void forget_log() override {}
  std::vector<std::string> new_log() override { return {}; }
  int take(const std::string& path) {
    effect();
    const FakeModule& module = modules.at(path);
    loads.push_back(module.name);
    if (module.panics)
      throw CutOff();
    if (module.error != 0)
      return module.error;
    if (list("/sys/module/" + module.name))
      return EEXIST;
    for (const auto& name : active())
      if (disk[patch(name) + "/transition"] == "1")
        return EBUSY;
    activate(module);
    return 0;
  }

  // Clock, Programs, Log
  uint64_t now() override { return time; }
  bool sleep(uint64_t milliseconds) override {
    time += milliseconds;
    return !ending;
  }
  bool told_to_end() override { return ending; }
  rt::Result<int> run(const std::vector<std::string>& words, uint64_t,
                      std::string* output) override {
    effect();
    started.push_back(words);
    std::string line;
    for (const auto& word : words)
      line += (line.empty() ? "" : " ") + word;
    for (const auto& [program, text] : prints)
      if (line.find(program) != std::string::npos && output != nullptr)
        *output = text;
    return 0;
  }
  void say(const rt::Message& message) override { messages.push_back(message); }

private:
  static bool starts(const std::string& text, const std::string& with) {
    return text.rfind(with, 0) == 0;
  }
  static std::string patch(const std::string& name) {
    return std::string(rt::k_livepatch) + "/" + name;
  }
  static std::string dashes_to_lines(std::string text) {
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
  }
  void effect() {
    if (effects++ == cut_at)
      throw CutOff();
  }
  int write(const std::string& path, const std::string& text) {
    effect();
    if (full.count(path) != 0)
      return ENOSPC;
    disk[path] = text;
    return 0;
  }
  bool forget(const std::string& directory) {
    return std::erase_if(
               disk, [&](const auto& file) { return starts(file.first, directory + "/"); }) != 0;
  }

  std::map<std::string, std::string> m_files_of;
  int m_boots = 0;
};

class FakeModuleFile final : public rt::ModuleFile {
public:
  FakeModuleFile(RuntimeMachine& machine, std::string path)
      : m_machine(machine), m_path(std::move(path)) {}
  std::string path() override { return m_path; }
  rt::FileFacts facts() override {
    rt::FileFacts facts;
    facts.regular = true;
    return facts;
  }
  rt::Result<std::string> sha256() override { return kpb::sha256_hex(m_machine.disk.at(m_path)); }
  int load() override { return m_machine.take(m_path); }

private:
  RuntimeMachine& m_machine;
  std::string m_path;
};

inline rt::Result<std::unique_ptr<rt::ModuleFile>>
RuntimeMachine::open_module(const std::string& path) {
  if (const auto error = denial(path); error != 0)
    return tl::unexpected(error);
  if (disk.count(path) == 0)
    return tl::unexpected(ENOENT);
  return std::make_unique<FakeModuleFile>(*this, path);
}

} // namespace kpb_test

#endif
