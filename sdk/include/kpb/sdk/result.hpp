// SPDX-License-Identifier: GPL-2.0-only
//
// What a function that can refuse its input gives back: the value, or the Error that says why not. Its
// caller decides whether that ends the call. Small enough that the SDK needs no other library for it.
#ifndef KPB_SDK_RESULT_HPP
#define KPB_SDK_RESULT_HPP

#include "diagnostic.hpp"

#include <utility>
#include <variant>

namespace kpb::sdk {

//   const auto relations = policy::relations_of(facts);
//   if (!relations)
//     throw relations.error();   // or report it, or try something else
//   use(*relations);
//
// A function returns either with `return value;` or with `return Error("...").code("...");`. Asking for the
// value where there is none, or for the error where there is none, throws std::bad_variant_access.
template <class T> class [[nodiscard]] Result {
public:
  Result(T value) : m_value(std::in_place_index<0>, std::move(value)) {}
  Result(Error why) : m_value(std::in_place_index<1>, std::move(why)) {}

  explicit operator bool() const { return m_value.index() == 0; }
  const T& operator*() const& { return std::get<0>(m_value); }
  T& operator*() & { return std::get<0>(m_value); }
  T&& operator*() && { return std::get<0>(std::move(m_value)); }
  const T* operator->() const { return &**this; }
  T* operator->() { return &**this; }
  const Error& error() const { return std::get<1>(m_value); }

private:
  std::variant<T, Error> m_value;
};

// Nothing to give back but that it went well: `return {};`
template <> class [[nodiscard]] Result<void> {
public:
  Result() = default;
  Result(Error why) : m_value(std::move(why)) {}

  explicit operator bool() const { return m_value.index() == 0; }
  const Error& error() const { return std::get<1>(m_value); }

private:
  std::variant<std::monostate, Error> m_value;
};

} // namespace kpb::sdk

#endif
