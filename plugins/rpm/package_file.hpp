// SPDX-License-Identifier: GPL-2.0-only
//
// A finished RPM, opened and proven whole: rpm 4.18 builds cut packages with exit status 0 on a full
// disk, and rpmkeys calls them good, because the digest in the header was made by reading the cut
// file. What is left to compare is the digest of the uncompressed payload and every file in it.
#ifndef KPB_PLUGIN_RPM_PACKAGE_FILE_HPP
#define KPB_PLUGIN_RPM_PACKAGE_FILE_HPP

#include "plugins/common/package_text/reading.hpp"

#include <rpm/header.h>
#include <rpm/rpmcrypto.h>
#include <rpm/rpmio.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmts.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kpb::rpm {

using package_text::Damage; // the package is not what its header says

// librpm's words are for programmers ("headerRead failed: hdr data: BAD").
inline constexpr const char* k_not_for_librpm = "librpm does not accept it";

// Keeps what librpm has to say, instead of letting it print. librpm knows one callback per process.
class LogCapture {
public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;
  std::string taken(); // in one line; empties it

private:
  static int callback(rpmlogRec record, rpmlogCallbackData data);
  std::string m_text;
};

struct FdCloser {
  void operator()(FD_t fd) const { Fclose(fd); }
};
struct HeaderFreer {
  void operator()(Header header) const { headerFree(header); }
};
using FdPtr = std::unique_ptr<std::remove_pointer_t<FD_t>, FdCloser>;
using HeaderPtr = std::unique_ptr<std::remove_pointer_t<Header>, HeaderFreer>;

class PackageFile {
public:
  // Reads and checks lead, signature header and header. Throws kpb::sdk::Error for a file that is no
  // RPM, and Damage for a damaged one. Signatures are not looked at: that needs keys.
  explicit PackageFile(const std::string& path);

  Header header() const { return m_header.get(); }
  bool is_source() const;
  // What it may unpack to, by its kind.
  uint64_t limit() const;
  // Compares sizes and digests of the whole file and of the payload, compressed and not.
  void check_payload() const;
  // The uncompressed payload, from its start.
  FdPtr open_payload() const;
  // The file up to its payload, as it is; the header begins at header_start().
  std::string front() const;
  size_t header_start() const { return static_cast<size_t>(m_header_start); }

private:
  void refuse_larger(uint64_t most) const;
  void check_sizes() const;
  void check_compressed() const;
  void check_uncompressed() const;

  std::string m_path;
  HeaderPtr m_header;
  uint64_t m_file_size = 0;
  uint64_t m_header_start = 0;
  uint64_t m_payload_start = 0;
};

// The first string of a tag, "" where it has none; numbers likewise, 0.
std::string tag_text(Header header, rpmTagVal tag);
uint64_t tag_number(Header header, rpmTagVal tag);

// A digest by rpm's own code, in hexadecimal; `algorithm` is rpm's number for it.
class Digest {
public:
  explicit Digest(int algorithm);
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  bool usable() const { return m_context != nullptr; }
  void update(const void* data, size_t size);
  std::string finish();

private:
  DIGEST_CTX m_context;
};

} // namespace kpb::rpm

#endif
