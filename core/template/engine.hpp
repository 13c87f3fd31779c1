// SPDX-License-Identifier: GPL-2.0-only
//
// Templates: mustache text with the delimiters <% and %>, found by name, in a site's directory
// first. The library renders a broken template or a missing variable as nothing; here both are
// errors with line and column. Nothing is escaped, because each output language has its own rules;
// whoever provides the values takes care of them.
#ifndef KPB_CORE_TEMPLATE_ENGINE_HPP
#define KPB_CORE_TEMPLATE_ENGINE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/model/document.hpp"
#include "core/system/filesystem.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

// Renders `text` with `values`: objects are contexts, arrays and booleans are sections. `where`
// names the template in messages.
std::optional<std::string> render_template(const std::string& text, const Document& values,
                                           const std::string& where, DiagnosticSink& sink);

class TemplateEngine {
public:
  // Absolute directories, in the order of the search.
  TemplateEngine(FileSystem& files, std::vector<std::string> directories)
      : m_files(files), m_directories(std::move(directories)) {}

  // `name` is a relative path of safe names: "rpm/package.spec".
  std::optional<std::string> render(const std::string& name, const Document& values,
                                    DiagnosticSink& sink) const;
  const std::vector<std::string>& directories() const { return m_directories; }

private:
  FileSystem& m_files;
  std::vector<std::string> m_directories;
};

} // namespace kpb

#endif
