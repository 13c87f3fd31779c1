# Compares a linter's output with a list that gives a reason for each line: a new line fails, one
# more of a known kind fails, and so does a missing one, since the list must not outlive its
# reasons.
# SPDX-License-Identifier: GPL-2.0-only
import collections


def read(path, cases):
    """{case: Counter of lines} of "CASE,CASE WORDS...  # reason" lines."""
    expected = {name: collections.Counter() for name in cases}
    for line in open(path):
        line = line.split("#")[0].split()
        if line:
            for case in line[0].split(","):
                if case in expected:
                    expected[case][" ".join(line[1:])] += 1
    return expected


def differences(case, found, expected):
    """Prints and counts them."""
    new, gone = found - expected, expected - found
    for word, lines in (("new", new), ("gone", gone)):
        for line in sorted(lines.elements()):
            print("not ok %s: %s: %s" % (case, word, line))
    return len(new) + len(gone)
