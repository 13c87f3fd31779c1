// SPDX-License-Identifier: GPL-2.0-only
//
// The store of prepared kernels (docs/building-patches.md): where it is, what is in it, and the locks that
// keep a kernel from being removed while a build uses it. A directory is a kernel when its kernel.json is
// complete. Kernels appear by a rename and disappear by one, so a directory with a kernel's name always is.
#ifndef KPB_CORE_KERNEL_STORE_HPP
#define KPB_CORE_KERNEL_STORE_HPP

#include "core/kernel/prepared_kernel.hpp"
#include "core/run/context.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

// `given` (--store), else $KPB_STORE, else /var/cache/kpb for root and $XDG_CACHE_HOME/kpb or
// $HOME/.cache/kpb for others. The result is absolute. A directory that somebody else could write to is refused.
// With `make` it is made (0700); without, a missing directory is an empty store.
std::optional<std::string> store_directory(const RunContext& context,
                                           const std::optional<std::string>& given, bool make);

// A kernel while it is being added: the directory STORE/kernels/.making-XXXXXX, locked. It is removed with this
// object unless KernelStore::publish() made it a kernel.
class KernelInMaking {
public:
  KernelInMaking(const RunContext& context, std::string store, std::string directory,
                 std::unique_ptr<FileLock> lock);
  ~KernelInMaking();
  KernelInMaking(const KernelInMaking&) = delete;
  KernelInMaking& operator=(const KernelInMaking&) = delete;

  const std::string& directory() const { return m_directory; }
  // Writes kernel.json, after everything else, and waits until all of it is on disk.
  bool complete(const Document& description);

private:
  friend class KernelStore; // makes it visible
  const RunContext& m_context;
  std::string m_store;
  std::string m_directory;
  std::unique_ptr<FileLock> m_lock;
  bool m_finished = false;
};

struct AddedKernel {
  PreparedKernel kernel;
  bool existed = false; // this very kernel was in the store already
};

class KernelStore {
public:
  KernelStore(const RunContext& context, std::string directory)
      : m_context(context), m_directory(std::move(directory)) {}

  const std::string& directory() const { return m_directory; }

  // All kernels, sorted by id. Nothing after a report.
  std::optional<std::vector<PreparedKernel>> list();
  // By id, by release, or by the first digits (at least eight) of the key. If several kernels have the release,
  // that is an error that lists them: which source a fix is compiled from must not depend on the order in
  // which kernels were added. Errors: "kernel-unknown", "kernel-ambiguous".
  std::optional<PreparedKernel> find(const std::string& name);
  std::optional<PreparedKernel> find_key(const std::string& key); // silent when there is none

  // Whoever uses the kernel holds it (shared), or whoever changes it (exclusive). Null after a report:
  // "kernel-locked" (75) names who holds it.
  std::unique_ptr<FileLock> lock(const PreparedKernel& kernel, bool exclusive);

  // Removes what interrupted runs have left, then makes the directory of a new kernel. Null after a report.
  std::unique_ptr<KernelInMaking> begin();
  // Renames what is complete to `id`. If another run was faster with the same key, its kernel is returned.
  // Nothing after a report.
  std::optional<AddedKernel> publish(KernelInMaking& making, const std::string& id,
                                     const std::string& key);
  bool remove(const PreparedKernel& kernel);

private:
  std::string kernels() const { return m_directory + "/kernels"; }
  std::optional<PreparedKernel> read(const std::string& id);
  std::unique_ptr<FileLock> lock_store();
  bool sweep();

  const RunContext& m_context;
  std::string m_directory;
};

// Who holds a lock: "pid 4711, which uses it", by the lines of the lock file whose processes are alive. "" when
// none is.
std::string living_holders(FileSystem& files, const std::string& lock_file);
// The line that this process writes into a lock file.
std::string holder_line(const std::string& doing);

} // namespace kpb

#endif
