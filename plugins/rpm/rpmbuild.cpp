// SPDX-License-Identifier: GPL-2.0-only
//
// Lays out a build directory, runs rpmbuild and looks at what it left. That the packages hold what
// they should is not believed here: the host reads them back.
#include "rpmbuild.hpp"

#include "allow_list.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

namespace kpb::rpm {
namespace {

// A source package and a packed one of one run share the workspace; each has a tree of its own.
std::string top(const Plan& plan, std::string_view below = {}) {
  return std::string(plan.from_source ? "rpm-source" : "rpm-packed") + (below.empty() ? "" : "/") +
         std::string(below);
}

// rpm stores the times of sources; those of copies are the wall clock's.
void set_time(const std::string& path, int64_t seconds) {
  const timespec times[2] = {{seconds, 0}, {seconds, 0}};
  if (utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "rpm-workspace",
                      .what = "cannot set the time of " + path});
}

void lay_out(const sdk::Host& host, const sdk::Document& document, const Plan& plan,
             const std::string& workspace, const sdk::Sink& out) {
  const int64_t epoch = document.integer(fields::source_date_epoch);
  // A builder could write to the workspace too: what it may have left here is not used.
  for (const char* directory : {"BUILD", "BUILDROOT", "RPMS", "SOURCES", "SRPMS", "tmp"}) {
    std::error_code error;
    if (std::filesystem::symlink_status(workspace + "/" + top(plan, directory), error).type() !=
        std::filesystem::file_type::not_found)
      throw sdk::Error({.fault = sdk::Fault::tool,
                        .code = "rpm-workspace",
                        .what = workspace + "/" + top(plan, directory) + " is there already",
                        .why = "what built the module has written where it should not"});
    std::filesystem::create_directories(workspace + "/" + top(plan, directory), error);
    if (error)
      throw sdk::Error(
          {.fault = sdk::Fault::environment,
           .code = "rpm-workspace",
           .what = "cannot make " + workspace + "/" + top(plan, directory) + ": " + error.message(),
           .hint = "make room, or set TMPDIR to a directory on a larger file system"});
  }
  for (const auto& source : views::sources(document)) {
    const std::string copy = top(plan, "SOURCES/") + file_name(source.name);
    host.write(copy, host.read(source.stored, out), out);
    set_time(workspace + "/" + copy, epoch);
  }
  set_time(workspace + "/" + spec_path(plan), epoch);
}

// What the spec sets itself too; here for rpm versions that look before they have read it, and
// against a site's macro files. --target makes rpm forget what --undefine took away, so a tag that
// macros would add is defined as "%", which rpm takes for "not defined".
std::vector<std::string> definitions(const Plan& plan, const std::string& directory) {
  std::vector<std::string> lines = {
      "_topdir " + directory,
      "_tmppath " + directory + "/tmp",
      "_builddir " + directory + "/BUILD",
      "_buildrootdir " + directory + "/BUILDROOT",
      "_sourcedir " + directory + "/SOURCES",
      "_specdir " + directory + "/SPECS",
      "_rpmdir " + directory + "/RPMS",
      "_srcrpmdir " + directory + "/SRPMS",
      "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
      "_rpmformat 4",
      "_binary_payload " + plan.payload,
      "_source_payload " + plan.payload,
      "_buildhost kpb",
      "_srcdefattr (0644,root,root)",
      "use_source_date_epoch_as_buildtime 1",
      "clamp_mtime_to_source_date_epoch 1",
      "build_mtime_policy clamp_to_source_date_epoch",
      "source_date_epoch_from_changelog 0",
      "_changelog_trimtime 0",
      "_changelog_trimage 0",
      "_smp_build_ncpus 1", // rpm would start shells to count processors
      // Newer versions of rpm store the spec as they expanded it: the same, whether or not kpb's dependency generator is here.
      "kpb_livepatch_check kpb-livepatch-deps --check",
      "kpb_livepatch_fileattrs %{_rpmconfigdir}/kpb-fileattrs",
  };
  for (const char* tag : {"vendor", "packager", "distribution", "disturl", "bugurl", "disttag",
                          "modularitylabel", "translationurl", "upstreamreleases"})
    lines.push_back(std::string(tag) + " %%");
  return lines;
}

// The end of what rpmbuild said, without the shell's trace of what it ran.
std::string last_words(const std::string& output, size_t count) {
  std::vector<std::string> lines;
  std::istringstream stream(output);
  for (std::string line; std::getline(stream, line);)
    if (!line.empty() && line.compare(0, 2, "+ ") != 0 && line.compare(0, 10, "Executing(") != 0)
      lines.push_back(line);
  std::string out;
  for (size_t i = lines.size() - std::min(count, lines.size()); i < lines.size(); ++i)
    out += (out.empty() ? "" : "\n") + lines[i];
  return out;
}

// On a full disk rpmbuild's helpers may fail without a word of it. Some file systems (btrfs) do not
// count files.
bool is_full(const std::string& workspace) {
  struct statvfs status {};
  if (statvfs(workspace.c_str(), &status) != 0)
    return false;
  return static_cast<uint64_t>(status.f_bavail) * status.f_frsize < 16384 ||
         (status.f_files != 0 && status.f_favail < 4);
}

[[noreturn]] void fail(const sdk::Host& host, const sdk::Sink& out,
                       const sdk::ProcessResult& result, const std::string& workspace,
                       const std::string& what) {
  std::string why = last_words(result.output, 15);
  // A run that worked is known by its package; one that did not may be no rpmbuild at all.
  const auto asked = host.run({"rpmbuild", "--version"}, out);
  if (asked.output.find("RPM version ") == std::string::npos)
    why += std::string(why.empty() ? "" : "\n") +
           "what calls itself rpmbuild does not tell a version" +
           (asked.output.empty() ? "" : ": " + asked.output.substr(0, asked.output.find('\n')));
  if (is_full(workspace) || result.output.find("No space left on device") != std::string::npos)
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "no-space",
                      .where = "rpmbuild",
                      .what = what + ": no space left on device in " + workspace,
                      .why = why,
                      .hint = "make room, or set TMPDIR to a directory on a larger file system"});
  throw sdk::Error({.fault = sdk::Fault::tool,
                    .code = "rpmbuild-failed",
                    .where = "rpmbuild",
                    .what = what,
                    .why = why});
}

