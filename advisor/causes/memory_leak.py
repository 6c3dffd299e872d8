"""Something keeps memory from step to step.

What it means
    Tensors that still hold their graph are kept in a list, or a running sum of losses keeps every step's
    graph alive. A smaller batch only delays the end.

How it is weighed
    For: memory grew steadily, to `GREW` times its start or more, before it ran out. Against: level memory; an
    end before the first logged step.

What to change
    retained_graph: keep loss.item(), not loss.

References
    PyTorch, Frequently Asked Questions: "My model reports CUDA runtime error: out of memory".
"""

from advisor.curves import flat, line
from advisor.finding import Change, Evidence
from advisor.problems.out_of_memory import CUDA
from advisor.statistics.noise import rank_trend

EXPLAINS = ("out-of-memory", "memory-growth")
PRIOR = {"out-of-memory": -4.0, "memory-growth": 6.0}
GREW = 1.3


def growth(memory):
    """The last quarter's median over the first point's, None where too little was logged or memory did not move in one direction."""
    if memory is None or len(m := memory.finite()) < 5 or m.values[0] <= 0:
        return None
    grew = float(m.values[-max(1, len(m) // 4) :].mean() / m.values[: max(1, len(m) // 4)].mean())
    return grew if grew < GREW or rank_trend(m.values) > 0.8 else 1.0


def weigh(finding, memory=None):
    if finding.problem == "out-of-memory" and not finding.evidence[0].last_step:
        yield Evidence("lines", 0, 0, "ran out before a first step was logged, with no time to grow: steps", 0.0, weight=-12.0)
    if (grew := growth(memory)) is not None:
        steps = memory.finite().steps
        yield Evidence(
            "memory", int(steps[0]), int(steps[-1]), "memory at the end over the start", grew, GREW, 14.0 if grew >= GREW else -10.0
        )


def changes(run, finding):
    yield Change("retained_graph", to="off", why="memory grew from step to step: something keeps each step's graph alive")


BAD = {
    "memory grows, not yet out": dict(memory=line(2.0, 16.0)),
    "memory grew": dict(lines=(CUDA,), train_loss=line(2.3, 1.0), memory=line(2.0, 16.0)),
}
GOOD = {"memory was level": dict(lines=(CUDA,), memory=flat(8.0))}
