// SPDX-License-Identifier: GPL-2.0-only
//
// Opening an RPM through librpm without its configuration, database or keyring, so that the answer
// does not depend on the machine or the user; and the digests of the payload as a whole.
#include "package_file.hpp"

#include "envelope.hpp"

#include <kpb/sdk.hpp>
#include <kpb/sdk/limits.hpp>
#include <kpb/sdk/text.hpp>

#include <fcntl.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmtd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <vector>

namespace kpb::rpm {

namespace {

constexpr size_t k_block = 64 * 1024;

[[noreturn]] void refuse_open(const std::string& path, int number) {
  package_text::refuse_open(path, number, "rpm-open");
}

// Plain reading beside librpm's, for the digests over raw ranges.
class RawFile {
public:
  explicit RawFile(const std::string& path) : m_fd(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (m_fd < 0)
      refuse_open(path, errno);
  }
  ~RawFile() { close(m_fd); }
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  uint64_t size() const {
    struct stat status {};
    if (fstat(m_fd, &status) != 0 || !S_ISREG(status.st_mode))
      throw sdk::Error({.fault = sdk::Fault::input,
                        .code = "rpm-open",
                        .what = "an RPM must be a regular file"});
    return static_cast<uint64_t>(status.st_size);
  }
  size_t read(void* into, size_t size, uint64_t from) const {
    const ssize_t got = pread(m_fd, into, size, static_cast<off_t>(from));
    return got < 0 ? 0 : static_cast<size_t>(got);
  }
  std::string digest(int algorithm, uint64_t from, uint64_t to) const {
    Digest digest(algorithm);
    std::vector<char> block(k_block);
    while (digest.usable() && from < to) {
      const size_t got = read(block.data(), std::min<uint64_t>(block.size(), to - from), from);
      if (got == 0)
        break;
      digest.update(block.data(), got);
      from += got;
    }
    return digest.finish();
  }

private:
  int m_fd;
};

uint32_t big_endian(const unsigned char* bytes) {
  return (uint32_t{bytes[0]} << 24U) | (uint32_t{bytes[1]} << 16U) | (uint32_t{bytes[2]} << 8U) |
         bytes[3];
}

std::string more_than(uint64_t bytes, uint64_t most) {
  return std::to_string(bytes) + " bytes, more than " + std::to_string(most);
}

// The length that a header states, of which librpm takes up to 256 MiB.
uint64_t header_length(const RawFile& file, uint64_t at, const std::string& what) {
  std::array<unsigned char, 16> intro{};
  if (file.read(intro.data(), intro.size(), at) != intro.size())
    throw Damage("it ends within its first " + std::to_string(at + intro.size()) + " bytes");
  const uint64_t length =
      16 + uint64_t{big_endian(&intro[8])} * 16 + uint64_t{big_endian(&intro[12])};
  if (length > k_largest_package_header)
    throw Damage("its " + what + " has " + more_than(length, k_largest_package_header));
  return length;
}

// Where the header begins: after the lead and the signature header, which is padded to 8 bytes.
uint64_t header_offset(const RawFile& file) {
  const uint64_t length = header_length(file, k_lead_size, "signature header");
  const uint64_t offset = k_lead_size + (length + 7) / 8 * 8;
  header_length(file, offset, "header");
  return offset;
}

bool has_magic(const RawFile& file) {
  static constexpr std::array<unsigned char, 4> k_magic = {0xed, 0xab, 0xee, 0xdb};
  std::array<unsigned char, 4> start{};
  return file.read(start.data(), start.size(), 0) == start.size() && start == k_magic;
}

std::string binary_tag(Header header, rpmTagVal tag) {
  rpmtd_s data{};
  std::string out;
  if (headerGet(header, tag, &data, HEADERGET_MINMEM) != 0)
    out = hex_of({static_cast<const char*>(data.data), data.count});
  rpmtdFreeData(&data);
  return out;
}

void compare(const std::string& what, const std::string& stated, const std::string& found) {
  if (!stated.empty() && !found.empty() && stated != found)
    throw Damage("the " + what + " differs",
                 "the header says " + stated + ", the file has " + found);
}

// A size that is stated by one of two tags, for small packages and large ones.
void compare(const std::string& what, Header header, rpmTagVal tag, uint64_t found) {
  if (headerIsEntry(header, tag) != 0)
    compare(what, std::to_string(tag_number(header, tag)), std::to_string(found));
}

} // namespace

LogCapture::LogCapture() { rpmlogSetCallback(&LogCapture::callback, this); }
LogCapture::~LogCapture() { rpmlogSetCallback(nullptr, nullptr); }

int LogCapture::callback(rpmlogRec record, rpmlogCallbackData data) {
  if (const char* message = rpmlogRecMessage(record))
    static_cast<LogCapture*>(data)->m_text += message;
  return 0; // handled: neither printed nor fatal
}

std::string LogCapture::taken() {
  std::string text;
  text.swap(m_text);
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

Digest::Digest(int algorithm) : m_context(rpmDigestInit(algorithm, RPMDIGEST_NONE)) {}
Digest::~Digest() {
  if (m_context != nullptr)
    finish();
}
void Digest::update(const void* data, size_t size) { rpmDigestUpdate(m_context, data, size); }
std::string Digest::finish() {
  if (m_context == nullptr)
    return {};
  void* text = nullptr;
  size_t length = 0;
  rpmDigestFinal(m_context, &text, &length, 1);
  m_context = nullptr;
  std::string out = text != nullptr ? static_cast<const char*>(text) : "";
  free(text);
  return out;
}

std::string tag_text(Header header, rpmTagVal tag) {
  rpmtd_s data{};
  std::string out;
  // RAW: else rpm picks a translation by the user's locale.
  if (headerGet(header, tag, &data, HEADERGET_MINMEM | HEADERGET_RAW) != 0)
    if (const char* text = rpmtdNextString(&data))
      out = text;
  rpmtdFreeData(&data);
  return out;
}

uint64_t tag_number(Header header, rpmTagVal tag) { return headerGetNumber(header, tag); }

PackageFile::PackageFile(const std::string& path) : m_path(path) {
  const RawFile file(path);
  m_file_size = file.size();
  if (!has_magic(file))
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "rpm-not-a-package",
                      .what = "it is not an RPM package"});
  refuse_larger(k_largest_source_package);
  m_header_start = header_offset(file);

