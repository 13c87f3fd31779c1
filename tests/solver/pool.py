# SPDX-License-Identifier: GPL-2.0-only
"""Random packages and random sets of them. A pool is made once and sets are drawn from it; there
are few functions and two kernels, so that much of it overlaps."""
from dataclasses import dataclass

from recipes import K1, K2, Patch

# One name in two objects and at several positions; position 0 is written as builders write it.
FUNCTIONS = ["vmlinux:open", "vmlinux:open:2", "vmlinux:read:1", "vmlinux:read:0", "nvram:open", "nvram:read",
             "vmlinux:do_one.isra.0", "vmlinux:show", "vmlinux:show:3", "nvram:show:1"]


@dataclass(eq=False)
class Loaded:
    """A package as the kernel sees it (see model.py), and its recipe."""
    recipe: Patch
    base: object = None

    def __post_init__(self):
        self.kernel, self.replace = self.recipe.kernel, self.recipe.replace
        self.functions = frozenset(identity(f) for f in self.recipe.functions)

    def __str__(self):
        how = "replace" if self.replace else "on " + self.base.recipe.stem if self.base else "stacked"
        return "%s@%s (%s: %s)" % (self.recipe.stem, "K1" if self.kernel == K1 else "K2", how, " ".join(self.recipe.functions))


def identity(function):
    """T12: for the kernel, position 0 and position 1 are the same function."""
    obj, name, position = (function.split(":") + ["0"])[:3]
    return obj, name, max(int(position), 1)


def make_pool(random, size, names=tuple(FUNCTIONS), kernels=(K1, K1, K2)):
    pool = []
    for number in range(size):
        # Sometimes one stem is used for both kernels: the packages' names differ.
        kernel = random.choice(kernels)
        functions = tuple(random.sample(names, random.choice((1, 1, 1, 2, 2, 3))))
        if len({identity(f) for f in functions}) < len(functions):
            functions = functions[:1]
        stem = "p%d" % (number if number % 5 else number // 5)
        if any(p.recipe.stem == stem and p.kernel == kernel for p in pool):
            stem = "q%d" % number
        kind = ("replace", "stacked", "hot", "stacked", "hot", "stacked")[number % 6]
        bases = [p for p in pool if p.replace and p.kernel == kernel][:4]
        base = random.choice(bases) if kind == "hot" and bases else None
        recipe = Patch(stem, functions, kernel, kind == "replace", on_top_of=base.recipe if base else None)
        pool.append(Loaded(recipe, base))
    return pool


def make_sets(random, pool, count, sizes=(2, 2, 3, 3, 4, 5)):
    """Sets of two to six (with `sizes`, before bases are added). A patch on top of a base brings
    the base along, because nobody would install it without."""
    stacked = [p for p in pool if not p.replace and p.base is None]
    replacing, hot = [p for p in pool if p.replace], [p for p in pool if p.base]
    sets = []
    while len(sets) < count:
        size = random.choice(sizes)
        kind = random.choice(("any", "replace", "stacked", "stacked", "stacked", "hot", "hot"))
        if kind == "hot":
            base = random.choice(hot).base
            other = [p for p in stacked if p.kernel != base.kernel]
            chosen = [p for p in hot if p.base is base]
            chosen = random.sample(chosen, min(len(chosen), size)) + random.sample(other, min(len(other), random.choice((0, 0, 1))))
        else:
            of_kind = {"any": pool, "replace": replacing, "stacked": stacked}[kind]
            chosen = random.sample(of_kind, 2 if kind == "replace" else min(size, len(of_kind)))
        chosen = list(dict.fromkeys([p.base for p in chosen if p.base] + chosen))[:6]
        if len(chosen) > 1 and all(p.base is None or p.base in chosen for p in chosen):
            random.shuffle(chosen)
            sets.append(chosen)
    return sets
