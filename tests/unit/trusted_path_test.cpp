// SPDX-License-Identifier: GPL-2.0-only
//
// What code may run from and what may be believed, on real directories: if anybody else could change
// what a path leads to, it is refused, and the message names the part. What only root can set up
// (other owners) is skipped for others.
#include "core/base/access_list.hpp"
#include "core/base/trusted_path.hpp"
#include "temporary_directory.hpp"

#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <sys/xattr.h>

using kpb::open_trusted_path;
using kpb::Wanted;
using kpb_test::TemporaryDirectory;

namespace {

constexpr uid_t k_other = 65534;

// If it can be opened, the content read through the descriptor; otherwise the reason.
std::string open_file(const std::string& path) {
  const auto opened = open_trusted_path(path, Wanted::file);
  if (!opened)
    return opened.error().why;
  char buffer[64];
  const ssize_t n = ::read(opened->fd(), buffer, sizeof buffer);
  CHECK((::fcntl(opened->fd(), F_GETFD) & FD_CLOEXEC) != 0);
  return std::string(buffer, n < 0 ? 0 : static_cast<size_t>(n));
}

std::string why_not(const std::string& path, Wanted wanted = Wanted::directory) {
  const auto opened = open_trusted_path(path, wanted);
  return opened ? "" : opened.error().why;
}

std::string entry(uint16_t tag, uint16_t permissions, uint32_t id = 0xffffffff) {
  std::string out;
  for (unsigned i = 0; i < 2; ++i)
    out += static_cast<char>(tag >> (8 * i));
  for (unsigned i = 0; i < 2; ++i)
    out += static_cast<char>(permissions >> (8 * i));
  for (unsigned i = 0; i < 4; ++i)
    out += static_cast<char>(id >> (8 * i));
  return out;
}
const std::string k_version("\2\0\0\0", 4);

// A list that lets `id` do what `permissions` say, as setfacl -m u:ID:... makes it.
std::string list_for(uint16_t tag, uint32_t id, uint16_t permissions, uint16_t mask) {
  const std::string named = entry(tag, permissions, id);
  return k_version + entry(1, 7) + (tag == 2 ? named : "") + entry(4, 5) + (tag == 8 ? named : "") +
         entry(16, mask) + entry(32, 5);
}

bool set_list(const std::string& path, const std::string& list) {
  return ::setxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) == 0;
}

// Beginning and end of the expected sentence, between which the path stands.
struct Case {
  const char* name;
  bool needs_root;
  std::function<std::string(TemporaryDirectory&)> make; // what is opened
  const char* wanted;                                   // in the refusal; "" if it is none
};

std::string his(const std::string& path) {
  REQUIRE(::lchown(path.c_str(), k_other, k_other) == 0);
  return path;
}

