#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# kpb series on a real Slurm: munged, slurmctld and two slurmd on this machine, started here in a
# directory of their own and stopped at the end. The results must be the same bytes as those of the
# local engine with the same manifest.
#
#   slurm.py together    all cells, two nodes
#   slurm.py vanishes    the submitting process is killed; the jobs, and the run that waits for
#                        them, finish without it
#   slurm.py cancelled   Ctrl-C removes the jobs from Slurm; the same command continues
#   slurm.py node-lost   a node is killed in the middle; Slurm requeues its jobs, and they end on
#                        the other
#
# Needs root, slurm-wlm and munge; skipped (77) without them.
import glob
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PREFIX, FIXTURES, SYNTH, SOURCE = (os.environ["KPB_" + name] for name in ("PREFIX", "FIXTURES", "SYNTH", "SOURCE"))
KPB = os.path.join(PREFIX, "bin", "kpb")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def skip(why):
    print("SKIPPED: " + why)
    sys.exit(77)


def fail(why):
    raise SystemExit("FAILED: " + why)


def until(what, condition, seconds=240):
    """Waits for a condition. The time limit only catches hangs; no result depends on it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    fail("in %d s it did not come to: %s" % (seconds, what))


class Cluster:
    """One controller, and nodes b1 and b2 with one processor each."""

    def __init__(self, root):
        self.root, self.running = root, {}
        for name in ("munge", "state", "spool-b1", "spool-b2"):
            os.makedirs(os.path.join(root, name), mode=0o755)
        port = 20000 + os.getpid() % 20000
        self.conf = os.path.join(root, "slurm.conf")
        with open(self.conf, "w") as file:
            file.write("""
