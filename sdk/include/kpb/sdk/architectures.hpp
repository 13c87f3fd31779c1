// SPDX-License-Identifier: GPL-2.0-only
//
// The architectures whose kernels can be live-patched and whose vendors ship such patches: a row for each, a column
// for each place that has a name or number of its own for it.
#ifndef KPB_SDK_ARCHITECTURES_HPP
#define KPB_SDK_ARCHITECTURES_HPP

#include <cstdint>
#include <string_view>

namespace kpb {

struct Architecture {
  std::string_view name;           // of `uname -m` and RPM; the one in documents
  std::string_view debian;         // of dpkg
  std::string_view debian_flavour; // the end of a Debian kernel's release
  std::string_view option;         // in the configuration of every kernel for it
  std::string_view rpm_isa;        // %{_isa}, at the end of provides
  uint16_t elf_machine;            // e_machine
  bool big_endian;
  uint32_t elf_address; // the type of relocations that store a whole address
};

inline constexpr Architecture k_architectures[] = {
    {"x86_64", "amd64", "amd64", "CONFIG_X86_64", "(x86-64)", 62, false, 1},
    {"aarch64", "arm64", "arm64", "CONFIG_ARM64", "(aarch-64)", 183, false, 257},
    {"ppc64le", "ppc64el", "powerpc64le", "CONFIG_PPC64", "(ppc-64)", 21, false, 38},
    {"s390x", "s390x", "s390x", "CONFIG_S390", "(s390-64)", 22, true, 22},
};

// By its name in documents; null for one that kpb does not know.
constexpr const Architecture* find_architecture(std::string_view name) {
  for (const Architecture& one : k_architectures)
    if (one.name == name)
      return &one;
  return nullptr;
}

// The name of the one that this is compiled for; "" where that is none of the above.
inline constexpr std::string_view k_compiled_for =
#if defined(__x86_64__)
    "x86_64";
#elif defined(__aarch64__)
    "aarch64";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
    "ppc64le";
#elif defined(__s390x__)
    "s390x";
#else
    "";
#endif

} // namespace kpb

#endif
