// SPDX-License-Identifier: GPL-2.0-only
//
// Which paths plugins may be loaded from, on real directories: if any part of the path could have
// been written by somebody else, it is refused, and the message names that part.
#include "core/base/trusted_path.hpp"
#include "temporary_directory.hpp"

#include <fcntl.h>

using kpb_test::TemporaryDirectory;

namespace {

// If it can be opened, the content read through the descriptor; otherwise the reason.
std::string open_file(const std::string& path) {
  const auto opened = kpb::open_trusted_path(path, kpb::Wanted::file);
  if (!opened)
    return opened.error().why;
  char buffer[64];
  const ssize_t n = ::read(opened->fd(), buffer, sizeof buffer);
  CHECK((::fcntl(opened->fd(), F_GETFD) & FD_CLOEXEC) != 0);
  return std::string(buffer, n < 0 ? 0 : static_cast<size_t>(n));
}

std::string open_directory(const std::string& path) {
  const auto opened = kpb::open_trusted_path(path, kpb::Wanted::directory);
  return opened ? "" : opened.error().why;
}

} // namespace

TEST_CASE("path safety: below a sticky directory what is ours may be used", "[path]") {
  TemporaryDirectory temp; // in /tmp, which is writable by all and sticky
  temp.directory("plugins");
  CHECK(open_file(temp.file("plugins/p.so", "content")) == "content");
  CHECK(open_directory(temp / "plugins").empty());
}

TEST_CASE("path safety: a directory that others can write to", "[path]") {
  for (const mode_t mode : {0777U, 0775U, 0757U, 0707U}) {
    TemporaryDirectory temp;
    temp.directory("open", mode);
    temp.directory("open/plugins");
    temp.file("open/plugins/p.so");
    char text[8];
    std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode));
    const std::string wanted =
        "directory " + temp / "open" + " is writable by others (mode " + std::string(text) + ")";
    CHECK((open_file(temp / "open/plugins/p.so") == wanted) == ((mode & 022U) != 0));
    CHECK((open_directory(temp / "open/plugins") == wanted) == ((mode & 022U) != 0));
    CHECK((open_directory(temp / "open") == wanted) == ((mode & 022U) != 0));
  }
}

TEST_CASE("path safety: a sticky directory is no place for the plugins themselves", "[path]") {
  TemporaryDirectory temp;
  temp.directory("sticky", 01777);
  temp.directory("sticky/ours");
  CHECK(open_file(temp.file("sticky/ours/p.so", "fine")) == "fine");
  CHECK(open_directory(temp / "sticky/ours").empty());
  CHECK(open_directory(temp / "sticky") ==
        "directory " + temp / "sticky" + " is writable by others (mode 1777)");
}

TEST_CASE("path safety: a file that others can write to", "[path]") {
  TemporaryDirectory temp;
  for (const mode_t mode : {0666U, 0664U, 0646U, 0777U}) {
    temp.file("p.so", "x", mode);
    CHECK(open_file(temp / "p.so").find("file " + temp / "p.so" + " is writable by others") == 0);
  }
  temp.file("p.so", "fine", 0755);
  CHECK(open_file(temp / "p.so") == "fine");
}

TEST_CASE("path safety: owners", "[path]") {
  if (::geteuid() != 0)
    SKIP("only root can give files away");
  TemporaryDirectory temp;
  temp.directory("theirs");
  temp.file("theirs/p.so");
  temp.file("q.so");
  REQUIRE(::chown((temp / "theirs").c_str(), 4711, 4711) == 0);
  REQUIRE(::chown((temp / "q.so").c_str(), 4711, 4711) == 0);
  CHECK(open_file(temp / "theirs/p.so") ==
        "directory " + temp / "theirs" + " belongs to user 4711, neither root nor you");
  CHECK(open_directory(temp / "theirs").find("belongs to user 4711") != std::string::npos);
  CHECK(open_file(temp / "q.so") ==
        "file " + temp / "q.so" + " belongs to user 4711, neither root nor you");
  // The same directly in a sticky directory, where anybody could have created it.
  temp.directory("sticky", 01777);
  temp.directory("sticky/theirs");
  temp.file("sticky/theirs/p.so");
  REQUIRE(::chown((temp / "sticky/theirs").c_str(), 4711, 4711) == 0);
  CHECK(open_file(temp / "sticky/theirs/p.so").find("belongs to user 4711") != std::string::npos);
}

TEST_CASE("path safety: our own links lead on", "[path]") {
  TemporaryDirectory temp;
  temp.directory("real");
  temp.file("real/p.so");
  temp.symlink("link", temp / "real");
  temp.symlink("real/q.so", "p.so");
  temp.symlink("real/dangling.so", "nowhere");
  CHECK(open_file(temp / "link/p.so") == "x");
  CHECK(open_directory(temp / "link").empty());
  CHECK(open_file(temp / "real/q.so") == "x");
  CHECK(open_file(temp / "real/dangling.so").find("cannot open ") == 0);
}

TEST_CASE("path safety: only files are files, and a FIFO does not hang", "[path]") {
  TemporaryDirectory temp;
  CHECK(open_file(temp.fifo("p.so")) == temp / "p.so" + " is not a regular file");
  CHECK(open_file(temp.directory("d.so")) == temp / "d.so" + " is not a regular file");
  CHECK(open_directory(temp.file("f")) == temp / "f" + " is not a directory");
  CHECK(open_file("/dev/null").find("/dev/null") != std::string::npos);
}

TEST_CASE("path safety: what is not there", "[path]") {
  TemporaryDirectory temp;
  CHECK(open_file(temp / "p.so") == "cannot open " + temp / "p.so" + ": No such file or directory");
  CHECK(open_directory(temp / "a/b") ==
        "cannot open " + temp / "a" + ": No such file or directory");
  temp.file("f");
  CHECK(open_file(temp / "f/p.so") == "cannot open " + temp / "f" + ": Not a directory");
}

TEST_CASE("path safety: nothing stays open", "[path]") {
  TemporaryDirectory temp;
  temp.directory("open", 0777);
  const int before = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (int i = 0; i < 100; ++i) {
    (void)open_file(temp / "open/p.so");
    (void)open_file(temp / "missing/p.so");
    (void)open_file("/dev/null");
  }
  const int after = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(after == before + 1);
  ::close(before);
  ::close(after);
}
