// SPDX-License-Identifier: GPL-2.0-only
//
// The store of prepared kernels (docs/building-patches.md): where it is, what is in it, and the locks that
// keep a kernel from being removed under a build. A directory is a kernel when its kernel.json is
// whole, which is so from the rename that makes it appear until the one that takes it away.
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
// $HOME/.cache/kpb for others; absolute, and refused where somebody else could write to it. With `make`
// the directory is made (0700); without, one that is not there is an empty store.
std::optional<std::string> store_directory(const RunContext& context,
                                           const std::optional<std::string>& given, bool make);

// A kernel while it is made: STORE/kernels/.making-XXXXXX, locked, removed with the object unless it
// became a kernel.
class KernelInMaking {
public:
  KernelInMaking(const RunContext& context, std::string store, std::string directory,
                 std::unique_ptr<FileLock> lock);
  ~KernelInMaking();
  KernelInMaking(const KernelInMaking&) = delete;
  KernelInMaking& operator=(const KernelInMaking&) = delete;

  const std::string& directory() const { return m_directory; }
  // Writes kernel.json, last of all, and waits until everything is on disk.
  bool complete(const Document& description);

private:
  friend class KernelStore; // makes it visible
  const RunContext& m_context;
  std::string m_store;
  std::string m_directory;
  std::unique_ptr<FileLock> m_lock;
  bool m_finished = false;
};

class KernelStore {
public:
  KernelStore(const RunContext& context, std::string directory)
      : m_context(context), m_directory(std::move(directory)) {}

  const std::string& directory() const { return m_directory; }

  // All kernels, by id. What cannot be read of it is reported.
  bool list(std::vector<PreparedKernel>& kernels);
  // By id, by release, or by the first eight or more digits of the key. Several kernels of one release
  // are an error that lists them: which source a fix is compiled from must not depend on the order in
  // which kernels were added. Errors: "kernel-unknown", "kernel-ambiguous".
  std::optional<PreparedKernel> find(const std::string& name);
  std::optional<PreparedKernel> find_key(const std::string& key); // silent when there is none

  // Held by whoever uses the kernel (shared) or changes it. Nothing after a report: "kernel-locked"
  // (75) names who holds it.
  std::unique_ptr<FileLock> lock(const PreparedKernel& kernel, bool exclusive);

  // Removes what interrupted runs have left, then begins a kernel.
  std::unique_ptr<KernelInMaking> begin();
  // Renames what is complete to `id`; when another run was faster with the same key, that one's kernel
  // is returned and `existed` is set.
  std::optional<PreparedKernel> publish(KernelInMaking& making, const std::string& id,
                                        const std::string& key, bool& existed);
  bool remove(const PreparedKernel& kernel);

private:
  std::string kernels() const { return m_directory + "/kernels"; }
  std::optional<PreparedKernel> read(const std::string& id);
  std::unique_ptr<FileLock> lock_store();
  bool sweep();

  const RunContext& m_context;
  std::string m_directory;
};

// "pid 4711 (kpb build)" of those lines of a lock file whose processes are alive; "" when none is.
std::string living_holders(FileSystem& files, const std::string& lock_file);
// The line that this process leaves in a lock file.
std::string holder_line(const std::string& doing);

} // namespace kpb

#endif
