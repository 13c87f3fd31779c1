# SPDX-License-Identifier: GPL-2.0-only
#
# kpb_policy_library(DIRECTORY)
#
# Makes the target kpb::policy, a static library of the sources in DIRECTORY: in kpb's own build, and in every
# project that calls find_package(kpb-sdk). The SDK installs sources instead of a compiled library because
# std::string and std::vector are in its interface: a compiled one would fit the compiler, the standard library
# and the flags that it was compiled with, and with others it may link and then crash (docs/plugin-abi.md).
include_guard(GLOBAL)

function(kpb_policy_library directory)
  set(sources contents facts kernel_families kernel_forms kernel_packages package relations settings tokens
              vendor_patches)
  list(TRANSFORM sources PREPEND "${directory}/")
  list(TRANSFORM sources APPEND ".cpp")
  add_library(kpb_policy STATIC EXCLUDE_FROM_ALL ${sources})
  add_library(kpb::policy ALIAS kpb_policy)
  target_link_libraries(kpb_policy PUBLIC kpb::sdk)
  target_compile_features(kpb_policy PUBLIC cxx_std_17)
  set_target_properties(kpb_policy PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
endfunction()
