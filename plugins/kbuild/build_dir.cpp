// SPDX-License-Identifier: GPL-2.0-only
//
// See build_dir.hpp. Nothing is run here: everything stands in the tree's own files.
#include "build_dir.hpp"

#include <kpb/sdk/architectures.hpp>
#include <kpb/sdk/text.hpp>

#include <sys/utsname.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace kpb::builders {
namespace {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool is_file(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool is_directory(const std::string& path) {
  std::error_code error; // a dangling link is no directory
  return fs::is_directory(path, error);
}

// Errors blame the command line when the tree was named there, else the machine.
class Tree {
public:
  Tree(std::string path, std::string release, bool was_given)
      : m_path(std::move(path)), m_release(std::move(release)), m_was_given(was_given) {}

  [[noreturn]] void refuse(const std::string& why, const std::string& hint,
                           const char* code) const {
    throw sdk::Error({.fault = m_was_given ? sdk::Fault::input : sdk::Fault::environment,
                      .code = code,
                      .what = m_path + ": " + why,
                      .hint = hint});
  }

  std::string headers_hint() const {
    if (m_was_given)
      return "give --source the build tree of " + m_release +
             ", prepared with `make modules_prepare`";
    return "install linux-headers-" + m_release + " (Debian, Ubuntu) or kernel-devel-" + m_release +
           " (Fedora, EL), or name a build tree with --source";
  }

  // What make and the shell would take apart; kbuild itself refuses some of it, less clearly.
  void check_characters() const {
    if (!made_of(m_path, "/._+~,@-"))
      refuse("kbuild cannot work with this path", "use a path of letters, digits and '/._+~,@-'",
             "kbuild-tree-path");
  }

  void check_prepared() const {
    if (!is_file(m_path + "/Makefile") || !is_file(m_path + "/include/config/auto.conf"))
      refuse(
          "this is not a prepared kernel build tree; Makefile or include/config/auto.conf is missing",
          headers_hint(), "kbuild-tree-unprepared");
    // Without it the module gets no symbol versions, and undefined symbols pass unnoticed.
    if (!is_file(m_path + "/Module.symvers"))
      refuse("Module.symvers is missing; `make modules_prepare` alone does not create it",
             m_was_given ? "build the kernel's modules in it once, or use its headers package"
                         : headers_hint(),
             "kbuild-tree-symvers");
  }

  // utsrelease.h is what the module will carry in its vermagic. Debian's kernel.release differs.
  void check_release() const {
    std::string found;
    const std::string header = read_file(m_path + "/include/generated/utsrelease.h");
    const size_t begin = header.find("UTS_RELEASE \"");
    if (begin != std::string::npos)
      found = header.substr(begin + 13, header.find('"', begin + 13) - begin - 13);
    else
      std::istringstream(read_file(m_path + "/include/config/kernel.release")) >> found;
    if (found.empty())
      refuse(
          "this build tree does not say which kernel it is for; include/generated/utsrelease.h is "
          "missing",
          headers_hint(), "kbuild-tree-unprepared");
    if (found != m_release)
      refuse("this build tree is for kernel " + found + ", but the target is " + m_release,
             m_was_given ? "correct --source or --kernel" : headers_hint(), "kbuild-tree-release");
  }

private:
  std::string m_path;
  std::string m_release;
  bool m_was_given;
};

// The options that are set to y.
std::set<std::string> read_config(const std::string& path) {
  std::set<std::string> out;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);)
    if (line.size() > 2 && line.compare(line.size() - 2, 2, "=y") == 0)
      out.insert(line.substr(0, line.size() - 2));
  return out;
}

std::string real_path(const std::string& path) {
  std::error_code error;
  const auto real = fs::canonical(path, error);
  return error ? path : real.string();
}

void check_machine(const std::string& arch) {
  utsname names{};
  const std::string machine = uname(&names) == 0 ? names.machine : "";
  if (machine != arch)
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "kbuild-cross",
                      .what = "cannot compile for " + arch + " on " + machine,
                      .hint = "run kpb on a machine of that architecture"});
}

