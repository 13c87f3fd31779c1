// SPDX-License-Identifier: GPL-2.0-only
//
// A kernel's .config and Module.symvers as plain text: what is changed to build elsewhere, and
// which differences are reported.
#include "core/kernel/config_file.hpp"
#include "core/kernel/symvers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

TEST_CASE("config: what is set", "[kernel]") {
  const auto config =
      parse_config("# Linux/x86 6.12 Kernel Configuration\nCONFIG_A=y\n"
                   "# CONFIG_B is not set\nCONFIG_C=n\r\nCONFIG_D=\"a \\\"b\\\" \\\\c\"\n"
                   "CONFIG_E=m\nCONFIG_F=0x10\nno option\nCONFIG_G\n");
  CHECK(config.size() == 4);
  CHECK(is_on(config, "A"));
  CHECK(is_on(config, "E"));
  CHECK_FALSE(is_on(config, "B"));
  CHECK_FALSE(is_on(config, "C"));
  CHECK_FALSE(is_on(config, "F"));
  CHECK(config.at("F") == "0x10");
  CHECK(config_text(config, "D") == "a \"b\" \\c");
  CHECK(config_text(config, "B").empty());
}

TEST_CASE("config: differences, and which of them do not matter", "[kernel]") {
  const auto given =
      parse_config("CONFIG_SAME=y\nCONFIG_FRAME_WARN=2048\nCONFIG_KEPT=y\n"
                   "CONFIG_MODULE_SIG_KEY=\"/distro.pem\"\nCONFIG_PAHOLE_VERSION=124\n"
                   "CONFIG_RUSTC_VERSION=1\nCONFIG_DEBUG_INFO_BTF_MODULES=y\n");
  const auto now = parse_config("CONFIG_SAME=y\nCONFIG_FRAME_WARN=1024\nCONFIG_NEW=m\n"
                                "CONFIG_MODULE_SIG_KEY=\"certs/signing_key.pem\"\n");
  const auto differences = compare_configs(given, now);
  std::vector<std::string> harmful;
  std::vector<std::string> harmless;
  for (const auto& d : differences)
    (d.harmless.empty() ? harmful : harmless).push_back(d.option);
  // BTF_MODULES changes struct module: the kernel refuses such a module.
  CHECK(harmful == std::vector<std::string>{"DEBUG_INFO_BTF_MODULES", "FRAME_WARN", "KEPT", "NEW"});
  CHECK(harmless == std::vector<std::string>{"MODULE_SIG_KEY", "PAHOLE_VERSION", "RUSTC_VERSION"});
  CHECK(described(differences[1]) ==
        "CONFIG_FRAME_WARN is '2048' in the target's configuration and "
        "'1024' in the tree's");
  CHECK(described(differences[2]) ==
        "CONFIG_KEPT is 'y' in the target's configuration and not set in the tree's");
  CHECK(compare_configs(given, given).empty());
}

TEST_CASE("config: to build with, the distribution's keys are taken out", "[kernel]") {
  const std::string given =
      "# c\nCONFIG_MODULE_SIG_KEY=\"/distro.pem\"\nCONFIG_MODULE_SIG_ALL=y\n"
      "CONFIG_SYSTEM_TRUSTED_KEYS=\"debian/certs/x.pem\"\nCONFIG_X=y\n"
      "CONFIG_EXTRA_FIRMWARE=\"a.bin\"\n# CONFIG_LOCALVERSION_AUTO is not set";
  CHECK(config_for_building(given) ==
        "# c\nCONFIG_MODULE_SIG_KEY=\"certs/signing_key.pem\"\n# CONFIG_MODULE_SIG_ALL is not set\n"
        "CONFIG_SYSTEM_TRUSTED_KEYS=\"\"\nCONFIG_X=y\nCONFIG_EXTRA_FIRMWARE=\"\"\n"
        "# CONFIG_LOCALVERSION_AUTO is not set");
  // Everything that is changed is known to be harmless.
  for (const auto& d :
       compare_configs(parse_config(given), parse_config(config_for_building(given)))) {
    INFO(d.option);
    CHECK_FALSE(d.harmless.empty());
  }
  // Nothing is added: the kernel would drop an unknown option, and that would be reported as a
  // difference.
  CHECK(config_for_building("CONFIG_A=y\n") == "CONFIG_A=y\n");
}

static Export of_kernel(uint32_t crc) {
  Export out;
  out.crc = crc;
  out.module = "vmlinux";
  return out;
}

TEST_CASE("symvers: equal, differing, missing", "[kernel]") {
  CollectingSink sink;
  const auto shipped = parse_symvers("0x00000001\ta\tvmlinux\tEXPORT_SYMBOL\t\n"
                                     "0x00000002\tb\tvmlinux\tEXPORT_SYMBOL_GPL\tNS\n"
                                     "0xffffffff\tc\tfs/x\tEXPORT_SYMBOL\n",
                                     "shipped", sink);
  REQUIRE(shipped);
  CHECK(shipped->at("c").crc == 0xffffffffU);
  CHECK(shipped->at("c").module == "fs/x");
  const auto rebuilt = parse_symvers("0x00000001\ta\tvmlinux\tEXPORT_SYMBOL\t\n"
                                     "0x00000003\tb\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"
                                     "0x00000004\td\tvmlinux\tEXPORT_SYMBOL_GPL\t\n",
                                     "rebuilt", sink);
  REQUIRE(rebuilt);
  const auto same = compare_symvers(*shipped, *shipped);
  CHECK(same.good());
  CHECK(same.equal == 3);
  CHECK(check_symvers(same, "w", sink));
  REQUIRE(sink.all().empty());

  const auto compared = compare_symvers(*shipped, *rebuilt);
  CHECK(compared.equal == 1);
  CHECK(compared.extra == 1);
  CHECK(compared.missing == std::vector<std::string>{"c"});
  CHECK_FALSE(check_symvers(compared, "w", sink));
  REQUIRE(sink.first_error() != nullptr);
  CHECK(sink.first_error()->code == "kernel-symvers");
  CHECK(sink.first_error()->fault == Fault::input);
  CHECK(sink.first_error()->why ==
        "1 differ, for example b (shipped 0x00000002, compiled 0x00000003); "
        "1 are missing, for example c");
  // It is not an error if the rebuilt kernel has more symbols.
  CHECK(compare_symvers(Exports{{"a", of_kernel(1)}}, *rebuilt).good());
}

TEST_CASE("symvers: the first five, and how many", "[kernel]") {
  Exports shipped;
  for (int i = 0; i < 9; ++i)
    shipped["s" + std::to_string(i)] = of_kernel(1);
  CollectingSink sink;
  CHECK_FALSE(check_symvers(compare_symvers(shipped, Exports{{"x", of_kernel(1)}}), "", sink));
  CHECK(sink.first_error()->why == "9 are missing, for example s0, s1, s2, s3, s4");
}
