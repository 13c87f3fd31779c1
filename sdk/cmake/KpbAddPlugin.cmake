# SPDX-License-Identifier: GPL-2.0-only
#
# kpb_add_plugin(NAME SOURCES FILE... [INSTALL])
#
# Makes the target NAME, a library NAME.so that kpb can load. kpb's own plugins and a site's are
# built by this one function, so that whatever holds for ours holds for theirs. NAME may be linked
# with more libraries afterwards, as any other target.
#
#   KPB_PLUGIN_OUTPUT_DIR  where the library is built; default: "plugins" in the build directory
#   KPB_SANITIZE           set when the build has sanitizers in another way than -fsanitize in the
#                          flags or the options of the directory
#   INSTALL                installs it to ${CMAKE_INSTALL_LIBDIR}/kpb/plugins
include_guard(GLOBAL)

function(kpb_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "INSTALL" "" "SOURCES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "usage: kpb_add_plugin(NAME SOURCES FILE... [INSTALL])")
  endif()

  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE kpb::sdk)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("CXX" IN_LIST languages)
    target_compile_features(${name} PRIVATE cxx_std_17)
  endif()

  # Only the entry leaves the library: its names cannot meet names of the host or of other plugins.
  set(map "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map")
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  target_link_options(${name} PRIVATE "LINKER:--version-script=${map}")
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${map}")

  # A missing symbol is an error of the build, not of a run. A sanitizer's own symbols come from the
  # executable, so there the check is impossible.
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  get_directory_property(options COMPILE_OPTIONS)
  set(flags "${options} ${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  if(NOT KPB_SANITIZE AND NOT flags MATCHES "-fsanitize")
    target_link_options(${name} PRIVATE "LINKER:-z,defs")
  endif()

  if(NOT DEFINED KPB_PLUGIN_OUTPUT_DIR)
    set(KPB_PLUGIN_OUTPUT_DIR "${PROJECT_BINARY_DIR}/plugins")
  endif()
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${KPB_PLUGIN_OUTPUT_DIR}")

  if(arg_INSTALL)
    include(GNUInstallDirs)
    install(TARGETS ${name} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/kpb/plugins")
  endif()
endfunction()
