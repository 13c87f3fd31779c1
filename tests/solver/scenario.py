# SPDX-License-Identifier: GPL-2.0-only
"""How a scenario is written, and how it is executed. It is a list of steps: what the machine has,
what the repository offers, and commands of rpm and dnf. For each command it says whether it is
allowed or refused, what is installed afterwards, and if it is refused, what the message must
name."""
from dataclasses import dataclass, field
from typing import Optional

from parts import Failed
from recipes import K1, KERNEL1, RUNTIME, Metapackage, Patch, Stub, Subscription
from workshop import Workshop
from world import World

RECIPES = (Metapackage, Patch, Stub, Subscription)
BASE = (KERNEL1, RUNTIME)

# How a step may end. SKIPPED: dnf leaves a package as it is, with a message and exit status 0.
ALLOWED, REFUSED, SKIPPED = "allowed", "refused", "skipped"


@dataclass(frozen=True)
class Step:
    tool: str  # rpm, dnf, kpb, have or offer
    words: tuple
    verdict: str = ALLOWED
    names: tuple = ()
    left: Optional[tuple] = None  # None: the same as before

    def allowed(self, *left):
        """It is done, and then exactly this is installed."""
        return Step(self.tool, self.words, ALLOWED, (), left)

    def refused(self, *names):
        """It is not done, nothing has changed, and the message names all of this."""
        return Step(self.tool, self.words, REFUSED, names)

    def skipped(self, *names):
        return Step(self.tool, self.words, SKIPPED, names)

    def leaves_all(self):
        """Exit status 0, and nothing had to be done."""
        return Step(self.tool, self.words, ALLOWED, ())


def have(*recipes):
    return Step("have", recipes, left=recipes)


def machine(*recipes):
    """A kernel, the runtime, and these."""
    return have(*BASE, *recipes)


def offer(*recipes):
    return Step("offer", recipes)


def rpm(*words):
    return Step("rpm", words)


def dnf(*words):
    return Step("dnf", words)


def kpb(recipe):
    """Whether kpb makes it or refuses to."""
    return Step("kpb", (recipe,))


def both_refuse(recipe, *names):
    """One more package, installed by rpm and by dnf."""
    return [offer(recipe), rpm("-i", recipe).refused(*names), dnf("install", recipe).refused(*names)]


def both_allow(recipe, *left):
    return [offer(recipe), rpm("--test", "-i", recipe).leaves_all(), dnf("install", recipe).allowed(*left)]


def slot(kernel=K1):
    return "kpatch-slot(%s)" % kernel


def stack(kernel=K1):
    return "kpatch-stack(%s)" % kernel


def func(function, kernel=K1):
    return "kpatch-func(%s/%s)" % (kernel, function)


@dataclass
class Scenario:
    name: str
    steps: list
    limit: int = 3  # installonly_limit
    reason: str = ""  # why, if the verdict may be surprising

    def recipes(self):
        """All packages that must exist before the first command."""
        found = []
        for step in self.steps:
            if step.tool != "kpb":
                found += [w for w in (*step.words, *(step.left or ())) if isinstance(w, RECIPES)]
        return list(dict.fromkeys(found))


def scenario(name, *steps, limit=3, reason=""):
    flat = []
    for step in steps:
        flat += step if isinstance(step, list) else [step]
    return Scenario(name, flat, limit, reason)


@dataclass
class Outcome:
    scenario: Scenario
    problems: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    broken: bool = False  # the test itself failed, not what it examines


def go_through(scenario, workshop: Workshop, directory):
    """Executes every step on a machine of its own; stops at the first that does not end as it
    should."""
    outcome = Outcome(scenario)
    try:
        world = World(directory, scenario.limit)
        for step in scenario.steps:
            outcome.problems += _step(step, workshop, world, outcome.lines)
            if outcome.problems:
                break
    except Failed as error:
        outcome.problems.append(str(error))
        outcome.broken = True
    return outcome


def _shown(word, workshop):
    return workshop.make(word).nvr if isinstance(word, RECIPES) else word


def _step(step, workshop, world, lines):
    if step.tool == "offer":
        world.offer([workshop.make(r) for r in step.words])
        return []
    if step.tool == "kpb":
        return _kpb_step(step, workshop, lines)
    before = world.installed()
    if step.tool == "have":
        command = "rpm -U " + " ".join(_shown(w, workshop) for w in step.words)
        status, said = world.rpm("-i", *[workshop.make(r).path for r in step.words])
    elif step.tool == "rpm":
        command = "rpm " + " ".join(_shown(w, workshop) for w in step.words)
        erase = "-e" in step.words
        status, said = world.rpm(*[(workshop.make(w).nvr if erase else workshop.make(w).path)
                                   if isinstance(w, RECIPES) else w for w in step.words])
    else:
        command = "dnf " + " ".join(_shown(w, workshop) for w in step.words)
        status, said = world.dnf(*[_shown(w, workshop) for w in step.words])
    after = world.installed()
    wanted = before if step.left is None else sorted(_shown(r, workshop) for r in step.left)
    problems = []
    if (status == 0) != (step.verdict != REFUSED):
        problems.append("exit status %d, but this should be %s" % (status, step.verdict))
    problems += ["the message does not name " + name for name in step.names if name not in said]
    if after != wanted:
        problems.append("left: %s; wanted: %s" % (" ".join(after), " ".join(wanted)))
    if step.tool != "have":
        lines.append("%s: %s%s; left: %s" % (command, step.verdict, ", " + ", ".join(step.names) if step.names else "",
                                             " ".join(after)))
    return ["%s: %s\n%s" % (command, "; ".join(problems), said)] if problems else []


def _kpb_step(step, workshop, lines):
    recipe = step.words[0]
    status, said = workshop.kpb(recipe, workshop.directory(recipe))
    lines.append("kpb build %s: %s %s" % (recipe.stem if hasattr(recipe, "stem") else recipe.kernel, step.verdict, ", ".join(step.names)))
    problems = ["the message does not name " + name for name in step.names if name not in said]
    if status != (2 if step.verdict == REFUSED else 0):
        problems.append("exit status %d, but this should be %s" % (status, step.verdict))
    return ["kpb build: %s\n%s" % ("; ".join(problems), said)] if problems else []
