// SPDX-License-Identifier: GPL-2.0-only
//
// A document together with who sets its fields, in the form that views write to
// (kpb/sdk/views.hpp). It is for kpb what a plugin's Sink is for a plugin.
//
//   const Writer out(result, "");
//   const Writer cell = out.element(fields::result::cells); // one more element of "/cells"
//   cell.put(fields::result::cell::cell, name);             // its member "cell"
#ifndef KPB_CORE_MODEL_WRITER_HPP
#define KPB_CORE_MODEL_WRITER_HPP

#include "core/model/document.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace kpb {

class Writer {
public:
  Writer(Document& document, std::string_view setter) : m_document(document), m_setter(setter) {}

  // The same for what lies below `path`: there, paths are the names of members.
  Writer below(std::string_view path) const {
    Writer out(m_document, m_setter);
    out.m_at = path_of(path);
    return out;
  }
  // One more, empty element of a list.
  Writer element(std::string_view list) const { return below(append(list)); }

  void put(std::string_view path, std::string_view text) const {
    m_document.put_text(path_of(path), text, m_setter);
  }
  void put_integer(std::string_view path, std::integral auto number) const {
    m_document.put_integer(path_of(path), static_cast<int64_t>(number), m_setter);
  }
  void put_boolean(std::string_view path, bool flag) const {
    m_document.put_boolean(path_of(path), flag, m_setter);
  }
  void put_null(std::string_view path) const { m_document.put_null(path_of(path), m_setter); }
  // Empty, unless it exists.
  void put_array(std::string_view path) const { m_document.put_array(path_of(path), m_setter); }
  void put_document(std::string_view path, const Document& other) const {
    m_document.put_document(path_of(path), other, m_setter);
  }
  // Returns where the new, empty element is, seen from here: "/files/3".
  std::string append(std::string_view list) const {
    const std::string path = path_of(list);
    const size_t index = m_document.size(path);
    m_document.append(path, m_setter);
    return pointer(list, index);
  }

private:
  std::string path_of(std::string_view path) const {
    return m_at.empty() ? std::string(path) : pointer(m_at, path);
  }

  Document& m_document;
  std::string m_setter;
  std::string m_at;
};

} // namespace kpb

#endif
