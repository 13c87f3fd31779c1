// SPDX-License-Identifier: GPL-2.0-only
//
// The bases that a C++ plugin derives from, and the macro that exports it. The trampolines below are
// the only code of a plugin that the host calls: they catch every exception and turn it into a
// diagnostic, because an exception that leaves a plugin built with -static-libstdc++ ends the host.
#ifndef KPB_SDK_PLUGIN_HPP
#define KPB_SDK_PLUGIN_HPP

#include "../abi/backend.h"
#include "../abi/builder.h"
#include "../abi/policy.h"
#include "host.hpp"

#include <cstring>
#include <memory>

#define KPB_SDK_VERSION "0.1.0"

namespace kpb::sdk {

// Names packages and says what they hold; see abi/policy.h for what each function must leave set.
// Override one or both; what is not overridden leaves the document as the chain before it made it.
class Policy {
public:
  virtual ~Policy() = default;
  virtual void name(const Host&, const Document&, const Sink&) {}
  virtual void describe(const Host&, const Document&, const Sink&) {}
};

// Makes a module; see abi/builder.h. `probe` returns false when it cannot, having said why.
class Builder {
public:
  virtual ~Builder() = default;
  virtual bool probe(const Host&, const Document&, uint32_t purpose, const Sink&) = 0;
  virtual void build(const Host&, const Document&, const Sink&) = 0;
  virtual void sources(const Host&, const Document&, const Sink&) = 0;
};

// Renders packages and reads them back; see abi/backend.h.
class Backend {
public:
  virtual ~Backend() = default;
  virtual void plan(const Host&, const Document&, const Sink&) = 0;
  virtual void render(const Host&, const Document&, const Sink&) = 0;
  virtual void read_back(const Host&, std::string_view path, const Sink&) = 0;
};

namespace detail {

// An exception that a plugin did not mean. Nothing is allocated: it may be for want of memory.
inline void report_stray(const kpb_sink* out, std::string_view what,
                         std::string_view why) noexcept {
  const kpb_diagnostic said{KPB_SEVERITY_ERROR,
                            KPB_FAULT_PLUGIN,
                            to_abi("plugin-exception"),
                            {nullptr, 0},
                            to_abi(what),
                            to_abi(why),
                            to_abi("report this to the plugin's author")};
  out->diagnostic(out->ctx, &said);
}

// Runs `call`; every way to leave it becomes a status.
template <class Call> kpb_status guarded(const kpb_sink* out, Call call) noexcept {
  try {
    return call();
  } catch (const Stop& stop) {
    return stop.status;
  } catch (const Error& error) {
    const kpb_diagnostic said = to_abi(error.diagnostic());
    out->diagnostic(out->ctx, &said);
  } catch (const std::exception& stray) {
    report_stray(out, stray.what(), "the plugin threw an exception");
  } catch (...) {
    report_stray(out, "unknown exception",
                 "the plugin threw something that is not a std::exception");
  }
  return KPB_FAILED;
}

// An instance remembers its host, so that authors do not have to.
template <class Base> struct Instance {
  Host host;
  std::unique_ptr<Base> object;
};

// A constructor has no sink to complain to: the status alone says that it failed.
template <class Base, class Make>
kpb_status create(const kpb_host* host, void** self, Make make) noexcept {
  try {
    auto instance = std::make_unique<Instance<Base>>(Instance<Base>{Host(host), make()});
    if (!instance->object)
      return KPB_FAILED;
    *self = instance.release();
    return KPB_OK;
  } catch (...) {
    return KPB_FAILED;
  }
}

template <class Base> void destroy(void* self) noexcept {
  delete static_cast<Instance<Base>*>(self);
}

template <class Base> Instance<Base>& at(void* self) { return *static_cast<Instance<Base>*>(self); }

} // namespace detail

// The C tables. `Make` is a function from the offered name to a new object (null: no such name).
template <std::unique_ptr<Policy> (*Make)(std::string_view)> const kpb_policy_1* policy_table() {
  static constexpr kpb_policy_1 table = {
      [](const kpb_host* host, kpb_str name, void** self) -> kpb_status {
        return detail::create<Policy>(host, self, [&] { return Make(from_abi(name)); });
      },
      [](void* self) { detail::destroy<Policy>(self); },
      [](void* self, const kpb_document* doc, const kpb_sink* out) -> kpb_status {
        return detail::guarded(out, [&]() -> kpb_status {
          auto& i = detail::at<Policy>(self);
          i.object->name(i.host, Document(doc), Sink(out));
          return KPB_OK;
        });
      },
      [](void* self, const kpb_document* doc, const kpb_sink* out) -> kpb_status {
        return detail::guarded(out, [&]() -> kpb_status {
          auto& i = detail::at<Policy>(self);
          i.object->describe(i.host, Document(doc), Sink(out));
          return KPB_OK;
        });
      }};
  return &table;
}

template <std::unique_ptr<Builder> (*Make)(std::string_view)> const kpb_builder_1* builder_table() {
  static constexpr kpb_builder_1 table = {
      [](const kpb_host* host, kpb_str name, void** self) -> kpb_status {
        return detail::create<Builder>(host, self, [&] { return Make(from_abi(name)); });
      },
      [](void* self) { detail::destroy<Builder>(self); },
      [](void* self, const kpb_document* doc, uint32_t purpose, const kpb_sink* out) -> kpb_status {
        return detail::guarded(out, [&]() -> kpb_status {
          auto& i = detail::at<Builder>(self);
          return i.object->probe(i.host, Document(doc), purpose, Sink(out)) ? KPB_OK
                                                                            : KPB_UNSUPPORTED;
        });
      },
      [](void* self, const kpb_document* doc, const kpb_sink* out) -> kpb_status {
        return detail::guarded(out, [&]() -> kpb_status {
          auto& i = detail::at<Builder>(self);
          i.object->build(i.host, Document(doc), Sink(out));
          return KPB_OK;
        });
      },
      [](void* self, const kpb_document* doc, const kpb_sink* out) -> kpb_status {
        return detail::guarded(out, [&]() -> kpb_status {
          auto& i = detail::at<Builder>(self);
          i.object->sources(i.host, Document(doc), Sink(out));
          return KPB_OK;
        });
      }};
  return &table;
}

template <std::unique_ptr<Backend> (*Make)()> const kpb_backend_1* backend_table() {
  static constexpr kpb_backend_1 table = {
      [](const kpb_host* host, void** self) -> kpb_status {
        return detail::create<Backend>(host, self, [&] { return Make(); });
      },
      [](void* self) { detail::destroy<Backend>(self); },
      [](void* self, const kpb_document* doc, const kpb_sink* out) -> kpb_status {
        return detail::guarded(out, [&]() -> kpb_status {
          auto& i = detail::at<Backend>(self);
          i.object->plan(i.host, Document(doc), Sink(out));
          return KPB_OK;
        });
      },
      [](void* self, const kpb_document* doc, const kpb_sink* out) -> kpb_status {
        return detail::guarded(out, [&]() -> kpb_status {
          auto& i = detail::at<Backend>(self);
          i.object->render(i.host, Document(doc), Sink(out));
          return KPB_OK;
        });
      },
      [](void* self, kpb_str path, const kpb_sink* out) -> kpb_status {
        return detail::guarded(out, [&]() -> kpb_status {
          auto& i = detail::at<Backend>(self);
          i.object->read_back(i.host, from_abi(path), Sink(out));
          return KPB_OK;
        });
      }};
  return &table;
}

// Makes a T whatever the name: for libraries that offer one plugin of a kind.
template <class Base, class T> std::unique_ptr<Base> make_one(std::string_view) {
  return std::make_unique<T>();
}
template <class T> std::unique_ptr<Backend> make_backend() { return std::make_unique<T>(); }

} // namespace kpb::sdk