const Case k_files[] = {
    {"ours", false,
     [](auto& t) {
       t.directory("d");
       return t.file("d/f");
     },
     ""},
    {"his file", true, [](auto& t) { return his(t.file("f")); },
     "file T/f belongs to user 65534, neither root nor you"},
    {"his directory", true,
     [](auto& t) {
       t.directory("d");
       t.file("d/f");
       his(t / "d");
       return t / "d/f";
     },
     "directory T/d belongs to user 65534, neither root nor you"},
    {"his directory above", true,
     [](auto& t) {
       t.directory("d");
       t.directory("d/e");
       t.file("d/e/f");
       his(t / "d");
       return t / "d/e/f";
     },
     "directory T/d belongs to user 65534, neither root nor you"},
    {"his link to our file", true,
     [](auto& t) {
       t.file("f");
       return his(t.symlink("l", "f"));
     },
     "link T/l belongs to user 65534, neither root nor you"},
    {"our link in his directory", true,
     [](auto& t) {
       t.file("f");
       t.directory("d");
       t.symlink("d/l", "../f");
       his(t / "d");
       return t / "d/l";
     },
     "directory T/d belongs to user 65534, neither root nor you"},
    {"our link through his directory and back", true,
     [](auto& t) {
       t.file("f");
       t.directory("d");
       his(t / "d");
       return t.symlink("l", "d/../f");
     },
     "directory T/d belongs to user 65534, neither root nor you"},
    {"our link to his directory's link to ours", true,
     [](auto& t) {
       t.directory("d");
       t.file("f");
       t.symlink("d/l", t / "f");
       his(t / "d");
       return t.symlink("l", "d/l");
     },
     "directory T/d belongs to user 65534, neither root nor you"},
    {"his link in a sticky directory", true,
     [](auto& t) {
       t.file("f");
       t.directory("s", 01777);
       return his(t.symlink("s/l", "../f"));
     },
     "link T/s/l belongs to user 65534, neither root nor you"},
    {"ours in his sticky directory", true,
     [](auto& t) {
       t.directory("s", 01777);
       t.file("s/f");
       his(t / "s");
       return t / "s/f";
     },
     "directory T/s belongs to user 65534, neither root nor you"},
    {"ours in our sticky directory", false,
     [](auto& t) {
       t.directory("s", 01777);
       return t.file("s/f");
     },
     ""},
    {"our link in our sticky directory", false,
     [](auto& t) {
       t.file("f");
       t.directory("s", 01777);
       return t.symlink("s/l", "../f");
     },
     ""},
    {"a directory for the group", true,
     [](auto& t) {
       t.directory("d", 0775);
       return t.file("d/f");
     },
     "directory T/d is writable by others (mode 0775)"},
    {"a directory for all", false,
     [](auto& t) {
       t.directory("d", 0757);
       return t.file("d/f");
     },
     "directory T/d is writable by others (mode 0757)"},
    {"a link in a directory for all", false,
     [](auto& t) {
       t.file("f");
       t.directory("d", 0777);
       return t.symlink("d/l", "../f");
     },
     "directory T/d is writable by others (mode 0777)"},
    {"a link through a directory for all and back", false,
     [](auto& t) {
       t.file("f");
       t.directory("d", 0777);
       return t.symlink("l", "d/../f");
     },
     "directory T/d is writable by others (mode 0777)"},
    {"a file for the group", true, [](auto& t) { return t.file("f", "x", 0664); },
     "file T/f is writable by others (mode 0664)"},
    {"a file for all", false, [](auto& t) { return t.file("f", "x", 0646); },
     "file T/f is writable by others (mode 0646)"},
    {"links to links", false,
     [](auto& t) {
       t.file("f");
       t.symlink("a", "f");
       t.symlink("b", t / "a");
       return t.symlink("c", "./b");
     },
     ""},
    {"a link in a circle", false, [](auto& t) { return t.symlink("l", "l"); },
     "cannot open T/l: Too many levels of symbolic links"},
    {"a link that leads nowhere", false, [](auto& t) { return t.symlink("l", "n"); },
     "cannot open T/n: No such file or directory"},
    {"nothing", false, [](auto& t) { return t / "a/b"; },
     "cannot open T/a: No such file or directory"},
    {"a file as a directory", false,
     [](auto& t) {
       t.file("f");
       return t / "f/g";
     },
     "cannot open T/f: Not a directory"},
    {"a FIFO, which does not hang", false, [](auto& t) { return t.fifo("f"); },
     "T/f is not a regular file"},
    {"a directory as a file", false, [](auto& t) { return t.directory("d"); },
     "T/d is not a regular file"},
};

} // namespace

TEST_CASE("trusted path: who could change what a path leads to", "[path]") {
  for (const auto& c : k_files) {
    if (c.needs_root && ::geteuid() != 0)
      continue;
    CAPTURE(c.name);
    TemporaryDirectory temp; // in /tmp, which is writable by all and sticky
    const std::string path = c.make(temp);
    std::string wanted = c.wanted;
    if (const auto at = wanted.find("T/"); at != std::string::npos)
      wanted.replace(at, 1, temp.path());
    CHECK(open_file(path) == (wanted.empty() ? "x" : wanted));
    // For a program, the rule is the same.
    CHECK(why_not(path, Wanted::program) == wanted);
    const auto opened = open_trusted_path(path, Wanted::file);
    if (!opened && opened.error().number == 0)
      CHECK(wanted.find(opened.error().place) != std::string::npos);
    if (!opened)
      CHECK(opened.error().others == (wanted.find("user ") != std::string::npos ||
                                      wanted.find("writable") != std::string::npos));
  }
}

