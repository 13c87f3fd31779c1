# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel does when live patches are loaded one after the other, as rules T1 to T3, which
were measured in booted kernels (docs/relations.md); independent of what kpb and its policies do.
booted.py compares load() with a kernel, order by order; property.py compares conflict() with rpm
and dnf.

A patch has: kernel, replace, functions (a set of (object, name, position)), and base, the patch
that it is meant to be on top of, or None."""
from itertools import permutations


def load(order):
    """The active patches after loading in this order: {patch: the functions that run its code}."""
    on = {}
    for new in order:
        if new.replace:
            on = {}  # T1: every other patch is disabled, whatever it patches
        for functions in on.values():
            functions -= new.functions  # T2, T3: the code that was loaded last runs
        on[new] = set(new.functions)
    return on


def switched_off(order):
    """The patches that lost something to one that was not meant to take it."""
    on = load(order)
    meant = {p: {f for q in order if q.base is p for f in q.functions} for p in order}
    return {p for p in order if p not in on or p.functions - meant[p] - on[p]}


def orders(patches):
    """All orders in which they can be loaded: a patch on top of a base comes after it."""
    return [o for o in permutations(patches) if all(p.base is None or p.base in o[:i] for i, p in enumerate(o))]


def conflict(patches):
    """Whether some order disables one; only patches for the running kernel are loaded at all."""
    return any(switched_off(order) for kernel in {p.kernel for p in patches}
               for order in orders([p for p in patches if p.kernel == kernel]))
