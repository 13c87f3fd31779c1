# SPDX-License-Identifier: GPL-2.0-only
"""The basis of the tests with the real solvers: rpm, dnf, rpmbuild, createrepo_c, the installed
kpb, and an environment that nothing on the host influences. dnf is a Python program whose first
line names its interpreter; the parts that use dnf's solver without its command line run with that
interpreter.

From the environment: KPB_PREFIX (where kpb is installed), KPB_SOURCE."""
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("KPB_SOURCE", os.path.dirname(os.path.dirname(HERE)))
PREFIX = os.environ.get("KPB_PREFIX", "")
KPB = os.path.join(PREFIX, "bin", "kpb")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# HOME: Debian's rpm keeps its database below it, also inside an install root.
ENVIRONMENT = {"PATH": PATH, "HOME": "/root", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1700000000", "TZ": "UTC"}
# In memory, so that the databases of hundreds of install roots do not wait for a disk.
SCRATCH = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def skip_all(why):
    print("SKIPPED: " + why)
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(SKIPPED)


def need(*programs):
    missing = [name for name in programs if not shutil.which(name, path=PATH)]
    if missing:
        skip_all("not installed: " + ", ".join(missing) + "; sh tests/deps.sh test")
    if not os.access(KPB, os.X_OK):
        skip_all("KPB_PREFIX names no installed kpb")


def need_dnf_module():
    """Continues with the interpreter of dnf, if that is another one."""
    need("dnf")
    try:
        import dnf  # noqa: F401
        return
    except ImportError:
        pass
    with open(shutil.which("dnf", path=PATH)) as program:
        interpreter = program.readline()[2:].split()[0]
    if os.environ.get("KPB_SOLVER_AGAIN"):
        skip_all("the interpreter of dnf, %s, has no module dnf" % interpreter)
    os.environ["KPB_SOLVER_AGAIN"] = "1"
    os.execv(interpreter, [interpreter, *sys.argv])


class Scratch:
    """A directory that is removed at the end of the block."""

    def __enter__(self):
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="kpb-solver.", dir=SCRATCH))
        return self.root

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)


class Failed(Exception):
    """A tool that must work did not; the text says which, and its output."""


def run(command, cwd=None, data=None, timeout=300):
    """(status, what was printed on both outputs)"""
    done = subprocess.run(command, cwd=cwd, env=ENVIRONMENT, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=timeout, text=True, errors="replace",
                          stdin=subprocess.DEVNULL if data is None else None)
    return done.returncode, done.stdout


def must(command, cwd=None, data=None):
    status, said = run(command, cwd, data)
    if status != 0:
        raise Failed("%s ended with %d:\n%s" % (" ".join(command), status, said))
    return said
