// SPDX-License-Identifier: GPL-2.0-only
//
// See describe_kernel.hpp.
#include "core/kernel/describe_kernel.hpp"

#include "core/base/sha256.hpp"

#include <ctime>

namespace kpb {

namespace {

constexpr size_t k_id_digits = 8;

std::string sha256_of(const KernelFiles& files, TargetKind kind) {
  const auto* file = files.file(kind);
  return file == nullptr ? "" : file->sha256;
}

std::string modules_digest(const KernelFiles& files) {
  Sha256 digest;
  for (const auto& [name, module] : files.modules())
    digest.update(name + " " + module.file.sha256 + "\n");
  return digest.hex();
}

} // namespace

std::string utc_time(int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  char text[32] = "";
  if (::gmtime_r(&time, &parts) != nullptr)
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string kernel_key(const KernelFacts& facts, const ImportedSource& source,
                       const KernelFiles& files, const Toolchain& toolchain) {
  std::string text = "kpb.kernel/1\n";
  for (const std::string& part :
       {facts.release, facts.arch, source.digest, sha256_of(files, TargetKind::config),
        sha256_of(files, TargetKind::vmlinux), sha256_of(files, TargetKind::symvers),
        modules_digest(files), toolchain.identity})
    text += part + "\n";
  return sha256_hex(text);
}

std::string kernel_id(const std::string& release, const std::string& key) {
  return release + "-" + key.substr(0, k_id_digits);
}

Document describe_kernel(const KernelFacts& facts, const ImportedSource& source,
                         const KernelFiles& files, const Toolchain& toolchain,
                         const std::string& root, int64_t now) {
  Document d;
  const auto text = [&](const std::string& path, const std::string& value) {
    d.put_text(path, value, "");
  };
  text("/schema", "kpb.kernel/1");
  text("/release", facts.release);
  text("/arch", facts.arch);
  text("/key", kernel_key(facts, source, files, toolchain));
  text("/created", utc_time(now));
  text("/root", root);
  text("/source/kind", source.kind);
  text("/source/digest", source.digest);
  text("/source/version", source.version);
  d.put_integer("/source/files", static_cast<int64_t>(source.files), "");
  text("/config/sha256", sha256_of(files, TargetKind::config));
  text("/vmlinux/sha256", sha256_of(files, TargetKind::vmlinux));
  if (const auto* vmlinux = files.file(TargetKind::vmlinux))
    d.put_integer("/vmlinux/size", static_cast<int64_t>(vmlinux->size), "");
  text("/vmlinux/release", facts.vmlinux.release);
  text("/vmlinux/build_id", facts.vmlinux.build_id);
  text("/vmlinux/compiler", facts.vmlinux.compiler());
  d.put_boolean("/vmlinux/debug_info", facts.vmlinux.debug_info, "");
  if (const auto* symvers = files.file(TargetKind::symvers))
    text("/symvers/sha256", symvers->sha256);
  text("/toolchain/identity", toolchain.identity);
  text("/toolchain/compiler", toolchain.compiler);
  d.put_array("/modules", "");
  for (const auto& [name, module] : files.modules()) {
    const std::string at = pointer("/modules", d.size("/modules"));
    text(at + "/name", name);
    text(at + "/sha256", module.file.sha256);
    text(at + "/build_id", module.build_id);
  }
  return d;
}

} // namespace kpb
