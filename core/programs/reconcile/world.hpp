// SPDX-License-Identifier: GPL-2.0-only
//
// Everything that the runtime touches outside itself. The real implementations are in real_*.cpp;
// the tests have a kernel and a disk in memory, which can be stopped after each effect.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_WORLD_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_WORLD_HPP

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kpb::runtime {

// An errno, and in words what it does not say. It converts from and to the number.
struct Failure {
  int number = 0;
  std::string why;     // "": the errno says it
  bool others = false; // somebody else than root could have made the file what it is
  Failure(int error) : number(error) {}
  Failure(int error, std::string words, bool by_others)
      : number(error), why(std::move(words)), others(by_others) {}
  operator int() const { return number; }
  std::string text() const; // "Permission denied", or why
};

template <class T> using Result = tl::expected<T, Failure>;

struct FileFacts {
  uint64_t device = 0;
  uint64_t inode = 0;
  bool directory = false;
  bool regular = false;
  unsigned owner = 0;
};

class Lock {
public:
  virtual ~Lock() = default;
};

// What lies on a disk is only believed if nobody but root (and who runs this) could have changed it or the
// way to it; otherwise reading fails with Failure::others. /proc and /sys are the kernel's own word.
class Files {
public:
  virtual ~Files() = default;
  // Whether it is --root's: then nothing is known of what runs, except what /proc and /sys in it say.
  virtual bool of_another_root() const { return false; }
  // At most `limit` bytes; a longer file gives EFBIG.
  virtual Result<std::string> read(const std::string& path, size_t limit = 1U << 16U) = 0;
  // The first `size` bytes, or fewer.
  virtual Result<std::string> head(const std::string& path, size_t size) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0; // sorted
  virtual Result<FileFacts> look(const std::string& path) = 0;                     // follows links
  virtual Result<std::string> read_link(const std::string& path) = 0;
  // Writes into an existing file with one write(); for sysfs.
  virtual int put(const std::string& path, const std::string& text) = 0;
  // Replaces the whole file by rename; not synced, for /run.
  virtual int replace(const std::string& path, const std::string& text) = 0;
  // Writes in place and syncs; creates the file and its directory entry if needed.
  virtual int overwrite(const std::string& path, const std::string& text) = 0;
  virtual int make_directory(const std::string& path) = 0; // an existing one is fine
  virtual int remove(const std::string& path) = 0;
  virtual Result<std::unique_ptr<Lock>> try_lock(const std::string& path) = 0; // EWOULDBLOCK: held
};

// An open module file: what is checked is what is loaded.
class ModuleFile {
public:
  virtual ~ModuleFile() = default;
  virtual std::string path() = 0; // without links; nobody else can change what it leads to
  virtual FileFacts facts() = 0;
  virtual Result<std::string> sha256() = 0;
  virtual int load() = 0; // finit_module
};

class Kernel {
public:
  virtual ~Kernel() = default;
  virtual std::string release() = 0;         // uname -r; "" where nothing runs
  virtual std::string machine() = 0;         // "": any
  virtual bool is_running() { return true; } // else it is one that could be booted
  virtual bool is_root() = 0;
  virtual Result<std::unique_ptr<ModuleFile>> open_module(const std::string& path) = 0;
  virtual int unload(const std::string& name) = 0; // never waits, never forces
  // What the kernel has logged since forget_log(), to tell the reason of a refusal.
  virtual void forget_log() = 0;
  virtual std::vector<std::string> new_log() = 0;
};

class Clock {
public:
  virtual ~Clock() = default;
  virtual uint64_t now() = 0; // milliseconds since boot, including suspended time
  // False, and at once, when the process was told to end.
  virtual bool sleep(uint64_t milliseconds) = 0;
  virtual bool told_to_end() = 0;
};

class Programs {
public:
  virtual ~Programs() = default;
  // Returns the exit status (128 + N for signal N, or an errno if it did not start). After `limit`
  // milliseconds the program is stopped, and the result is ETIMEDOUT. `output` receives what it
  // printed.
  virtual Result<int> run(const std::vector<std::string>& words, uint64_t limit,
                          std::string* output = nullptr) = 0;
};

enum class Severity { error = 3, warning = 4, note = 6 }; // journald's numbers

struct Message {
  Severity severity = Severity::note;
  std::string code; // stable; docs/runtime.md
  std::string where;
  std::string what;
  std::string why;
  std::string hint;
};

class Log {
public:
  virtual ~Log() = default;
  virtual void say(const Message& message) = 0;
};

struct World {
  Files& files;
  Kernel& kernel;
  Clock& clock;
  Programs& programs;
  Log& log;
};

} // namespace kpb::runtime

#endif
