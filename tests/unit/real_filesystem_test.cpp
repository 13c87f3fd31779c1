// SPDX-License-Identifier: GPL-2.0-only
//
// The real FileSystem on a real disk: what it refuses, which links it does not follow, and that it
// neither hangs nor leaves half a file.
#include "core/base/text.hpp"
#include "core/system/filesystem.hpp"
#include "temporary_directory.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

using namespace kpb;
using kpb_test::TemporaryDirectory;
using Type = FileInfo::Type;

namespace {

struct Files {
  std::unique_ptr<FileSystem> real = make_real_filesystem();
  FileSystem* operator->() const { return real.get(); }
};

class Umask {
public:
  explicit Umask(mode_t mask) : m_before(::umask(mask)) {}
  ~Umask() { ::umask(m_before); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

private:
  mode_t m_before;
};

template <class T> int number(const Result<T>& result) {
  return result ? -1 : result.error().number;
}

} // namespace

TEST_CASE("files: what a path is", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.file("f", "12345", 0640);
  temp.symlink("l", "f");
  temp.fifo("p");
  const auto file = files->stat(temp / "f");
  REQUIRE(file);
  CHECK(file->type == Type::regular);
  CHECK(file->size == 5);
  CHECK(file->mode == 0640);
  CHECK(file->mtime > 1600000000);
  CHECK(files->stat(temp / "l")->type == Type::regular);
  CHECK(files->stat(temp / "l", /*follow=*/false)->type == Type::symlink);
  CHECK(files->stat(temp.path())->type == Type::directory);
  CHECK(files->stat(temp / "p")->type == Type::other);
  CHECK(number(files->stat(temp / "none")) == ENOENT);
  CHECK(files->stat(temp / "none").error().text() ==
        "cannot examine " + temp / "none" + ": No such file or directory");
}

TEST_CASE("files: reading, up to a limit", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  const std::string content = std::string("a\0b\n", 4) + std::string(200000, 'x');
  temp.file("f", content);
  temp.file("empty", "");
  temp.symlink("l", "f");
  CHECK(files->read(temp / "f", content.size()) == content);
  CHECK(number(files->read(temp / "f", content.size() - 1)) == EFBIG);
  CHECK(files->read(temp / "empty", 0) == "");
  CHECK(files->read(temp / "l", content.size()) == content);
  CHECK(number(files->read(temp / "none", 10)) == ENOENT);
}

TEST_CASE("files: only regular files are read, and nothing hangs", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  for (const std::string& path : {temp.fifo("p"), std::string("/dev/null"),
                                  std::string("/dev/zero"), temp.symlink("l", "/dev/zero")}) {
    CAPTURE(path);
    const auto content = files->read(path, 10);
    REQUIRE_FALSE(content);
    CHECK(content.error().reason() == "it is not a regular file");
    CHECK(content.error().text() == "cannot read " + path + ": it is not a regular file");
  }
  CHECK(files->read(temp.path(), 10).error().reason() == "it is a directory");
}

TEST_CASE("files: a file whose size lies is read to its end, within the limit", "[files]") {
  const Files files;
  // Files in /proc report the size 0.
  const auto status = files->read("/proc/self/status", 65536);
  REQUIRE(status);
  CHECK(status->starts_with("Name:"));
  CHECK(number(files->read("/proc/self/status", 10)) == EFBIG);
}

TEST_CASE("files: a file that grows while it is read stays within the limit", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.file("f", std::string(1000, 'x'));
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    std::ofstream out(temp / "f", std::ios::app | std::ios::binary);
    for (int i = 0; i < 20000 && !stop; ++i)
      out << std::string(1000, 'x') << std::flush;
  });
  for (int i = 0; i < 200; ++i) {
    const auto content = files->read(temp / "f", 1000000);
    if (!content) {
      CHECK(content.error().number == EFBIG);
      break;
    }
    CHECK(content->size() <= 1000000);
    CHECK(content->find_first_not_of('x') == std::string::npos);
  }
  stop = true;
  writer.join();
}

