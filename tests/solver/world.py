# SPDX-License-Identifier: GPL-2.0-only
"""One machine for a scenario: an install root with rpm's database, a repository of files, and rpm
and dnf that use nothing of the host: no network, configuration or plugins."""
import os
import shutil

from parts import must, run

CONFIGURATION = """[main]
gpgcheck=0
plugins=0
reposdir=/none
varsdir=/none
pluginconfpath=/none
cachedir=/dnf/cache
persistdir=/dnf/persist
logdir=/dnf/log
installonly_limit=%d
installonlypkgs=installonlypkg(kernel)
[test]
name=test
baseurl=file://%s
metadata_expire=0
"""


class World:
    def __init__(self, root, installonly_limit=3):
        self.root, self.repository = os.path.join(root, "root"), os.path.join(root, "repository")
        self.configuration = os.path.join(root, "dnf.conf")
        os.makedirs(self.root)
        with open(self.configuration, "w") as file:
            file.write(CONFIGURATION % (installonly_limit, self.repository))
        must(["rpm", "--root", self.root, "--initdb"])
        self.offer([])

    def offer(self, packages):
        """The repository contains these and no others."""
        shutil.rmtree(self.repository, ignore_errors=True)
        os.makedirs(self.repository)
        for package in packages:
            target = os.path.join(self.repository, os.path.basename(package.path))
            if os.path.exists(target):
                raise ValueError("two packages are called " + os.path.basename(package.path))
            os.symlink(package.path, target)
        must(["createrepo_c", "--quiet", "--general-compress-type=gz", self.repository])

    def rpm(self, *words):
        status, said = run(["rpm", "--root", self.root, *words])
        # Debian's rpm first prints two lines about alien.
        return status, "\n".join(line for line in said.splitlines() if not line.startswith("rpm: "))

    def dnf(self, *words):
        # metadata_expire counts whole seconds: within one, a changed repository would not be
        # noticed.
        return run(["dnf", "-y", "--refresh", "-c", self.configuration, "--installroot", self.root, "--releasever=9", *words])

    def installed(self):
        status, said = self.rpm("-qa", "--qf", "%{NAME}-%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\n")
        if status != 0:
            raise ValueError("rpm -qa fails: " + said)
        return sorted(said.split())
