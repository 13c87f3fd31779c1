# SPDX-License-Identifier: GPL-2.0-only
#
# What makes the build quick, in one place; docs/performance.md has the figures, docs/decisions.md the reasons.
#
#  * Headers that nearly all sources include are compiled once (KPB_PRECOMPILED), a header for each group of targets
#    with the same flags. Each costs 4 seconds itself, so there are few groups.
#  * What spends its time in the kernel, in other programs and in libraries is optimised for size, which takes less time
#    to compile. The readers of ELF files, patches and documents, and the comparison of packages, are not: they run over
#    thousands of modules.
#
# The build says the same without this file, only later.

if(KPB_OWN_OPTIMISATION)
  foreach(target
      # core, but base, system, model, inspect, patch and conflicts
      kpb_diag kpb_modules_conf kpb_request kpb_manifest kpb_template kpb_run kpb_kernel kpb_boot kpb_plugin
      kpb_packages kpb_pipeline kpb_series kpb_cli kpb kpb-fields kpb-guest kpb-enter kpb_runtime kpb-reconcile
      # plugins
      kpb_policy kpb_diff_builder kpb_package_text kpb_tarball kpb_deb_parts kpb_rpm_parts
      policy_standard policy_classic policy_rhel policy_suse prebuilt kbuild klp-build kpatch-build rpm deb)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Os>)
  endforeach()
endif()

# Clang refuses a precompiled header that was made without the macros of a target, so every target would need its own.
if(NOT KPB_PRECOMPILED OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  return()
endif()

find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)

# kpb_precompiled(GROUP LINKS LIBRARY... FOR TARGET...): cmake/precompiled/GROUP.hpp for the targets, which are compiled
# like the first of them.
function(kpb_precompiled group)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS;FOR")
  set(holder kpb_precompiled_${group})
  add_library(${holder} OBJECT cmake/precompiled/holder.cpp)
  target_include_directories(${holder} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${holder} PRIVATE ${arg_LINKS})
  list(GET arg_FOR 0 first)
  get_target_property(options ${first} COMPILE_OPTIONS)
  set_target_properties(${holder} PROPERTIES
    COMPILE_OPTIONS "${options}"
    POSITION_INDEPENDENT_CODE ON)
  foreach(property CXX_VISIBILITY_PRESET VISIBILITY_INLINES_HIDDEN POSITION_INDEPENDENT_CODE)
    get_target_property(value ${first} ${property})
    if(NOT value MATCHES "NOTFOUND")
      set_target_properties(${holder} PROPERTIES ${property} "${value}")
    endif()
  endforeach()
  target_precompile_headers(${holder} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/precompiled/${group}.hpp")
  foreach(target ${arg_FOR})
    target_precompile_headers(${target} REUSE_FROM ${holder})
    # From a precompiled header, GCC 12 reports what it suppresses in the standard library's headers otherwise: false
    # alarms about std::string. The preset `plain` has these warnings.
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow)
  endforeach()
endfunction()

kpb_precompiled(standard FOR kpb_base kpb_system kpb_model kpb_inspect kpb_patch)
kpb_precompiled(floors LINKS kpb::sdk tl::expected fmt::fmt
  FOR kpb_run kpb_kernel kpb_boot kpb_plugin kpb_packages kpb_pipeline kpb_series kpb_cli)
kpb_precompiled(plugins LINKS kpb::sdk
  FOR kpb_diff_builder kpb_package_text kpb_tarball kpb_deb_parts kpb_rpm_parts kbuild kpatch-build)
kpb_precompiled(runtime LINKS kpb::sdk tl::expected FOR kpb_runtime)