TEST_CASE("files: parts of a large file", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  const std::string path = temp.file("f", "0123456789");
  std::filesystem::resize_file(path, 8ULL << 30); // sparse: as a whole it would fill the memory
  const auto parts = files->open(path);
  REQUIRE(parts);
  CHECK((*parts)->size() == 8ULL << 30);
  CHECK((*parts)->read(3, 4) == "3456");
  CHECK((*parts)->read((8ULL << 30) - 1, 1) == std::string(1, '\0'));
  CHECK((*parts)->read(8ULL << 30, 0) == "");
  CHECK_FALSE((*parts)->read((8ULL << 30) - 1, 2));
  CHECK_FALSE((*parts)->read(UINT64_MAX, 2));
  CHECK_FALSE((*parts)->read(1, UINT64_MAX));
  // If it were mapped, this would be a SIGBUS.
  std::filesystem::resize_file(path, 5);
  CHECK((*parts)->read(0, 5) == "01234");
  const auto cut = (*parts)->read(0, 6);
  REQUIRE_FALSE(cut);
  CHECK(cut.error().text() == "cannot read " + path + ": it became shorter while it was read");
}

TEST_CASE("files: only regular files have parts", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.fifo("p");
  CHECK(number(files->open(temp / "none")) == ENOENT);
  CHECK(files->open(temp / "p").error().reason() == "it is not a regular file");
  CHECK(files->open(temp.path()).error().reason() == "it is a directory");
}

TEST_CASE("files: a new file has all its content and exactly its mode", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
    const Umask umask(mask);
    for (const uint32_t mode : {0644U, 0600U, 0755U, 0666U}) {
      const std::string name = "f" + std::to_string(mask) + "-" + std::to_string(mode);
      CAPTURE(name);
      CHECK(files->write_new(temp / name, std::string("a\0b", 3), mode, mode == 0644));
      CHECK(temp.content(name) == std::string("a\0b", 3));
      CHECK(temp.mode(name) == mode);
    }
  }
}

TEST_CASE("files: a new file is new: nothing is written over or followed", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.file("f", "before");
  temp.symlink("to-file", "f");
  temp.symlink("to-nothing", "target");
  temp.directory("d");
  temp.fifo("p");
  for (const char* name : {"f", "to-file", "to-nothing", "d", "p"}) {
    CAPTURE(name);
    const auto status = files->write_new(temp / name, "after", 0644, false);
    REQUIRE_FALSE(status);
    CHECK(status.error().number == EEXIST);
    CHECK(status.error().operation == "create");
    CHECK(temp.has(name));
  }
  CHECK(temp.content("f") == "before");
  CHECK_FALSE(temp.has("target"));
  CHECK(number(files->write_new(temp / "none/f", "x", 0644, false).map([] { return 0; })) ==
        ENOENT);
}

TEST_CASE("files: what could not be written whole is not there", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  // A full disk, as far as that can be simulated for a single process.
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  rlimit limit = before;
  limit.rlim_cur = 4096;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  const auto status = files->write_new(temp / "f", std::string(10000, 'x'), 0644, true);
  const auto fits = files->write_new(temp / "g", std::string(4096, 'x'), 0644, true);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(status);
  CHECK(status.error().text() == "cannot write " + temp / "f" + ": File too large");
  CHECK_FALSE(temp.has("f"));
  CHECK(fits);
}

TEST_CASE("files: directories", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  const Umask umask(0077);
  CHECK(files->make_directory(temp / "d", 0755));
  CHECK(temp.mode("d") == 0755);
  CHECK(files->make_directory(temp / "d", 0700)); // it exists: fine, and left unchanged
  CHECK(temp.mode("d") == 0755);
  temp.symlink("to-d", "d");
  CHECK(files->make_directory(temp / "to-d", 0755));
  temp.file("f");
  temp.symlink("dangling", "none");
  for (const char* name : {"f", "dangling", "none/d"}) {
    CAPTURE(name);
    CHECK_FALSE(files->make_directory(temp / name, 0755));
  }
  CHECK_FALSE(temp.has("none"));
}

