# SPDX-License-Identifier: GPL-2.0-only
"""The verdicts of rpm, dnf and `kpb conflicts` on a set of packages, on a machine that has their
kernels and the runtime. dnf is asked about hundreds of sets in one process, with the calls that its
command `install` makes; ask_command() uses that command."""
import json
import os

import parts

import dnf
from dnf.exceptions import DepsolveError


class Dnf:
    def __init__(self, world):
        self.base = dnf.Base()
        config = self.base.conf
        config.read(world.configuration)
        config.installroot, config.releasever = world.root, "9"
        for name in ("cachedir", "persistdir", "logdir"):
            setattr(config, name, world.root + "/dnf/" + name)
            os.makedirs(world.root + "/dnf/" + name, exist_ok=True)
        config.assumeyes, config.plugins, config.reposdir = True, False, ["/none"]
        self.base.repos.add_new_repo("test", config, baseurl=["file://" + world.repository])
        self.base.fill_sack()
        self.packages = {(p.name, p.evr): p for p in self.base.sack.query().available()}

    def ask(self, packages):
        """(allowed, message): whether all of these can be installed together."""
        self.base.reset(goal=True)
        for package in packages:
            # An epoch of 0 is not written.
            self.base.package_install(self.packages[package.name, package.evr])
        try:
            self.base.resolve()
        except DepsolveError as error:
            return False, str(error)
        chosen = {(p.name, p.evr) for p in self.base.transaction.install_set}
        missing = [p.nvr for p in packages if (p.name, p.evr) not in chosen]
        return not missing, "left out: " + " ".join(missing)

    def close(self):
        self.base.close()


def ask_rpm(world, packages):
    status, said = world.rpm("--test", "-i", *[p.path for p in packages])
    return status == 0, said


def ask_command(world, packages):
    status, said = world.dnf("--setopt=tsflags=test", "install", *[p.nvr for p in packages])
    return status == 0, said


def ask_kpb(packages):
    """The pairs among all of these that `kpb conflicts` reports in one run as refused by solvers,
    as sets of two files."""
    status, said = parts.run([parts.KPB, "conflicts", "--json", *[p.path for p in packages]])
    result = json.loads(said)
    if status not in (0, 2) or status != (2 if result["conflicts"] else 0) or result.get("diagnostics"):
        raise parts.Failed("kpb conflicts: exit status %d: %s" % (status, result.get("diagnostics")))
    return {frozenset((c["first"], c["second"])) for c in result["conflicts"] if c["solver"]}
