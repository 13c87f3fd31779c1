# SPDX-License-Identifier: GPL-2.0-only
#
# Run by the Kbuild of a hostile module (confinement.sh): tries to get out of where it is compiled, and says for each
# way "ESCAPED name" or "held name". What only exists for the test (a file, processes, sockets, a key) is in the
# JSON file beside it. Nothing that it does harms the host where it succeeds.
import ctypes
import glob
import json
import os
import socket
import stat
import struct
import subprocess
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
host = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "host.json")))
tries = []


def a_try(function):
    tries.append(function)
    return function


def call(number, *arguments):
    """A system call by its number; an exception if it fails."""
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def apart(function):
    """In a process of its own, which it may change."""
    child = os.fork()
    if child == 0:
        good = False
        try:
            good = function()
        except Exception:
            pass
        os._exit(0 if good else 1)
    return os.waitpid(child, 0)[1] == 0


def mounts(*arguments):
    return libc.mount(*arguments) == 0


@a_try
def reads_a_file_of_the_host():
    return open(host["secret"]).read() == host["canary"]


@a_try
def reads_shadow():
    return len(open("/etc/shadow").read()) > 0


@a_try
def compiles_a_file_in():
    source = f'asm(".incbin \\"{host["secret"]}\\"");\n'
    done = subprocess.run(["gcc", "-x", "c", "-c", "-o", "/dev/null", "-"], input=source, text=True, capture_output=True)
    return done.returncode == 0


@a_try
def remounts_the_root():
    return mounts(None, b"/", None, 32 | 4096, None)  # MS_REMOUNT | MS_BIND


@a_try
def mounts_something():
    return apart(lambda: libc.unshare(0x20000) == 0 and mounts(b"x", b"/tmp", b"tmpfs", 0, None))


@a_try
def writes_to_usr():
    name = "/usr/share/kpb-escape"
    with open(name, "w"):
        os.unlink(name)
    return True


@a_try
def writes_beside_the_workspace():
    name = host["beside"] + "/kpb-escape"
    with open(name, "w"):
        os.unlink(name)
    return os.stat(host["beside"]).st_dev == os.stat(".").st_dev  # or it is a /tmp of our own


@a_try
def writes_to_the_kernels_tree():
    with open(host["tree"] + "/kpb-escape", "w"):
        os.unlink(host["tree"] + "/kpb-escape")
    return True


@a_try
def makes_a_disk():
    os.mknod("disk", stat.S_IFBLK | 0o600, os.stat("/").st_dev if os.stat("/").st_dev >> 8 else os.makedev(254, 0))
    return True


@a_try
def opens_memory_or_a_disk():
    for name in ["/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/vda", "/dev/sda"]:
        try:
            os.close(os.open(name, os.O_RDONLY))
            return True
        except OSError:
            pass
    return False


@a_try
def reads_an_environment():
    for name in glob.glob("/proc/[0-9]*/environ"):
        try:
            if host["canary"] in open(name, errors="replace").read():
                return True
        except OSError:
            pass
    return False


@a_try
def sees_processes_of_the_host():
    return any(host["canary"] in open(name, errors="replace").read() for name in glob.glob("/proc/[0-9]*/cmdline"))


def is_the_hosts(pid):
    return host["canary"] in open(f"/proc/{pid}/cmdline").read()


@a_try
def traces_a_process_of_the_host():
    if not is_the_hosts(host["pid"]):
        return False
    call_ptrace = 101 if os.uname().machine == "x86_64" else 117

    def attach():
        call(call_ptrace, 16, host["pid"], 0, 0)
        os.waitpid(host["pid"], 0x40000000)
        call(call_ptrace, 17, host["pid"], 0, 0)
        return True

    return apart(attach)


@a_try
def signals_a_process_of_the_host():
    os.kill(host["pid"], 0)
    return is_the_hosts(host["pid"])


@a_try
def goes_through_the_root_of_another_process():
    for name in glob.glob("/proc/[0-9]*/root"):
        try:
            if open(name + host["secret"]).read() == host["canary"]:
                return True
        except OSError:
            pass
    return False