TEST_CASE("files: private directories differ and are private", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  const Umask umask(0);
  const auto first = files->make_private_directory(temp.path(), "kpb-", ".spec");
  const auto second = files->make_private_directory(temp.path(), "kpb-", ".spec");
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first != *second);
  for (const std::string& path : {*first, *second}) {
    const std::string name = base_name(path);
    CHECK(parent_path(path) == temp.path());
    CHECK(name.starts_with("kpb-"));
    CHECK(name.ends_with(".spec"));
    CHECK(name.size() == std::string("kpb-123456.spec").size());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos);
    CHECK(temp.mode(name) == 0700);
  }
  const auto missing = files->make_private_directory(temp / "none", "kpb-", "");
  CHECK(number(missing) == ENOENT);
  CHECK(missing.error().path == temp / "none/kpb-XXXXXX");
}

TEST_CASE("files: a rename replaces, and fails without a trace", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.file("from", "new");
  temp.file("to", "old");
  temp.directory("d");
  CHECK(files->rename(temp / "from", temp / "to"));
  CHECK(temp.content("to") == "new");
  CHECK_FALSE(temp.has("from"));
  CHECK_FALSE(files->rename(temp / "to", temp / "d"));
  CHECK_FALSE(files->rename(temp / "to", temp / "none/to"));
  CHECK_FALSE(files->rename(temp / "from", temp / "to"));
  CHECK(temp.content("to") == "new");
}

TEST_CASE("files: removing", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.file("f");
  temp.file("target");
  temp.symlink("l", "target");
  temp.directory("d");
  CHECK(files->remove(temp / "f"));
  CHECK_FALSE(temp.has("f"));
  CHECK(files->remove(temp / "f")); // already gone is fine
  CHECK(files->remove(temp / "l"));
  CHECK(temp.has("target"));
  CHECK_FALSE(files->remove(temp / "d"));
}

TEST_CASE("files: a tree is removed with what tools leave in one", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.directory("outside");
  temp.file("outside/keep", "kept");
  temp.directory("tree");
  temp.directory("tree/a");
  temp.directory("tree/a/b");
  temp.file("tree/a/b/f");
  temp.file("tree/.hidden");
  temp.fifo("tree/fifo");
  temp.symlink("tree/to-directory", temp / "outside");
  temp.symlink("tree/to-file", temp / "outside/keep");
  temp.symlink("tree/dangling", "none");
  temp.symlink("tree/a/up", "..");
  REQUIRE(::chmod((temp / "tree/a/b").c_str(), 0500) == 0);
  REQUIRE(::chmod((temp / "tree/a").c_str(), 0000) == 0);
  CHECK(files->remove_tree(temp / "tree"));
  CHECK_FALSE(temp.has("tree"));
  CHECK(temp.content("outside/keep") == "kept");
  CHECK(files->remove_tree(temp / "tree"));
}

TEST_CASE("files: a tree that is a link is only a link", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.directory("outside");
  temp.file("outside/keep", "kept");
  temp.symlink("link", "outside");
  CHECK(files->remove_tree(temp / "link"));
  CHECK_FALSE(temp.has("link"));
  CHECK(temp.content("outside/keep") == "kept");
  temp.file("f");
  CHECK(files->remove_tree(temp / "f"));
  CHECK_FALSE(temp.has("f"));
}

TEST_CASE("files: a deep tree and a wide one", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  std::string at = temp.directory("tree");
  for (int i = 0; i < 200; ++i) {
    at += "/d";
    REQUIRE(::mkdir(at.c_str(), 0700) == 0);
  }
  for (int i = 0; i < 500; ++i)
    temp.file("tree/f" + std::to_string(i));
  CHECK(files->remove_tree(temp / "tree"));
  CHECK_FALSE(temp.has("tree"));
}

TEST_CASE("files: names are sorted by byte", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  for (const char* name : {"b", "a", "Z", ".x", "\xc3\xa4", "a.b"})
    temp.file(name);
  CHECK(files->list(temp.path()) ==
        std::vector<std::string>{".x", "Z", "a", "a.b", "b", "\xc3\xa4"});
  CHECK(files->list(temp.directory("d")) == std::vector<std::string>{});
  CHECK(number(files->list(temp / "a")) == ENOTDIR);
  CHECK(number(files->list(temp / "none")) == ENOENT);
}

