// SPDX-License-Identifier: GPL-2.0-only
//
// A document together with who sets its fields, in the form that views write to
// (kpb/sdk/views.hpp). It is for kpb what a plugin's Sink is for a plugin.
#ifndef KPB_CORE_MODEL_WRITER_HPP
#define KPB_CORE_MODEL_WRITER_HPP

#include "core/model/document.hpp"

#include <string>
#include <string_view>

namespace kpb {

class Writer {
public:
  Writer(Document& document, std::string_view setter) : m_document(document), m_setter(setter) {}

  void put(std::string_view path, std::string_view text) const {
    m_document.put_text(path, text, m_setter);
  }
  void put_integer(std::string_view path, int64_t number) const {
    m_document.put_integer(path, number, m_setter);
  }
  void put_boolean(std::string_view path, bool flag) const {
    m_document.put_boolean(path, flag, m_setter);
  }
  // Returns the path of the new, empty element: "/files/3".
  std::string append(std::string_view list) const {
    const size_t index = m_document.size(list);
    m_document.append(list, m_setter);
    return pointer(list, index);
  }

private:
  Document& m_document;
  std::string m_setter;
};

} // namespace kpb

#endif
