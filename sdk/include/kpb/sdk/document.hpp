// SPDX-License-Identifier: GPL-2.0-only
//
// A package document as a plugin sees it: typed reading over the C view, and a sink to write to.
// Everything here is header-only and inline, so nothing of it crosses the door.
#ifndef KPB_SDK_DOCUMENT_HPP
#define KPB_SDK_DOCUMENT_HPP

#include "diagnostic.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kpb::sdk {

inline kpb_value text_value(std::string_view text) { return {KPB_KIND_TEXT, 0, 0, to_abi(text)}; }
inline kpb_value integer_value(int64_t number) {
  return {KPB_KIND_INTEGER, 0, number, {nullptr, 0}};
}
inline kpb_value boolean_value(bool flag) {
  return {KPB_KIND_BOOLEAN, 0, flag ? 1 : 0, {nullptr, 0}};
}
inline kpb_value kind_value(uint32_t kind) { return {kind, 0, 0, {nullptr, 0}}; }

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
  // An error that is reported makes the call fail, once it returns; `throw Error` does both at once.
  void report(const Diagnostic& said) const {
    const kpb_diagnostic crossing = to_abi(said);
    m_sink->diagnostic(m_sink->ctx, &crossing);
  }
  void warn(Diagnostic said) const {
    said.severity = Severity::warning;
    report(said);
  }
  void warn(std::string_view code, std::string_view what, std::string_view hint = {}) const {
    Diagnostic said;
    said.code = code;
    said.what = what;
    said.hint = hint;
    warn(std::move(said));
  }
  // For a probe: why this builder is not the one.
  void note(Diagnostic said) const {
    said.severity = Severity::note;
    report(said);
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
