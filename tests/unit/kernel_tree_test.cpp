// SPDX-License-Identifier: GPL-2.0-only
//
// The only way to write into a tree, tested on its own: whoever calls it, nothing is written
// outside the tree and nothing is overwritten.
#include "core/kernel/tree_writer.hpp"
#include "kernel_world.hpp"

using namespace kpb;
using kpb_test::KernelWorld;

namespace {

class TextSource final : public ByteSource {
public:
  explicit TextSource(std::string text) : m_text(std::move(text)) {}
  Result<size_t> read(char* to, size_t size) override {
    const size_t n = m_text.copy(to, size);
    m_text.erase(0, n);
    return n;
  }
  std::string path() const override { return "text"; }

private:
  std::string m_text;
};

struct Tree {
  KernelWorld world;
  TreeWriter writer{world.kernel_context, "/tree", "the source"};
  Tree() { world.files.directory("/tree"); }
  bool add(const std::string& path, const std::string& text = "x", bool executable = false) {
    TextSource source(text);
    return writer.add_file(path, executable, source);
  }
};

} // namespace

TEST_CASE("tree writer: paths that leave the tree", "[kernel]") {
  for (const char* path : {"../x", "a/../../x", "/x", "a//b", "./x", "", "a/", "..", "a/.."}) {
    INFO(path);
    Tree file;
    CHECK_FALSE(file.add(path));
    CHECK(file.world.code() == "kernel-source");
    CHECK_FALSE(file.world.files.has("/x"));
    Tree link;
    CHECK_FALSE(link.writer.add_symlink(path, "y"));
    CHECK(link.world.code() == "kernel-source");
  }
}

TEST_CASE("tree writer: nothing over or through something else", "[kernel]") {
  Tree tree;
  CHECK(tree.add("a/b"));
  CHECK_FALSE(tree.add("a/b"));
  CHECK_FALSE(tree.add("a"));
  CHECK_FALSE(tree.add("a/b/c"));
  CHECK_FALSE(tree.writer.add_symlink("a", "x"));
  CHECK_FALSE(tree.writer.add_symlink("a/b", "x"));
  CHECK(tree.writer.add_symlink("l", "a"));
  CHECK_FALSE(tree.add("l/x"));
  CHECK_FALSE(tree.writer.add_hardlink("h", "l"));
  CHECK(tree.writer.add_hardlink("h", "a/b"));
  CHECK(tree.world.files.nodes["/tree/h"].content == "x");
}

TEST_CASE("tree writer: what it leaves out", "[kernel]") {
  Tree tree;
  CHECK(tree.add("kernel/fork.o"));
  CHECK(tree.add("scripts/fixdep", "\x7f"
                                   "ELF..."));
  CHECK(tree.writer.add_symlink("out", "/etc/passwd"));
  CHECK(tree.add("kernel/fork.c"));
  REQUIRE(tree.writer.finish());
  CHECK(tree.writer.files() == 1);
  CHECK_FALSE(tree.world.files.has("/tree/scripts/fixdep"));
  CHECK_FALSE(tree.world.files.has("/tree/out"));
  REQUIRE(tree.world.sink.all().size() == 1);
  CHECK(tree.world.sink.all()[0].code == "kernel-source-links");
  CHECK(tree.world.sink.all()[0].severity == Severity::warning);
}

TEST_CASE("tree writer: the digest is of what is there, in whatever order it came", "[kernel]") {
  const auto digest = [](const auto& fill) {
    Tree tree;
    fill(tree);
    REQUIRE(tree.writer.finish());
    return tree.writer.digest();
  };
  const auto one = digest([](Tree& t) {
    t.add("a", "1");
    t.add("b", "2");
    t.writer.add_symlink("c", "a");
  });
  CHECK(one == digest([](Tree& t) {
          t.writer.add_symlink("c", "a");
          t.add("b", "2");
          t.add("a", "1");
        }));
  CHECK(one != digest([](Tree& t) {
          t.add("a", "2");
          t.add("b", "1");
          t.writer.add_symlink("c", "a");
        }));
  // A file that contains the text of a link's target is not a link.
  CHECK(digest([](Tree& t) { t.add("c", "a"); }) !=
        digest([](Tree& t) { t.writer.add_symlink("c", "a"); }));
}
