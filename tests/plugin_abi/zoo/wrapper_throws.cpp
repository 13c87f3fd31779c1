// SPDX-License-Identifier: GPL-2.0-only
//
// A C++ plugin whose constructor of the policy throws: the wrapper must keep it in.
#include <kpb/sdk.hpp>

#include <stdexcept>

namespace {

class ZooPolicy : public kpb::sdk::Policy {
public:
  ZooPolicy() { throw std::runtime_error("thrown by a constructor"); }
};

} // namespace

KPB_EXPORT_POLICY("org.example.zoo", "1.0", "zoo", ZooPolicy);
