// SPDX-License-Identifier: GPL-2.0-only
//
// A good policy that matrix.sh builds in many ways; MATRIX_NAME tells the builds apart. It moves
// strings, containers and exceptions around as a site's plugin does, since those are what broke at
// plain C++ interfaces. It puts its own name before the package's name, so that a chain of all
// builds in one process shows that each had its turn.
#include <kpb/sdk.hpp>

#include <map>
#include <stdexcept>
#include <string>

#ifndef MATRIX_NAME
#define MATRIX_NAME "matrix"
#endif

namespace {

class MatrixPolicy : public kpb::sdk::Policy {
public:
  void name(const kpb::sdk::Host& host, const kpb::sdk::Document& document,
            const kpb::sdk::Sink& out) override {
    const std::string how = host.setting("matrix-throw", "no");
    if (how == "exception")
      throw std::runtime_error(std::string("thrown by " MATRIX_NAME));
    if (how == "number")
      throw 42;
    if (how == "refusal")
      throw kpb::sdk::Error("refused by " MATRIX_NAME).hint("leave matrix-throw out");
    m_seen[MATRIX_NAME] = document.text("/package/name");
    host.debug(std::string(MATRIX_NAME " saw ") + m_seen.begin()->second);
    out.put("/package/name", MATRIX_NAME "-" + m_seen.at(MATRIX_NAME));
  }

  void describe(const kpb::sdk::Host&, const kpb::sdk::Document&,
                const kpb::sdk::Sink& out) override {
    const std::string relation = out.append("/relations");
    out.put(relation + "/kind", "provides");
    out.put(relation + "/name", "matrix(" MATRIX_NAME ")");
  }

private:
  std::map<std::string, std::string> m_seen;
};

} // namespace

KPB_EXPORT_POLICY("org.example.matrix." MATRIX_NAME, "1.0", MATRIX_NAME, MatrixPolicy);