std::string ending(int status) {
  return status < 0 ? "ended by signal " + std::to_string(-status)
                    : "exit status " + std::to_string(status);
}

} // namespace

std::string spec_path(const Plan& plan) { return top(plan, "SPECS/") + plan.name + ".spec"; }

std::string built_path(const Plan& plan, std::string_view format) {
  return top(plan, format == k_source_format ? "SRPMS/" : "RPMS/") + plan.file_name(format);
}

namespace {

// A spec can make packages that nobody planned, and macros of the machine can (debuginfo): nobody would
// read them back.
void check_alone(const std::string& directory, const std::string& wanted) {
  std::error_code error;
  std::vector<std::string> others;
  for (std::filesystem::recursive_directory_iterator entry(directory, error), end;
       !error && entry != end; entry.increment(error))
    if (const std::string path = entry->path().lexically_relative(directory).string();
        path != wanted)
      others.push_back(path);
  if (error)
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "rpm-workspace",
                      .what = "cannot look into " + directory + ": " + error.message()});
  if (others.empty())
    return;
  std::sort(others.begin(), others.end());
  throw sdk::Error(
      {.fault = sdk::Fault::verification,
       .code = "rpm-more-packages",
       .where = "rpmbuild",
       .what = "it made " + others[0] + " too",
       .why = "only " + wanted + " was planned",
       .hint = "a template must make one package, and macros of this machine must not add any"});
}

// One format a run: with -ba the binary package names the source package's digest, and its bytes would
// depend on whether a source package was asked for too.
void run_for(std::string_view format, const char* mode, const sdk::Host& host,
             const sdk::Document& document, const Plan& plan, const sdk::Sink& out) {
  const std::string workspace = host.workspace();
  // --nodeps: a source package is put together without what its build needs, and packing needs
  // nothing; rpm would look both up in a database that may not be there.
  std::vector<std::string> command = {"rpmbuild", mode, "--nodeps", "--target", plan.arch};
  for (const auto& line : definitions(plan, workspace + "/" + top(plan))) {
    command.emplace_back("--define");
    command.push_back(line);
  }
  command.push_back(workspace + "/" + spec_path(plan));
  const auto result = host.run(
      command, out, {},
      {"SOURCE_DATE_EPOCH=" + std::to_string(document.integer(fields::source_date_epoch))});
  if (result.exit_status != 0)
    fail(host, out, result, workspace, "rpmbuild failed (" + ending(result.exit_status) + ")");
  // A text that libmagic could not read costs a warning only, and the package lacks what it is: other
  // bytes from the same inputs.
  if (result.output.find("Recognition of file") != std::string::npos)
    fail(host, out, result, workspace, "rpmbuild could not read a file that it packs");
  const std::string built = workspace + "/" + built_path(plan, format);
  std::error_code error;
  if (!std::filesystem::is_regular_file(built, error))
    fail(host, out, result, workspace,
         "rpmbuild reported success but did not make " + plan.file_name(format));
  check_alone(std::filesystem::path(built).parent_path().string(), plan.file_name(format));
}

} // namespace

void run_rpmbuild(const sdk::Host& host, const sdk::Document& document, const Plan& plan,
                  const sdk::Sink& out) {
  if (!host.find_tool("rpmbuild"))
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "tool-missing",
                      .what = host.missing_tool("rpmbuild"),
                      .hint = "install the package rpm (Debian) or rpm-build (Fedora, EL)"});
  // rpm expands macros in paths: only a workspace without any will do.
  lay_out(host, document, plan, install_path(host.workspace()), out);
  if (plan.wants(k_source_format))
    run_for(k_source_format, "-bs", host, document, plan, out);
  if (plan.wants(k_binary_format))
    run_for(k_binary_format, "-bb", host, document, plan, out);
}

} // namespace kpb::rpm