// KPB_EXPORT_PLUGIN(id, version, offers, get_interface): once per library, at namespace scope.
// `offers` is a concatenation of the KPB_OFFER_ macros; `get_interface` answers ids with tables.
#define KPB_OFFER_POLICY(name) "offer=policy " name "\n"
#define KPB_OFFER_BUILDER(name, input) "offer=builder " name " " input "\n"
#define KPB_OFFER_BACKEND(format, suffix) "offer=backend " format " " suffix "\n"
#define KPB_OFFER_SOURCE_BACKEND(format, suffix) "offer=backend " format " " suffix " source\n"

#define KPB_EXPORT_PLUGIN(id, version, offers, get_interface)                                      \
  KPB_PLUGIN_NOTE(KPB_NOTE_ABI "id=" id "\nversion=" version "\nsdk=" KPB_SDK_VERSION              \
                               "\n" offers);                                                       \
  extern "C" __attribute__((visibility("default"), used))                                          \
  const kpb_plugin_entry_t kpb_plugin_entry = {sizeof(kpb_plugin_entry_t),                         \
                                               KPB_ABI_MAJOR,                                      \
                                               KPB_ABI_MINOR,                                      \
                                               id,                                                 \
                                               version,                                            \
                                               KPB_SDK_VERSION,                                    \
                                               get_interface}

// The short forms, for a library with one plugin: the class needs a default constructor.
#define KPB_EXPORT_POLICY(id, version, name, Class)                                                \
  static const void* kpb_get_interface_(const char* wanted) {                                      \
    return std::strcmp(wanted, KPB_POLICY_1) == 0                                                  \
               ? ::kpb::sdk::policy_table<&::kpb::sdk::make_one<::kpb::sdk::Policy, Class>>()      \
               : nullptr;                                                                          \
  }                                                                                                \
  KPB_EXPORT_PLUGIN(id, version, KPB_OFFER_POLICY(name), &kpb_get_interface_)

#define KPB_EXPORT_BUILDER(id, version, name, input, Class)                                        \
  static const void* kpb_get_interface_(const char* wanted) {                                      \
    return std::strcmp(wanted, KPB_BUILDER_1) == 0                                                 \
               ? ::kpb::sdk::builder_table<&::kpb::sdk::make_one<::kpb::sdk::Builder, Class>>()    \
               : nullptr;                                                                          \
  }                                                                                                \
  KPB_EXPORT_PLUGIN(id, version, KPB_OFFER_BUILDER(name, input), &kpb_get_interface_)

#endif