ClusterName=kpbtest
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmctldPort=%d
AuthType=auth/munge
AuthInfo=socket=%s/munge/socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=%s/state
SlurmdSpoolDir=%s/spool-%%n
SlurmctldPidFile=%s/slurmctld.pid
SlurmdPidFile=%s/slurmd-%%n.pid
SlurmctldLogFile=%s/slurmctld.log
SlurmdLogFile=%s/slurmd-%%n.log
SlurmdTimeout=10
ReturnToService=2
MpiDefault=none
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
NodeName=b1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=%d CPUs=1 State=UNKNOWN
NodeName=b2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=%d CPUs=1 State=UNKNOWN
PartitionName=main Nodes=b1,b2 Default=YES MaxTime=INFINITE State=UP
""" % (port, root, root, root, root, root, root, root, port + 1, port + 2))
        with open(os.path.join(root, "cgroup.conf"), "w") as file:
            file.write("CgroupPlugin=cgroup/v1\nIgnoreSystemd=yes\n")
        self.environment = {"PATH": PATH, "HOME": root, "LC_ALL": "C.UTF-8", "SLURM_CONF": self.conf,
                            "SOURCE_DATE_EPOCH": "1700000000"}

    def begin(self, name, *command):
        log = open(os.path.join(self.root, name + ".out"), "w")
        self.running[name] = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                              stderr=log, start_new_session=True)

    def __enter__(self):
        key = os.path.join(self.root, "munge", "key")
        with open(key, "wb") as file:
            file.write(os.urandom(1024))
        os.chmod(key, 0o400)
        try:
            self.begin("munged", "munged", "--foreground", "--force", "--key-file", key, "--socket",
                       os.path.join(self.root, "munge", "socket"), "--pid-file", os.path.join(self.root, "munge", "pid"),
                       "--log-file", os.path.join(self.root, "munge", "log"), "--seed-file",
                       os.path.join(self.root, "munge", "seed"))
            until("munged answers", lambda: os.path.exists(os.path.join(self.root, "munge", "socket")), 30)
            self.begin("slurmctld", "slurmctld", "-D")
            for node in ("b1", "b2"):
                self.begin(node, "slurmd", "-D", "-N", node)
            until("both nodes idle", lambda: self.ask("sinfo", "-h", "-N", "-o", "%N %T").split("\n")[:2]
                  == ["b1 idle", "b2 idle"], 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.ask("scancel", "--user=root")
        for name in ("b1", "b2", "slurmctld", "munged"):
            self.end(name, signal.SIGTERM)
        # Steps have sessions of their own; only on systems with cgroups do they end with their
        # node's daemon.
        for step in self.steps("b1") + self.steps("b2"):
            kill_tree(step)

    def end(self, name, number):
        process = self.running.pop(name, None)
        if process is None:
            return
        try:
            os.kill(process.pid, number)
            process.wait(timeout=20)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def ask(self, *command):
        return subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL).stdout.decode()

    def steps(self, node):
        """The slurmstepd processes of a node, recognised by the spool's name in their command
        line."""
        found = []
        for path in glob.glob("/proc/[0-9]*"):
            try:
                name = open(path + "/comm").read().strip()
                environment = open(path + "/environ", "rb").read()
            except OSError:
                continue
            if name == "slurmstepd" and self.conf.encode() in environment:
                script = glob.glob(path + "/task/*/children")
                found.append((int(path.split("/")[2]), script))
        return [pid for pid, _ in found if self.node_of(pid) == node]

    def node_of(self, step):
        for child in children(step):
            try:
                for word in open("/proc/%d/environ" % child, "rb").read().split(b"\0"):
                    if word.startswith(b"SLURMD_NODENAME="):
                        return word.split(b"=")[1].decode()
            except OSError:
                pass
        return ""


def children(pid):
    try:
        return [int(word) for word in open("/proc/%d/task/%d/children" % (pid, pid)).read().split()]
    except OSError:
        return []


def kill_tree(pid):
    for child in children(pid):
        kill_tree(child)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def headers():
    found = sorted(path for path in glob.glob("/usr/src/linux-headers-*") if os.path.exists(path + "/Module.symvers"))
    return found[-1].replace("/usr/src/linux-headers-", "") if found else None


def prepare(root, cells):
    """A manifest of hand-written modules that are compiled against installed headers, a few seconds
    per cell."""
    release = headers()
    if release is None:
        skip("no headers of a kernel are installed")
    work = os.path.join(root, "work")
    os.makedirs(work)
    shutil.copy(os.path.join(SOURCE, "docs", "example", "cmdline-livepatch.c"), os.path.join(work, "fix.c"))
    with open(os.path.join(work, "m.yml"), "w") as file:
        file.write("defaults: {replace: true, backends: [rpm-build, deb], limits: {time: 10m}}\npackages:\n")
        for number in range(cells):
            file.write("  - {name: fix-%d, functions: ['vmlinux:cmdline_proc_show'], patches: [{filename: fix.c, kernels: [%s]}]}\n"
                       % (number, release))
    return work


def build(cluster, work, out, *more):
    return subprocess.Popen([KPB, "series", "build", "-o", out, *more, "m.yml"], env=cluster.environment, cwd=work,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def finish(process, wanted=0, seconds=900):
    words, _ = process.communicate(timeout=seconds)
    words = words.decode("utf8", "replace")
    if process.returncode != wanted:
        fail("exit status %d: %s" % (process.returncode, words[-2000:]))
    return words


def results(out):
    found = {}
    for base, _, files in os.walk(out):
        for name in files:
            path = os.path.relpath(os.path.join(base, name), out)
            if not path.startswith(".kpb"):
                found[path] = hashlib.sha256(open(os.path.join(out, path), "rb").read()).hexdigest()
    return found


def compare(work, cluster, out):
    local = os.path.join(work, "local")
    finish(build(cluster, work, local))
    wanted, found = results(local), results(out)
    if wanted != found:
        fail("the results differ from the local engine's: %s" % sorted(
            name for name in {**wanted, **found} if wanted.get(name) != found.get(name)))
    print("%d files, the bytes of the local engine" % len(wanted))


def together(cluster, root):
    work = prepare(root, 6)
    out = os.path.join(work, "out")
    words = finish(build(cluster, work, out, "--engine", "slurm"))
    if "6 cells: 6 built" not in words:
        fail(words)
    nodes = set()
    for path in glob.glob(cluster.root + "/slurmd-*.log"):
        if "Launching batch job" in open(path).read() or "launch" in open(path).read().lower():
            nodes.add(os.path.basename(path))
    print("nodes that worked: %s" % ", ".join(sorted(nodes)))
    if len(nodes) != 2:
        fail("only %s worked" % nodes)
    compare(work, cluster, out)
    words = finish(build(cluster, work, out, "--engine", "slurm"))
    if "6 cells: 6 reused" not in words:
        fail(words)


def queue(cluster):
    return [line for line in cluster.ask("squeue", "-h", "-r", "-o", "%i %j %T %N").split("\n") if line]


def vanishes(cluster, root):
    work = prepare(root, 4)
    out = os.path.join(work, "out")
    process = build(cluster, work, out, "--engine", "slurm")
    until("the jobs and the last one are submitted", lambda: len(queue(cluster)) == 5)
    process.kill()
    process.communicate()
    states = finish(subprocess.Popen([KPB, "series", "status", "-o", out, "m.yml"], env=cluster.environment, cwd=work,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    if "running" not in states or "Slurm's job " not in states:
        fail("status does not know the jobs that go on: " + states)
    until("an empty queue", lambda: not queue(cluster), 600)
    if not os.path.exists(os.path.join(out, "series.json")):
        fail("nobody finished: " + "".join(open(p).read() for p in glob.glob(out + "/.kpb/slurm/goes-on.log")))
    states = [cell["state"] for cell in json.load(open(os.path.join(out, "series.json")))["cells"]]
    if states != ["done"] * 4:
        fail("the states are %s" % states)
    compare(work, cluster, out)


def cancelled(cluster, root):
    work = prepare(root, 4)
    out = os.path.join(work, "out")
    process = build(cluster, work, out, "--engine", "slurm")
    until("jobs run", lambda: any(" RUNNING " in line for line in queue(cluster)))
    process.send_signal(signal.SIGINT)
    finish(process, wanted=130)
    until("an empty queue", lambda: not queue(cluster), 60)
    words = finish(build(cluster, work, out, "--engine", "slurm"))
    if "failed" in words:
        fail(words)
    compare(work, cluster, out)


def node_lost(cluster, root):
    work = prepare(root, 8)
    out = os.path.join(work, "out")
    process = build(cluster, work, out, "--engine", "slurm")
    until("b2 runs a job", lambda: cluster.steps("b2"))
    before = [line.split()[0] for line in queue(cluster) if line.endswith(" b2")]
    steps = cluster.steps("b2")
    cluster.end("b2", signal.SIGKILL)
    for step in steps:
        kill_tree(step)
    print("b2 is gone, with %s" % ", ".join(before))
    words = finish(process)
    if "8 cells: 8 built" not in words:
        fail(words)
    log = open(cluster.root + "/slurmctld.log").read()
    if "requeue job" not in log and "Requeue" not in log:
        fail("Slurm put nothing back")
    print("Slurm: " + next(line for line in log.split("\n") if "equeue" in line))
    compare(work, cluster, out)


CASES = {"together": together, "vanishes": vanishes, "cancelled": cancelled, "node-lost": node_lost}


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in CASES:
        sys.exit("slurm.py " + "|".join(CASES))
    if os.geteuid() != 0:
        skip("slurmd is started by root only")
    for program in ("slurmctld", "slurmd", "sbatch", "munged"):
        if shutil.which(program, path=PATH) is None:
            skip(program + " is not installed")
    root = tempfile.mkdtemp(prefix="kpb-slurm.")
    try:
        with Cluster(root) as cluster:
            CASES[sys.argv[1]](cluster, root)
    finally:
        if "KPB_KEEP" not in os.environ:
            shutil.rmtree(root, ignore_errors=True)
        else:
            print("kept: " + root)


if __name__ == "__main__":
    main()