void check_config(const Tree& tree, const std::set<std::string>& options, const std::string& arch) {
  const auto* known = find_architecture(arch);
  const std::string option(known != nullptr ? known->option : "");
  if (!option.empty() && options.count(option) == 0)
    tree.refuse("this build tree is not for " + arch + "; " + option + " is not set",
                "correct --source or --arch", "kbuild-tree-arch");
  if (options.count("CONFIG_LIVEPATCH") == 0)
    tree.refuse("this kernel cannot be live-patched; CONFIG_LIVEPATCH is not set",
                "use a kernel that is built with CONFIG_LIVEPATCH=y", "kbuild-no-livepatch");
}

// CONFIG_CC_VERSION_TEXT begins with the compiler's name as the kernel's builder called it, e.g.
// "gcc-12 (Debian ...". Debian's headers insist on that very one, by a file that sets CC; others
// take whatever is called gcc. clang's text begins with words of the distribution.
void check_compiler(const sdk::Host& host, const std::string& directory, const std::string& config,
                    bool is_clang) {
  const std::string key = "CONFIG_CC_VERSION_TEXT=";
  std::string wanted = is_clang ? "clang" : "gcc";
  const size_t at = config.find(key);
  if (!is_clang && at != std::string::npos && is_file(directory + "/.kernelvariables")) {
    const size_t begin = at + key.size() + (config[at + key.size()] == '"' ? 1 : 0);
    wanted = config.substr(begin, config.find_first_of(" \"\n", begin) - begin);
  }
  if (!host.find_tool(wanted))
    throw sdk::Error(
        {.fault = sdk::Fault::environment,
         .code = "tool-missing",
         .what = "the compiler " + host.missing_tool(wanted) + "; " + directory + " needs it",
         .hint = "install the package " + wanted});
}

std::string choose(const sdk::Document& document, const std::string& release) {
  if (const std::string given(document.text(fields::request_source)); !given.empty()) {
    if (!is_directory(given))
      throw sdk::Error({.fault = sdk::Fault::input,
                        .code = "kbuild-tree-missing",
                        .what = given + ": no such directory",
                        .hint = "correct --source"});
    return given;
  }
  const auto candidates = build_dir_candidates(release);
  const auto found = std::find_if(candidates.begin(), candidates.end(), is_directory);
  if (found == candidates.end())
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "kbuild-tree-missing",
                      .what = "there is no build tree of kernel " + release + "; looked for " +
                              candidates[0] + ", " + candidates[1] + " and " + candidates[2],
                      .hint = Tree({}, release, false).headers_hint()});
  return *found;
}

} // namespace

std::vector<std::string> build_dir_candidates(std::string_view release) {
  const std::string name(release);
  return {"/lib/modules/" + name + "/build", "/usr/src/linux-headers-" + name,
          "/usr/src/kernels/" + name};
}

BuildDir find_build_dir(const sdk::Host& host, const sdk::Document& document) {
  const std::string release(document.text(fields::kernel_release));
  const std::string arch(document.text(fields::kernel_arch));
  check_machine(arch);
  if (!host.find_tool("make"))
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "tool-missing",
                      .what = host.missing_tool("make"),
                      .hint = "install the package make"});

  BuildDir dir;
  dir.path = real_path(choose(document, release));
  const Tree tree(dir.path, release, document.has(fields::request_source));
  tree.check_characters();
  tree.check_prepared();
  tree.check_release();
  const std::string config_path = dir.path + "/include/config/auto.conf";
  const auto options = read_config(config_path);
  check_config(tree, options, arch);
  dir.is_clang = options.count("CONFIG_CC_IS_CLANG") != 0;
  dir.is_lld = options.count("CONFIG_LD_IS_LLD") != 0;
  check_compiler(host, dir.path, read_file(config_path), dir.is_clang);

  if (is_directory(dir.path + "/source"))
    dir.source = real_path(dir.path + "/source");
  if (dir.source == dir.path)
    dir.source.clear();
  return dir;
}

} // namespace kpb::builders
