// SPDX-License-Identifier: GPL-2.0-only
//
// See kernel_image.hpp.
#include "core/boot/kernel_image.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr size_t k_boot_flag = 0x1fe;
constexpr size_t k_magic = 0x202;
constexpr size_t k_version_pointer = 0x20e;  // its value is relative to 0x200
constexpr size_t k_head = size_t{80} * 1024; // the version pointer has 16 bits
constexpr size_t k_longest_release = 64;

std::string release_in(std::string_view head) {
  const auto byte = [&](size_t at) {
    return static_cast<size_t>(static_cast<unsigned char>(head[at]));
  };
  const size_t pointer = byte(k_version_pointer) | byte(k_version_pointer + 1) << 8U;
  if (pointer == 0 || pointer + 0x200 >= head.size())
    return {};
  std::string_view text = head.substr(pointer + 0x200, k_longest_release + 1);
  text = text.substr(0, text.find_first_of(std::string_view(" \0", 2)));
  return text.size() > k_longest_release || first_control_byte(text, false) ? ""
                                                                            : std::string(text);
}

} // namespace

std::optional<KernelImage> read_kernel_image(FileSystem& files, const std::string& given,
                                             DiagnosticSink& sink) {
  const auto refuse = [&](const std::string& why, const std::string& hint = {}) {
    fail(sink, {.fault = Fault::input,
                .code = "kernel-image",
                .what = fmt::format("--kernel-image {} cannot be used", shown(given)),
                .why = why,
                .hint = hint});
    return std::nullopt;
  };
  const auto path = files.resolve(given);
  if (!path)
    return refuse(path.error().reason());
  const auto file = files.open(*path);
  if (!file)
    return refuse(file.error().number == 0 ? file.error().operation : file.error().reason());
  std::string head(k_head, '\0');
  const auto n = (*file)->read_at(0, head.data(), head.size());
  if (!n)
    return refuse(n.error().reason());
  head.resize(*n);
  const bool image = head.size() > k_version_pointer + 1 &&
                     head.compare(k_boot_flag, 2, "\x55\xaa") == 0 &&
                     head.compare(k_magic, 4, "HdrS") == 0;
  if (!image)
    return refuse(
        "it is not an x86 bzImage, and boot-test can boot nothing else",
        "use /boot/vmlinuz-K, or arch/x86/boot/bzImage in the tree in which the kernel was "
        "built");
  const std::string release = release_in(head);
  if (release.empty())
    return refuse("its header does not contain the kernel's release");
  return KernelImage{*path, release};
}

} // namespace kpb
