// SPDX-License-Identifier: GPL-2.0-only
//
// A published struct never changes: plugins that were built years ago read and write it. This file
// freezes the size of each and the place and type of every field. When it does not compile, do not
// edit it: put the struct back as it was, and give what is new a new id ("kpb.policy/2"). Only new
// lines, for new structs, are added here. kpb_plugin_entry_t and kpb_host_t may grow at their end,
// which changes their own size lines alone.
#include "kpb/abi/backend.h"
#include "kpb/abi/builder.h"
#include "kpb/abi/host.h"
#include "kpb/abi/plugin.h"
#include "kpb/abi/policy.h"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

#if !defined(__LP64__)
#error "kpb's plugin ABI is defined for LP64 machines only"
#endif

#define SIZE(type, bytes)                                                                          \
  static_assert(sizeof(type) == (bytes), #type " changed its size");                               \
  static_assert(alignof(type) == 8 && std::is_standard_layout_v<type> &&                           \
                    std::is_trivially_copyable_v<type>,                                            \
                #type " is no plain C struct of pointers and integers")
#define FIELD(type, field, offset, field_type)                                                     \
  static_assert(offsetof(type, field) == (offset), #type "." #field " moved");                     \
  static_assert(std::is_same_v<decltype(type::field), field_type>, #type "." #field " changed")

using std::size_t;
using text_getter = kpb_status (*)(void*, kpb_str, kpb_str*);
using verb = kpb_status (*)(void*, const kpb_document*, const kpb_sink*);

// plugin.h
SIZE(kpb_str, 16);
FIELD(kpb_str, data, 0, const char*);
FIELD(kpb_str, size, 8, size_t);

static_assert(std::is_same_v<kpb_status, int32_t>);
static_assert(KPB_OK == 0 && KPB_FAILED == 1 && KPB_UNSUPPORTED == 2 && KPB_CANCELLED == 3);
static_assert(KPB_FAULT_TOOL == 1 && KPB_FAULT_INPUT == 2 && KPB_FAULT_PLUGIN == 3 &&
              KPB_FAULT_VERIFICATION == 4 && KPB_FAULT_ENVIRONMENT == 5);
static_assert(KPB_SEVERITY_ERROR == 0 && KPB_SEVERITY_WARNING == 1 && KPB_SEVERITY_NOTE == 2);
static_assert(KPB_KIND_ABSENT == 0 && KPB_KIND_NULL == 1 && KPB_KIND_BOOLEAN == 2 &&
              KPB_KIND_INTEGER == 3 && KPB_KIND_TEXT == 4 && KPB_KIND_ARRAY == 5 &&
              KPB_KIND_OBJECT == 6);
static_assert(KPB_ABI_MAJOR == 1);

SIZE(kpb_diagnostic, 88);
FIELD(kpb_diagnostic, severity, 0, uint32_t);
FIELD(kpb_diagnostic, fault, 4, uint32_t);
FIELD(kpb_diagnostic, code, 8, kpb_str);
FIELD(kpb_diagnostic, where, 24, kpb_str);
FIELD(kpb_diagnostic, what, 40, kpb_str);
FIELD(kpb_diagnostic, why, 56, kpb_str);
FIELD(kpb_diagnostic, hint, 72, kpb_str);

SIZE(kpb_value, 32);
FIELD(kpb_value, kind, 0, uint32_t);
FIELD(kpb_value, reserved, 4, uint32_t);
FIELD(kpb_value, integer, 8, int64_t);
FIELD(kpb_value, text, 16, kpb_str);

using value_getter = kpb_status (*)(void*, kpb_str, kpb_value*);
using key_getter = kpb_status (*)(void*, kpb_str, size_t, kpb_str*);
SIZE(kpb_document, 24);
FIELD(kpb_document, ctx, 0, void*);
FIELD(kpb_document, get, 8, value_getter);
FIELD(kpb_document, key, 16, key_getter);

using putter = kpb_status (*)(void*, kpb_str, const kpb_value*);
using appender = kpb_status (*)(void*, kpb_str, size_t*);
using remover = kpb_status (*)(void*, kpb_str);
using filer = kpb_status (*)(void*, kpb_str, kpb_str);
using reporter = void (*)(void*, const kpb_diagnostic*);
SIZE(kpb_sink, 48);
FIELD(kpb_sink, ctx, 0, void*);
FIELD(kpb_sink, put, 8, putter);
FIELD(kpb_sink, append, 16, appender);
FIELD(kpb_sink, remove, 24, remover);
FIELD(kpb_sink, file, 32, filer);
FIELD(kpb_sink, diagnostic, 40, reporter);

using service_getter = const void* (*)(const kpb_host*, const char*);
SIZE(kpb_host, 24);
FIELD(kpb_host, size, 0, uint32_t);
FIELD(kpb_host, reserved, 4, uint32_t);
FIELD(kpb_host, ctx, 8, void*);
FIELD(kpb_host, get_service, 16, service_getter);

using interface_getter = const void* (*)(const char*);
SIZE(kpb_plugin_entry_t, 40);
FIELD(kpb_plugin_entry_t, size, 0, uint32_t);
FIELD(kpb_plugin_entry_t, abi_major, 4, uint16_t);
FIELD(kpb_plugin_entry_t, abi_minor, 6, uint16_t);
FIELD(kpb_plugin_entry_t, id, 8, const char*);
FIELD(kpb_plugin_entry_t, version, 16, const char*);
FIELD(kpb_plugin_entry_t, sdk_version, 24, const char*);
FIELD(kpb_plugin_entry_t, get_interface, 32, interface_getter);

// The note: what a reader of another language or another year looks for.
static_assert(std::string_view(KPB_PLUGIN_ENTRY_SYMBOL) == "kpb_plugin_entry");
static_assert(std::string_view(KPB_NOTE_SECTION) == ".note.kpb" && KPB_NOTE_TYPE == 1);
static_assert(std::string_view(KPB_NOTE_ABI).substr(0, 6) == "abi=1.");
KPB_PLUGIN_NOTE("12345");
static_assert(sizeof(kpb_note_) == 12 + 4 + 8 && alignof(decltype(kpb_note_)) == 4);
static_assert(offsetof(decltype(kpb_note_), name) == 12);
static_assert(offsetof(decltype(kpb_note_), desc) == 16);

// The interfaces
static_assert(std::string_view(KPB_POLICY_1) == "kpb.policy/1");
using named_create = kpb_status (*)(const kpb_host*, kpb_str, void**);
using destroyer = void (*)(void*);
SIZE(kpb_policy_1, 32);
FIELD(kpb_policy_1, create, 0, named_create);
FIELD(kpb_policy_1, destroy, 8, destroyer);
FIELD(kpb_policy_1, name, 16, verb);
FIELD(kpb_policy_1, describe, 24, verb);

static_assert(std::string_view(KPB_BUILDER_1) == "kpb.builder/1");
static_assert(KPB_PURPOSE_MODULE == 1 && KPB_PURPOSE_SOURCES == 2);
using prober = kpb_status (*)(void*, const kpb_document*, uint32_t, const kpb_sink*);
SIZE(kpb_builder_1, 40);
FIELD(kpb_builder_1, create, 0, named_create);
FIELD(kpb_builder_1, destroy, 8, destroyer);
FIELD(kpb_builder_1, probe, 16, prober);
FIELD(kpb_builder_1, build, 24, verb);
FIELD(kpb_builder_1, sources, 32, verb);

static_assert(std::string_view(KPB_BACKEND_1) == "kpb.backend/1");
using plain_create = kpb_status (*)(const kpb_host*, void**);
using back_reader = kpb_status (*)(void*, kpb_str, const kpb_sink*);
SIZE(kpb_backend_1, 40);
FIELD(kpb_backend_1, create, 0, plain_create);
FIELD(kpb_backend_1, destroy, 8, destroyer);
FIELD(kpb_backend_1, plan, 16, verb);
FIELD(kpb_backend_1, render, 24, verb);
FIELD(kpb_backend_1, read_back, 32, back_reader);

// The host's services
static_assert(std::string_view(KPB_HOST_LOG_1) == "kpb.host.log/1");
using logger = void (*)(void*, kpb_str);
SIZE(kpb_host_log_1, 16);
FIELD(kpb_host_log_1, ctx, 0, void*);
FIELD(kpb_host_log_1, debug, 8, logger);

static_assert(std::string_view(KPB_HOST_CONFIG_1) == "kpb.host.config/1");
SIZE(kpb_host_config_1, 16);
FIELD(kpb_host_config_1, ctx, 0, void*);
FIELD(kpb_host_config_1, get, 8, value_getter);

static_assert(std::string_view(KPB_HOST_TEMPLATE_1) == "kpb.host.template/1");
SIZE(kpb_template_value, 48);
FIELD(kpb_template_value, path, 0, kpb_str);
FIELD(kpb_template_value, value, 16, kpb_value);
using renderer = kpb_status (*)(void*, kpb_str, const kpb_template_value*, size_t, const kpb_sink*,
                                kpb_str*);
SIZE(kpb_host_template_1, 16);
FIELD(kpb_host_template_1, ctx, 0, void*);
FIELD(kpb_host_template_1, render, 8, renderer);

static_assert(std::string_view(KPB_HOST_PROCESS_1) == "kpb.host.process/1");
SIZE(kpb_command, 48);
FIELD(kpb_command, arguments, 0, const kpb_str*);
FIELD(kpb_command, argument_count, 8, size_t);
FIELD(kpb_command, directory, 16, kpb_str);
FIELD(kpb_command, environment, 32, const kpb_str*);
FIELD(kpb_command, environment_count, 40, size_t);
SIZE(kpb_command_result, 24);
FIELD(kpb_command_result, exit_status, 0, int32_t);
FIELD(kpb_command_result, reserved, 4, uint32_t);
FIELD(kpb_command_result, output, 8, kpb_str);
using runner = kpb_status (*)(void*, const kpb_command*, const kpb_sink*, kpb_command_result*);
SIZE(kpb_host_process_1, 24);
FIELD(kpb_host_process_1, ctx, 0, void*);
FIELD(kpb_host_process_1, find, 8, text_getter);
FIELD(kpb_host_process_1, run, 16, runner);

static_assert(std::string_view(KPB_HOST_WORKSPACE_1) == "kpb.host.workspace/1");
using place_getter = kpb_status (*)(void*, kpb_str*);
using writer = kpb_status (*)(void*, kpb_str, kpb_str, const kpb_sink*);
using file_reader = kpb_status (*)(void*, kpb_str, const kpb_sink*, kpb_str*);
SIZE(kpb_host_workspace_1, 40);
FIELD(kpb_host_workspace_1, ctx, 0, void*);
FIELD(kpb_host_workspace_1, path, 8, place_getter);
FIELD(kpb_host_workspace_1, write, 16, writer);
FIELD(kpb_host_workspace_1, read, 24, file_reader);
FIELD(kpb_host_workspace_1, list, 32, file_reader);

TEST_CASE("plugin ABI: published structs keep their layout") {
  SUCCEED("the compiler has decided it");
}
