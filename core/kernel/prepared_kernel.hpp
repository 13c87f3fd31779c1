// SPDX-License-Identifier: GPL-2.0-only
//
// A prepared kernel in the store (docs/building-patches.md): where its files are, and what its kernel.json says.
// `kpb kernel add` makes one, a build looks one up.
#ifndef KPB_CORE_KERNEL_PREPARED_KERNEL_HPP
#define KPB_CORE_KERNEL_PREPARED_KERNEL_HPP

#include "core/model/document.hpp"
#include "core/model/own_fields.hpp"

#include <string>

namespace kpb {

struct PreparedKernel {
  std::string store;     // the store's directory, absolute
  std::string directory; // STORE/kernels/ID, absolute
  std::string id;        // RELEASE-XXXXXXXX
  std::string root;      // the build root's directory, absolute; "" for the host's own
  Document description;  // kernel.json, whose fields are fields::prepared

  std::string tree() const { return directory + "/tree"; }
  std::string config() const { return directory + "/config"; } // as the target was compiled with
  std::string vmlinux() const { return directory + "/vmlinux"; }
  std::string symvers() const { return directory + "/Module.symvers"; } // may be missing
  std::string modules() const { return directory + "/modules"; }        // NAME.ko; may be empty
  std::string templates() const { return directory + "/templates"; }
  std::string lock() const { return directory + "/lock"; }
  std::string release() const { return description.text(fields::prepared::release); }
  std::string key() const { return description.text(fields::prepared::key); }
};

} // namespace kpb

#endif
