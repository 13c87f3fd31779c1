// SPDX-License-Identifier: GPL-2.0-only
//
// A C++ plugin without the wrapper: its exception leaves name() and crosses the door, which the ABI
// forbids.
#include "zoo.h"

#include <stdexcept>

static kpb_status zoo_bad_name(void*, const kpb_document*, const kpb_sink*) {
  throw std::runtime_error("thrown across the door");
}
#undef ZOO_NAME
#define ZOO_NAME zoo_bad_name

ZOO_POLICY
extern "C" ZOO_ENTRY;