TEST_CASE("files: resolving and syncing", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.directory("d");
  temp.file("d/f");
  temp.symlink("l", "d");
  temp.symlink("loop", "loop");
  CHECK(files->resolve(temp / "l/../d/./f") == temp / "d/f");
  CHECK(number(files->resolve(temp / "none")) == ENOENT);
  CHECK(number(files->resolve(temp / "loop")) == ELOOP);
  CHECK(files->sync_directory(temp.path()));
  CHECK_FALSE(files->sync_directory(temp / "none"));
  CHECK_FALSE(files->sync_directory(temp / "d/f"));
}

TEST_CASE("files: what cannot be relied on, through links too", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.directory("open", 0777);
  temp.file("open/f");
  temp.file("fine");
  temp.symlink("to-open", "open/f");
  temp.symlink("to-fine", "fine");
  CHECK(files->distrust(temp / "fine", kpb::Wanted::file).empty());
  CHECK(files->distrust(temp / "to-fine", kpb::Wanted::file).empty());
  CHECK(files->distrust(temp.path(), kpb::Wanted::directory).empty());
  for (const char* name : {"open/f", "to-open"})
    CHECK(files->distrust(temp / name, kpb::Wanted::file).why.find("is writable by others") !=
          std::string::npos);
  CHECK(files->distrust(temp / "none", kpb::Wanted::file).why ==
        "cannot open " + temp / "none" + ": No such file or directory");
  CHECK_FALSE(files->distrust(temp / "fine", kpb::Wanted::directory).empty());
}

TEST_CASE("files: nothing stays open", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.file("f", "x");
  temp.directory("d");
  const int before = ::dup(0);
  for (int i = 0; i < 50; ++i) {
    (void)files->read(temp / "f", 10);
    (void)files->read(temp / "f", 0);
    (void)files->read(temp / "d", 10);
    (void)files->list(temp.path());
    (void)files->write_new(temp / "f", "", 0644, true);
    (void)files->sync_directory(temp / "d");
    temp.directory("t");
    temp.file("t/f");
    (void)files->remove_tree(temp / "t");
  }
  const int after = ::dup(0);
  CHECK(after == before + 1);
  ::close(before);
  ::close(after);
}

TEST_CASE("files: a tree with directories that their owner cannot look into", "[files]") {
  const Files files;
  TemporaryDirectory temp;
  temp.directory("t");
  temp.directory("t/work"); // as overlayfs leaves it
  temp.directory("t/work/work", 0);
  temp.directory("t/full");
  temp.file("t/full/f");
  REQUIRE(::chmod((temp / "t/full").c_str(), 0) == 0);
  for (const char* name : {"", "t", "t/work", "t/work/work", "t/full", "t/full/f"})
    REQUIRE(::lchown((temp / name).c_str(), ::getuid() == 0 ? 65534 : ::getuid(),
                     static_cast<gid_t>(-1)) == 0);
  const std::string path = temp / "t";
  const pid_t child = ::fork();
  if (child == 0) { // root can read everything
    if (::getuid() == 0 && ::setresuid(65534, 65534, 65534) != 0)
      ::_exit(2);
    ::_exit(make_real_filesystem()->remove_tree(path) ? 0 : 1);
  }
  int status = 1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK_FALSE(temp.has("t"));
  // An empty directory of another user is removed as well.
  if (::getuid() != 0)
    return;
  temp.directory("u", 0755);
  temp.directory("u/root", 0);
  REQUIRE(::chown((temp / "u").c_str(), 65534, 65534) == 0);
  const std::string other = temp / "u";
  const pid_t second = ::fork();
  if (second == 0) {
    if (::setresuid(65534, 65534, 65534) != 0)
      ::_exit(2);
    ::_exit(make_real_filesystem()->remove_tree(other) ? 0 : 1);
  }
  REQUIRE(::waitpid(second, &status, 0) == second);
  CHECK(status == 0);
}