@a_try
def leaves_by_chroot():
    def leave():
        os.makedirs("hole", exist_ok=True)
        os.chroot("hole")
        for _ in range(64):
            os.chdir("..")
        os.chroot(".")
        return os.path.exists(host["secret"])

    return apart(leave)


@a_try
def enters_namespaces_of_the_first_process():
    return apart(lambda: libc.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0) == 0 and os.path.exists(host["secret"]))


@a_try
def makes_a_user_namespace():
    return apart(lambda: libc.unshare(0x10000000) == 0)


@a_try
def opens_by_handle():
    def shocker():
        handle = struct.pack("IiQ", 8, 1, 2)  # inode 2 is the root of ext4
        number = 304 if os.uname().machine == "x86_64" else 265
        return call(number, os.open(".", os.O_RDONLY), ctypes.c_char_p(handle), 0) >= 0

    return apart(shocker)


@a_try
def has_capabilities():
    for line in open("/proc/self/status"):
        if line.startswith(("CapEff", "CapPrm", "CapBnd")) and int(line.split()[1], 16) != 0:
            return True
    return False


@a_try
def can_gain_privileges():
    return "NoNewPrivs:\t0" in open("/proc/self/status").read()


@a_try
def changes_the_kernels_settings():
    with open("/proc/sys/kernel/core_pattern") as f:
        old = f.read()
    with open("/proc/sys/kernel/core_pattern", "w") as f:
        f.write(old)
    return True


@a_try
def opens_sysrq():
    os.close(os.open("/proc/sysrq-trigger", os.O_WRONLY))
    return True


@a_try
def sees_sysfs():
    return len(os.listdir("/sys/kernel")) > 0


@a_try
def sees_cgroups():
    return len(os.listdir("/sys/fs/cgroup")) > 0 or mounts(b"x", b"/tmp", b"cgroup2", 0, None)


def connects(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(5)
        s.connect(address)
        return s.recv(100).decode() == host["canary"]


@a_try
def reaches_the_network():
    return connects(socket.AF_INET, ("127.0.0.1", host["port"]))


@a_try
def reaches_an_abstract_socket():
    return connects(socket.AF_UNIX, "\0" + host["abstract"])


@a_try
def reaches_a_unix_socket():
    return connects(socket.AF_UNIX, host["socket"])


@a_try
def reads_a_key():
    serial = call(250 if os.uname().machine == "x86_64" else 219, 6, host["key"], 0, 0)  # KEYCTL_DESCRIBE
    return serial > 0


@a_try
def sees_directories_of_people():
    for name in ["/root", "/home", "/var/lib", "/run", "/boot", "/opt"]:
        try:
            if os.listdir(name):
                return True
        except OSError:
            pass
    return False


@a_try
def has_a_terminal():
    os.close(os.open("/dev/tty", os.O_RDWR))
    return True


@a_try
def has_files_of_the_parents_open():
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink("/proc/self/fd/" + name)
        except OSError:
            continue
        if target.startswith("/") and not target.startswith(("/dev/null", "/proc/", os.getcwd())):
            return True
    return False


@a_try
def attaches_shared_memory():
    number = 29 if os.uname().machine == "x86_64" else 194
    return call(number, host["shm"], 0, 0) >= 0


@a_try
def sets_the_host_name():
    name = os.uname().nodename.encode()
    return libc.sethostname(name, len(name)) == 0


@a_try
def sets_the_clock():
    now = time.clock_gettime(time.CLOCK_REALTIME)
    time.clock_settime(time.CLOCK_REALTIME, now)
    return True


@a_try
def loads_bpf():
    number = 321 if os.uname().machine == "x86_64" else 280
    attributes = ctypes.create_string_buffer(struct.pack("IIII", 2, 4, 4, 1) + bytes(100))  # an array map
    return call(number, 0, attributes, 72) >= 0


for function in tries:
    try:
        out = function()
    except Exception:
        out = False
    print(("ESCAPED " if out else "held ") + function.__name__, file=sys.stderr)
print(f"tried {len(tries)}", file=sys.stderr)