  rpmInitCrypto();
  const std::unique_ptr<std::remove_pointer_t<rpmts>, decltype(&rpmtsFree)> ts(rpmtsCreate(),
                                                                               &rpmtsFree);
  rpmtsSetVSFlags(ts.get(), RPMVSF_MASK_NOSIGNATURES);
  // An empty keyring keeps rpm from looking for one in a database.
  const std::unique_ptr<std::remove_pointer_t<rpmKeyring>, decltype(&rpmKeyringFree)> keys(
      rpmKeyringNew(), &rpmKeyringFree);
  rpmtsSetKeyring(ts.get(), keys.get());

  const FdPtr fd(Fopen(path.c_str(), "r.ufdio"));
  if (!fd || Ferror(fd.get()) != 0)
    refuse_open(path, errno);
  Header header = nullptr;
  const rpmRC status = rpmReadPackageFile(ts.get(), fd.get(), "package", &header);
  m_header.reset(header);
  if ((status != RPMRC_OK && status != RPMRC_NOKEY && status != RPMRC_NOTTRUSTED) || !m_header)
    throw Damage("its header cannot be read", k_not_for_librpm);
  m_payload_start = static_cast<uint64_t>(Ftell(fd.get()));
  refuse_larger(limit());
}

void PackageFile::refuse_larger(uint64_t most) const {
  if (m_file_size > most)
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "rpm-too-large",
                      .what = "it has " + more_than(m_file_size, most)});
}

uint64_t PackageFile::limit() const {
  return is_source() ? k_largest_source_package : k_largest_package;
}

bool PackageFile::is_source() const { return headerIsSource(m_header.get()) != 0; }

std::string PackageFile::front() const {
  std::string bytes(static_cast<size_t>(m_payload_start), '\0');
  bytes.resize(RawFile(m_path).read(bytes.data(), bytes.size(), 0));
  return bytes;
}

void PackageFile::check_payload() const {
  check_envelope(front().substr(0, header_start()), header());
  check_sizes();
  check_compressed();
  check_uncompressed();
}

void PackageFile::check_sizes() const {
  compare("size of header and payload", header(), RPMTAG_SIGSIZE, m_file_size - m_header_start);
  compare("size of header and payload", header(), RPMTAG_LONGSIGSIZE, m_file_size - m_header_start);
}

void PackageFile::check_compressed() const {
  const RawFile file(m_path);
  const auto algorithm = static_cast<int>(tag_number(header(), RPMTAG_PAYLOADDIGESTALGO));
  if (algorithm != 0)
    compare("digest of the payload", tag_text(header(), RPMTAG_PAYLOADDIGEST),
            file.digest(algorithm, m_payload_start, m_file_size));
  // Packages of RPM before 4.14 have nothing else.
  compare("MD5 digest of header and payload", binary_tag(header(), RPMTAG_SIGMD5),
          file.digest(RPM_HASH_MD5, m_header_start, m_file_size));
}

void PackageFile::check_uncompressed() const {
  const FdPtr payload = open_payload();
  Digest digest(static_cast<int>(tag_number(header(), RPMTAG_PAYLOADDIGESTALGO)));
  std::vector<char> block(k_block);
  uint64_t size = 0;
  while (true) {
    const ssize_t got = Fread(block.data(), 1, block.size(), payload.get());
    if (got < 0 || Ferror(payload.get()) != 0)
      throw Damage("its payload cannot be unpacked", "it is not what the header says that it is");
    if (got == 0)
      break;
    size += static_cast<uint64_t>(got);
    if (size > limit())
      throw Damage("its payload unpacks to more than " + std::to_string(limit() >> 20U) + " MiB");
    if (digest.usable())
      digest.update(block.data(), static_cast<size_t>(got));
  }
  compare("digest of the unpacked payload", tag_text(header(), RPMTAG_PAYLOADDIGESTALT),
          digest.finish());
  compare("size of the unpacked payload", header(), RPMTAG_ARCHIVESIZE, size);
  compare("size of the unpacked payload", header(), RPMTAG_LONGARCHIVESIZE, size);
}

FdPtr PackageFile::open_payload() const {
  FdPtr fd(Fopen(m_path.c_str(), "r.ufdio"));
  if (!fd || Ferror(fd.get()) != 0 ||
      Fseek(fd.get(), static_cast<off_t>(m_payload_start), SEEK_SET) < 0)
    refuse_open(m_path, errno);
  const std::string compressor = tag_text(header(), RPMTAG_PAYLOADCOMPRESSOR);
  const std::string mode = "r." + (compressor.empty() ? "gzip" : compressor);
  // Stacks the decompressor on the same descriptor; a null says that this librpm has none.
  if (Fdopen(fd.get(), mode.c_str()) == nullptr)
    throw sdk::Error({.fault = sdk::Fault::environment,
                      .code = "rpm-compressor",
                      .what = "librpm here cannot read a payload packed with " + compressor});
  return fd;
}

} // namespace kpb::rpm
