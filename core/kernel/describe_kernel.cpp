// SPDX-License-Identifier: GPL-2.0-only
//
// See describe_kernel.hpp.
#include "core/kernel/describe_kernel.hpp"

#include "core/base/sha256.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"

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
  std::string text = std::string(fields::prepared::schema_name) + "\n";
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
  namespace f = fields::prepared;
  const Writer out(d, "");
  out.put(f::schema, f::schema_name);
  out.put(f::release, facts.release);
  out.put(f::arch, facts.arch);
  out.put(f::key, kernel_key(facts, source, files, toolchain));
  out.put(f::created, utc_time(now));
  out.put(f::root, root);
  out.put(f::source_kind, source.kind);
  out.put(f::source_digest, source.digest);
  out.put(f::source_version, source.version);
  out.put_integer(f::source_files, source.files);
  out.put(f::config_sha256, sha256_of(files, TargetKind::config));
  out.put(f::vmlinux_sha256, sha256_of(files, TargetKind::vmlinux));
  if (const auto* vmlinux = files.file(TargetKind::vmlinux))
    out.put_integer(f::vmlinux_size, vmlinux->size);
  out.put(f::vmlinux_release, facts.vmlinux.release);
  out.put(f::vmlinux_build_id, facts.vmlinux.build_id);
  out.put(f::vmlinux_compiler, facts.vmlinux.compiler());
  out.put_boolean(f::vmlinux_debug_info, facts.vmlinux.debug_info);
  if (const auto* symvers = files.file(TargetKind::symvers))
    out.put(f::symvers_sha256, symvers->sha256);
  out.put(f::toolchain_identity, toolchain.identity);
  out.put(f::toolchain_compiler, toolchain.compiler);
  out.put_array(f::modules);
  for (const auto& [name, module] : files.modules()) {
    const Writer entry = out.element(f::modules);
    entry.put(f::module::name, name);
    entry.put(f::module::sha256, module.file.sha256);
    entry.put(f::module::build_id, module.build_id);
  }
  return d;
}

} // namespace kpb