TEST_CASE("trusted path: directories, and what is to be made in them", "[path]") {
  TemporaryDirectory temp;
  temp.directory("d");
  temp.directory("s", 01777);
  temp.directory("w", 0777);
  temp.file("f");
  CHECK(why_not(temp / "d").empty());
  CHECK(why_not(temp / "s") == "directory " + temp / "s" + " is writable by others (mode 1777)");
  CHECK(why_not(temp / "s", Wanted::parent).empty());
  CHECK(why_not(temp / "w", Wanted::parent) ==
        "directory " + temp / "w" + " is writable by others (mode 0777)");
  CHECK(why_not(temp / "f") == temp / "f" + " is not a directory");
  for (const char* name : {"d", "f"})
    CHECK(why_not(temp / name, Wanted::tree).empty());
  CHECK(why_not(temp.fifo("p"), Wanted::tree) == temp / "p" + " is neither a file nor a directory");
  CHECK(why_not("/dev/null", Wanted::file).find("/dev/null") != std::string::npos);
  CHECK(why_not("").find("empty") != std::string::npos);
  CHECK(why_not("/").empty());
}

TEST_CASE("trusted path: where it ends, without links", "[path]") {
  TemporaryDirectory temp;
  temp.directory("d");
  temp.directory("d/e");
  temp.file("d/f");
  temp.symlink("l", "d/e");
  const auto end = [](const std::string& path, int root = -1) {
    const auto opened = open_trusted_path(path, Wanted::tree, root);
    return opened ? opened->path() : opened.error().why;
  };
  CHECK(end(temp / "l/../f") == temp / "d/f");
  CHECK(end(temp / "d//./e/") == temp / "d/e");
  CHECK(end("/../..//") == "/");
  char before[4096];
  REQUIRE(::getcwd(before, sizeof before) != nullptr);
  REQUIRE(::chdir((temp / "d").c_str()) == 0);
  CHECK(end("f") == temp / "d/f");
  CHECK(end("../l") == temp / "d/e");
  CHECK(end(".") == temp / "d");
  REQUIRE(::chdir(before) == 0);
}

TEST_CASE("trusted path: another root", "[path]") {
  TemporaryDirectory temp;
  temp.directory("root");
  temp.directory("root/d");
  temp.file("root/d/f", "inside");
  temp.file("f", "outside");
  temp.symlink("root/absolute", "/d/f");
  temp.symlink("root/out", "../../../f");
  temp.symlink("root/up", "../d/../../d/f");
  const auto root = open_trusted_path(temp / "root", Wanted::directory);
  REQUIRE(root);
  for (const char* path : {"/d/f", "d/f", "/absolute", "/up", "/../d/f"}) {
    CAPTURE(path);
    const auto opened = open_trusted_path(path[0] == '/' ? path : std::string("/") + path,
                                          Wanted::file, root->fd());
    REQUIRE(opened);
    CHECK(opened->path() == "/d/f");
    char buffer[8] = {};
    CHECK(::read(opened->fd(), buffer, 6) == 6);
    CHECK(std::string(buffer) == "inside");
  }
  const auto out = open_trusted_path("/out", Wanted::file, root->fd());
  REQUIRE_FALSE(out);
  CHECK(out.error().why == "cannot open /f: No such file or directory");
}

TEST_CASE("trusted path: 40 links are followed", "[path]") {
  TemporaryDirectory temp;
  temp.file("0");
  for (int i = 1; i <= 41; ++i)
    temp.symlink(std::to_string(i), std::to_string(i - 1));
  CHECK(open_file(temp / "40") == "x");
  CHECK(open_file(temp / "41") ==
        "cannot open " + temp / "1" + ": Too many levels of symbolic links");
}

