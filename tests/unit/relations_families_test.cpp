// SPDX-License-Identifier: GPL-2.0-only
//
// Kernel families: which family a `uname -r` belongs to, what its kernel's package provides, and
// how the vendors write it in names. A wrong row makes packages that cannot be installed, or that
// replace each other by mistake.
#include <kpb/policy/kernel_families.hpp>
#include <kpb/policy/kernel_forms.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb::policy;

namespace {

struct Row {
  const char* release;
  const char* family;
  const char* requirement;
  const char* standard;
  const char* vendor; // rhel's or suse's form, whichever exists
};

} // namespace

TEST_CASE("kernel families: what a kernel's package provides, and the kernel in names",
          "[relations]") {
  const Row row = GENERATE(values<Row>({
      {"3.10.0-229.el7.x86_64", "el", "kernel-uname-r = 3.10.0-229.el7.x86_64", "3.10.0-229.el7",
       "3_10_0-229"},
      {"3.10.0-957.el7.x86_64.debug", "el", "kernel-uname-r = 3.10.0-957.el7.x86_64.debug",
       "3.10.0-957.el7.debug", "3_10_0-957-debug"},
      {"5.14.0-362.8.1.el9_3.x86_64", "el", "kernel-uname-r = 5.14.0-362.8.1.el9_3.x86_64",
       "5.14.0-362.8.1.el9_3", "5_14_0-362_8_1"},
      {"5.14.0-362.8.1.el9_3.x86_64+rt", "el", "kernel-uname-r = 5.14.0-362.8.1.el9_3.x86_64+rt",
       "5.14.0-362.8.1.el9_3+rt", "5_14_0-362_8_1-rt"},
      {"5.14.0-427.el9.aarch64+64k", "el", "kernel-uname-r = 5.14.0-427.el9.aarch64+64k",
       "5.14.0-427.el9+64k", "5_14_0-427-64k"},
      {"6.14.2-300.fc42.x86_64", "fc", "kernel-uname-r = 6.14.2-300.fc42.x86_64", "6.14.2-300.fc42",
       "6_14_2-300"},
      {"5.4.17-2136.330.7.1.el8uek.x86_64", "uek",
       "kernel-uek-uname-r = 5.4.17-2136.330.7.1.el8uek.x86_64", "5.4.17-2136.330.7.1.el8uek",
       "5_4_17-2136_330_7_1"},
      {"6.1.72-96.166.amzn2023.x86_64", "amzn", "kernel-uname-r = 6.1.72-96.166.amzn2023.x86_64",
       "6.1.72-96.166.amzn2023", "6_1_72-96_166"},
      {"5.10.0-182.0.0.95.oe2203sp3.aarch64", "oe",
       "kernel-uname-r = 5.10.0-182.0.0.95.oe2203sp3.aarch64", "5.10.0-182.0.0.95.oe2203sp3",
       "5_10_0-182_0_0_95"},
      {"4.19.91-26.an8.x86_64", "an", "kernel-uname-r = 4.19.91-26.an8.x86_64", "4.19.91-26.an8",
       "4_19_91-26"},
      {"6.6.6-2401.0.1.oc9.x86_64", "oc", "kernel-uname-r = 6.6.6-2401.0.1.oc9.x86_64",
       "6.6.6-2401.0.1.oc9", "6_6_6-2401_0_1"},
      {"5.14.21-150400.22-default", "suse", "", "5.14.21-150400.22-default",
       "5_14_21-150400_22-default"},
      {"6.4.0-150600.23.17-rt", "suse", "", "6.4.0-150600.23.17-rt", "6_4_0-150600_23_17-rt"},
      {"3.0.101-63-default", "suse", "", "3.0.101-63-default", "3_0_101-63-default"},
      {"6.6.2.1-3.azl3", "azl", "", "6.6.2.1-3.azl3", "6_6_2_1-3"},
      {"6.1.102-1.ph5-esx", "photon", "linux-esx = 6.1.102-1.ph5", "6.1.102-1.ph5-esx",
       "6_1_102-1-esx"},
      {"5.14.0-687.el9.aarch64+rt-64k", "el", "kernel-uname-r = 5.14.0-687.el9.aarch64+rt_64k",
       "5.14.0-687.el9+rt-64k", "5_14_0-687-rt-64k"},
      {"6.4.0-10-rt", "suse", "", "6.4.0-10-rt", "6_4_0-10-rt"},
      {"6.1.0-56-amd64", "", "", "6.1.0-56-amd64", ""},
      {"6.1.0-56-rt-amd64", "", "", "6.1.0-56-rt-amd64", ""},
      {"5.15.0-1065-azure", "", "", "5.15.0-1065-azure", ""},
      {"6.1.0~rc3-1", "", "", "6.1.0_rc3-1", ""},
      // rpm allows only one '-' after the version, so nothing can be required of this one.
      {"5.14.0-362.el9-acme.x86_64", "el", "", "5.14.0-362.el9-acme", "5_14_0-362-acme"},
  }));
  CAPTURE(row.release);
  const KernelId kernel = kernel_of(row.release);
  CHECK(kernel.family == row.family);
  CHECK(kernel_requirement(kernel) == row.requirement);
  CHECK(standard_form(kernel) == row.standard);
  CHECK((kernel.family == "suse" ? suse_form(kernel) : rhel_form(kernel)) == row.vendor);
  CHECK(names_kernel(std::string("x-") + row.standard, kernel));
}

TEST_CASE("kernel families: SUSE's kernel is required by its package's version", "[relations]") {
  KernelId kernel = kernel_of("5.14.21-150400.22-default");
  kernel.package_version = "5.14.21-150400.22.1";
  CHECK(kernel_requirement(kernel) == "kernel-default = 5.14.21-150400.22.1");
  CHECK(devel_requirement(kernel) == "kernel-default-devel = 5.14.21-150400.22.1");
}

TEST_CASE("kernel families: a package's name tells its kernel, or it does not", "[relations]") {
  const KernelId plain = kernel_of("5.14.0-362.8.1.el9_3.x86_64");
  const KernelId realtime = kernel_of("5.14.0-362.8.1.el9_3.x86_64+rt");
  const KernelId suse = kernel_of("5.14.21-150400.22-default");
  for (const char* good : {"kpatch-module-cve-5.14.0-362.8.1.el9_3", "kpatch-patch-5_14_0-362_8_1",
                           "acme-5.14.0-362.8.1.el9_3-fix", "acme-5.14.0-362.8.1.el9_3.x86_64",
                           "kernel-livepatch-5.14.0-362.8.1"})
    CHECK(names_kernel(good, plain));
  for (const char* bad : {"kpatch-module-cve", "kpatch-module-cve-5.14.0-362.8.1.el9_3+rt",
                          "kpatch-patch-5_14_0-362_8_1-rt", "kpatch-module-cve-5.14.0-362.8.el9_3",
                          "kpatch-module-cve-5.14.0-362.13.1.el9_3", "kpatch-patch-5_14_0-362_8_10",
                          "kpatch-patch-5_14_0-362", "5.14.0-362.8.1.el9_3",
                          "kpatch-module-cve-15.14.0-362.8.1.el9_3"})
    CHECK_FALSE(names_kernel(bad, plain));
  CHECK(names_kernel("kpatch-patch-5_14_0-362_8_1-rt", realtime));
  CHECK_FALSE(names_kernel("kpatch-patch-5_14_0-362_8_1", realtime));
  CHECK(names_kernel("kernel-livepatch-5_14_21-150400_22-default", suse));
  CHECK_FALSE(names_kernel("kernel-livepatch-5_14_21-150400_22-rt", suse));
}
