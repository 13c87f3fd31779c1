// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-livepatch-deps: the RPM dependency generator for kernel live patches
// (docs/dependency-generator.md). rpmbuild runs it once for each module and kind of relation, with
// the file's path on standard input; %check runs it over the whole build root.
//
//   kpb-livepatch-deps --provides|--conflicts|--requires [--functions-only]
//                      --name=NAME [--epoch=E] --version=V --release=R
//   kpb-livepatch-deps --check [--functions-only] [--directory=DIR]... BUILDROOT
//
// rpmbuild ignores a generator that fails. So if the relations cannot be determined, --requires
// prints a requirement that nothing can satisfy; otherwise it prints nothing, because the remaining
// requirements are up to the packager.
#include "core/base/text.hpp"
#include "core/programs/livepatch-deps/build_root.hpp"
#include "core/programs/livepatch-deps/module_relations.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace kpb;
using namespace kpb::generate;

constexpr const char* k_program = "kpb-livepatch-deps";

class StderrSink final : public DiagnosticSink {
public:
  void report(Diagnostic d) override {
    const std::string text = format_diagnostic(d, k_program, false);
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
};

struct Asked {
  std::string what; // "provides", "conflicts", "requires" or "check"
  bool functions_only = false;
  Package package;
  std::vector<std::string> directories = {"/var/lib/kpatch", "/usr/lib/kpatch"};
  std::string root;
};

int usage(const std::string& why) {
  std::cerr << k_program << ": " << why
            << "\nrpmbuild runs this program; see its file kpb_livepatch.attr\n";
  return 2;
}

bool take_option(const std::string& word, Asked& asked) {
  const size_t equals = word.find('=');
  const std::string key = word.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  for (const char* what : {"provides", "conflicts", "requires", "check"})
    if (word == std::string("--") + what) {
      const bool first = asked.what.empty();
      asked.what = what;
      return first;
    }
  if (word == "--functions-only") {
    asked.functions_only = true;
    return true;
  }
  if (equals == std::string::npos)
    return false;
  if (key == "--directory") {
    asked.directories.push_back(value);
    return true;
  }
  std::string* field = key == "--name"      ? &asked.package.name
                       : key == "--epoch"   ? &asked.package.epoch
                       : key == "--version" ? &asked.package.version
                       : key == "--release" ? &asked.package.release
                                            : nullptr;
  if (field != nullptr)
    *field = value;
  return field != nullptr;
}

// The name of a dependency must not contain blanks or commas, whatever the file is called.
std::string unsatisfiable(const std::string& path) {
  std::string name = base_name(path);
  for (char& c : name)
    if (!made_of({&c, 1}, "._+-"))
      c = '_';
  return "kpb-livepatch-deps-failed(" + name + ")";
}

std::optional<std::vector<policy::Relation>> tell(FileSystem& files, const Asked& asked,
                                                  const std::string& file) {
  StderrSink sink;
  BuildRoot root(files, asked.root, sink);
  const auto path = root.installed_path(file);
  if (!path) {
    fail(sink, {.fault = Fault::input,
                .code = "outside",
                .where = file,
                .what = "it is not in the build root",
                .why = shown(asked.root)});
    return std::nullopt;
  }
  return relations_of_module(root, *path, &asked.package, asked.functions_only, sink);
}

// Runs in a process of its own, so that a crash also counts as a failure.
bool can_be_told(FileSystem& files, const Asked& asked, const std::string& file) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool good = false;
    try {
      good = tell(files, asked, file).has_value();
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s: %s\n", k_program, e.what());
    }
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

int answer(FileSystem& files, const Asked& asked) {
  bool good = true;
  std::string out;
  for (std::string file; std::getline(std::cin, file);) {
    if (asked.what == "requires") {
      if (!can_be_told(files, asked, file))
        out += unsatisfiable(file) + "\n";
      continue;
    }
    const auto all = tell(files, asked, file);
    good = good && all;
    for (const auto& relation : all ? *all : std::vector<policy::Relation>{})
      if (relation.kind == asked.what)
        out += policy::text_of(relation) + "\n";
  }
  std::cout << out << std::flush;
  return good && std::cout ? 0 : 1;
}

int check(FileSystem& files, const Asked& asked) {
  StderrSink sink;
  BuildRoot root(files, asked.root, sink);
  size_t modules = 0;
  bool good = true;
  for (const auto& directory : asked.directories) {
    const auto paths = root.modules_below(directory);
    good = good && paths;
    for (const auto& path : paths ? *paths : std::vector<std::string>{}) {
      ++modules;
      good = relations_of_module(root, path, nullptr, asked.functions_only, sink) && good;
    }
  }
  if (good && modules == 0)
    good = fail(sink, {.fault = Fault::input,
                       .code = "no-module",
                       .where = asked.root,
                       .what = "it holds no module",
                       .why = "there is no .ko file below " + join(asked.directories, ", ")});
  if (good)
    std::cout << k_program << ": " << modules << (modules == 1 ? " module" : " modules")
              << ", relations known\n";
  return good ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  try {
    Asked asked;
    for (int i = 1; i < argc; ++i) {
      const std::string word = argv[i];
      if (!word.empty() && word.front() == '-' ? !take_option(word, asked) : !asked.root.empty())
        return usage("it does not know " + shown(word));
      if (word.empty() || word.front() != '-')
        asked.root = word;
    }
    const auto files = make_real_filesystem();
    if (asked.what == "check")
      return asked.root.empty() ? usage("the build root is missing") : check(*files, asked);
    const char* root = std::getenv("RPM_BUILD_ROOT");
    if (asked.what.empty() || !asked.root.empty() || asked.package.name.empty() || root == nullptr)
      return usage("a kind of relation, --name and $RPM_BUILD_ROOT are needed");
    asked.root = root;
    return answer(*files, asked);
  } catch (const std::exception& e) {
    std::cerr << k_program << ": " << e.what() << "\n";
    return 1;
  }
}