TEST_CASE("trusted path: access control lists", "[path]") {
  TemporaryDirectory temp;
  temp.directory("d");
  temp.file("d/f");
  if (!set_list(temp / "d", list_for(2, k_other, 7, 7)))
    SKIP("the file system of /tmp has no access control lists");
  CHECK(open_file(temp / "d/f") ==
        "directory " + temp / "d" + " is writable by user 65534 (access control list)");
  CHECK(why_not(temp / "d", Wanted::parent).find("user 65534") != std::string::npos);
  REQUIRE(set_list(temp / "d", list_for(8, 4711, 7, 7)));
  CHECK(open_file(temp / "d/f") ==
        "directory " + temp / "d" + " is writable by group 4711 (access control list)");
  REQUIRE(set_list(temp / "d", list_for(2, k_other, 7, 5))); // the mask takes it away
  CHECK(open_file(temp / "d/f") == "x");
  REQUIRE(set_list(temp / "d", list_for(2, k_other, 5, 7)));
  CHECK(open_file(temp / "d/f") == "x");
  REQUIRE(set_list(temp / "d", list_for(2, ::geteuid(), 7, 7)));
  CHECK(open_file(temp / "d/f") == "x");
  REQUIRE(set_list(temp / "d/f", list_for(2, k_other, 6, 6)));
  CHECK(open_file(temp / "d/f") ==
        "file " + temp / "d/f" + " is writable by user 65534 (access control list)");
}

TEST_CASE("trusted path: what an access control list grants", "[path]") {
  using kpb::granted_to_others;
  const std::string unknown = "others (an access control list of an unknown form)";
  CHECK(granted_to_others(list_for(2, 5, 7, 7), 5, false).empty());
  CHECK(granted_to_others(list_for(2, 0, 7, 7), 5, false).empty());
  CHECK(granted_to_others(list_for(2, 6, 7, 7), 5, false) == "user 6 (access control list)");
  CHECK(granted_to_others(list_for(2, 6, 2, 2), 5, false) == "user 6 (access control list)");
  CHECK(granted_to_others(list_for(2, 6, 5, 7), 5, false).empty());
  CHECK(granted_to_others(list_for(2, 6, 7, 5), 5, false).empty());
  CHECK(granted_to_others(list_for(8, 6, 7, 7), 5, false) == "group 6 (access control list)");
  CHECK(granted_to_others(list_for(8, 0, 7, 7), 0, false) == "group 0 (access control list)");
  CHECK(granted_to_others(list_for(8, 5, 7, 7), 5, false).empty()); // the user's private group
  const std::string group = k_version + entry(1, 7) + entry(4, 7) + entry(32, 5);
  CHECK(granted_to_others(group, 5, false) == "its group (access control list)");
  CHECK(granted_to_others(group, 5, true).empty());
  CHECK(granted_to_others(k_version + entry(1, 7) + entry(4, 5) + entry(32, 7), 5, false) ==
        "others (access control list)");
  CHECK(granted_to_others(k_version + entry(64, 7), 5, false) == unknown);
  CHECK(granted_to_others("", 5, false) == unknown);
  CHECK(granted_to_others(k_version + "x", 5, false) == unknown);
  CHECK(granted_to_others(std::string("\3\0\0\0", 4), 5, false) == unknown);
}

TEST_CASE("trusted path: a user's private group is nobody else", "[path]") {
  if (::geteuid() != 0)
    SKIP("only root can become somebody else");
  TemporaryDirectory temp;
  REQUIRE(::chown(temp.path().c_str(), k_other, k_other) == 0);
  his(temp.directory("private", 0775));
  temp.directory("shared", 0775);
  REQUIRE(::chown((temp / "shared").c_str(), k_other, 4711) == 0);
  REQUIRE(::seteuid(k_other) == 0);
  const std::string own = why_not(temp / "private");
  const std::string shared = why_not(temp / "shared");
  REQUIRE(::seteuid(0) == 0);
  CHECK(own.empty());
  CHECK(shared == "directory " + temp / "shared" + " is writable by others (mode 0775)");
  CHECK(why_not(temp / "private").find("belongs to user 65534") != std::string::npos);
}

TEST_CASE("trusted path: nothing stays open", "[path]") {
  TemporaryDirectory temp;
  temp.directory("open", 0777);
  temp.file("f");
  temp.symlink("l", "f");
  const int before = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (int i = 0; i < 100; ++i)
    for (const char* name : {"open/p.so", "missing/p.so", "f", "l", "f/x", "l/../f"})
      for (const Wanted wanted : {Wanted::file, Wanted::program, Wanted::directory})
        (void)open_trusted_path(temp / name, wanted);
  const int after = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(after == before + 1);
  ::close(before);
  ::close(after);
}
