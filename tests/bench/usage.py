#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# usage.py COMMAND...: runs it, and writes its seconds of processor time and its MiB of memory, both with its
# children's, as the last line of standard error: "usage 0.12 34.5". Ends as the command did.
import subprocess
import sys


def run(command, **how):
    """(status, seconds of processor, MiB) of a command that waits for its own children."""
    import os
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, **how) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    status, seconds, memory = run(sys.argv[1:])
    print("usage %.2f %.1f" % (seconds, memory), file=sys.stderr)
    sys.exit(status if status >= 0 else 128 - status)
