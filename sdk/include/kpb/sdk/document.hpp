// SPDX-License-Identifier: GPL-2.0-only
//
// A package document as a plugin sees it: typed reading over the C view, and a sink to write to.
// Everything here is header-only and inline, so nothing of it crosses the door.
#ifndef KPB_SDK_DOCUMENT_HPP
#define KPB_SDK_DOCUMENT_HPP

#include "../abi/plugin.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace kpb::sdk {

inline kpb_str to_abi(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view from_abi(kpb_str text) { return {text.data, text.data ? text.size : 0}; }

inline kpb_value text_value(std::string_view text) { return {KPB_KIND_TEXT, 0, 0, to_abi(text)}; }
inline kpb_value integer_value(int64_t number) {
  return {KPB_KIND_INTEGER, 0, number, {nullptr, 0}};
}
inline kpb_value boolean_value(bool flag) {
  return {KPB_KIND_BOOLEAN, 0, flag ? 1 : 0, {nullptr, 0}};
}
inline kpb_value kind_value(uint32_t kind) { return {kind, 0, 0, {nullptr, 0}}; }

// Thrown by plugin code to fail the current call; the wrapper turns it into a diagnostic at the
// door. Any other std::exception is reported as a bug of the plugin.
class Error : public std::runtime_error {
public:
  explicit Error(const std::string& what, uint32_t fault = KPB_FAULT_INPUT, std::string hint = {},
                 std::string code = "plugin-refused")
      : std::runtime_error(what), m_fault(fault), m_hint(std::move(hint)), m_code(std::move(code)) {
  }
  uint32_t fault() const { return m_fault; }
  const std::string& hint() const { return m_hint; }
  const std::string& code() const { return m_code; }

private:
  uint32_t m_fault;
  std::string m_hint;
  std::string m_code;
};

// Fails a call whose reason was already reported to a sink, or that the user interrupted.
struct Stop {
  kpb_status status = KPB_FAILED;
};

// Read-only; views that it returns are valid during the call.
class Document {
public:
  explicit Document(const kpb_document* view) : m_view(view) {}

  bool has(std::string_view path) const { return value(path).kind != KPB_KIND_ABSENT; }
  bool is_null(std::string_view path) const { return value(path).kind == KPB_KIND_NULL; }
  // "" where there is no text.
  std::string_view text(std::string_view path) const {
    const kpb_value v = value(path);
    return v.kind == KPB_KIND_TEXT ? from_abi(v.text) : std::string_view{};
  }
  int64_t integer(std::string_view path, int64_t otherwise = 0) const {
    const kpb_value v = value(path);
    return v.kind == KPB_KIND_INTEGER ? v.integer : otherwise;
  }
  bool boolean(std::string_view path, bool otherwise = false) const {
    const kpb_value v = value(path);
    return v.kind == KPB_KIND_BOOLEAN ? v.integer != 0 : otherwise;
  }
  // Elements of an array or members of an object; 0 where there is none.
  size_t size(std::string_view path) const {
    const kpb_value v = value(path);
    const bool counted = v.kind == KPB_KIND_ARRAY || v.kind == KPB_KIND_OBJECT;
    return counted ? static_cast<size_t>(v.integer) : 0;
  }
  // The name of the Nth member of an object; "" past the end.
  std::string key(std::string_view path, size_t index) const {
    kpb_str name{nullptr, 0};
    m_view->key(m_view->ctx, to_abi(path), index, &name);
    return std::string(from_abi(name));
  }
  kpb_value value(std::string_view path) const {
    kpb_value v = kind_value(KPB_KIND_ABSENT);
    m_view->get(m_view->ctx, to_abi(path), &v);
    return v;
  }
  std::vector<std::string> texts(std::string_view path) const {
    std::vector<std::string> out;
    for (size_t i = 0; i < size(path); ++i)
      out.emplace_back(text(std::string(path) + "/" + std::to_string(i)));
    return out;
  }

private:
  const kpb_document* m_view;
};

// Where results go. A write that the host refuses ends the call (Stop): the host has reported it.
class Sink {
public:
  explicit Sink(const kpb_sink* sink) : m_sink(sink) {}

  void put(std::string_view path, std::string_view text) const { put(path, text_value(text)); }
  void put(std::string_view path, const char* text) const { put(path, text_value(text)); }
  void put(std::string_view path, const std::string& text) const { put(path, text_value(text)); }
  void put(std::string_view path, const kpb_value& value) const {
    check(m_sink->put(m_sink->ctx, to_abi(path), &value));
  }
  // A number or null here is a slip: put_integer(), put_boolean(), or a kpb_value.
  template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
  void put(std::string_view path, T number) const = delete;
  void put(std::string_view path, std::nullptr_t) const = delete;
  void put_integer(std::string_view path, int64_t number) const {
    put(path, integer_value(number));
  }
  void put_boolean(std::string_view path, bool flag) const { put(path, boolean_value(flag)); }
  // The path of the new, empty element: "/files/3".
  std::string append(std::string_view array) const {
    size_t index = 0;
    check(m_sink->append(m_sink->ctx, to_abi(array), &index));
    return std::string(array) + "/" + std::to_string(index);
  }
  void remove(std::string_view path) const { check(m_sink->remove(m_sink->ctx, to_abi(path))); }
  void file(std::string_view name, std::string_view content) const {
    check(m_sink->file(m_sink->ctx, to_abi(name), to_abi(content)));
  }
  void report(uint32_t severity, uint32_t fault, std::string_view code, std::string_view where,
              std::string_view what, std::string_view why = {}, std::string_view hint = {}) const {
    const kpb_diagnostic d{severity,     fault,       to_abi(code), to_abi(where),
                           to_abi(what), to_abi(why), to_abi(hint)};
    m_sink->diagnostic(m_sink->ctx, &d);
  }
  void warn(std::string_view code, std::string_view what, std::string_view hint = {}) const {
    report(KPB_SEVERITY_WARNING, KPB_FAULT_INPUT, code, {}, what, {}, hint);
  }
  const kpb_sink* abi() const { return m_sink; }

private:
  static void check(kpb_status status) {
    if (status != KPB_OK)
      throw Stop{status};
  }
  const kpb_sink* m_sink;
};

} // namespace kpb::sdk

#endif
