"""Memory in use grows from step to step.

What it means
    A training of constant batches needs constant memory after its first steps. Steady growth ends in an out-of-memory error, sooner or
    later, and a smaller batch only moves that end.

How it is detected
    Memory rose by `growth` or more over the run, in a steady trend (rank correlation of `steady` or more, in its second half too), and
    the second half had at least the share `lasting` of it: caches fill up, and longer batches than any before become rare.

References
    PyTorch, Frequently Asked Questions: "My model reports CUDA runtime error: out of memory".
"""

import numpy as np

from advisor.curves import T, flat, line, noise, step_to
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import binned, enough
from advisor.statistics.noise import rank_trend
from advisor.wording import percent


def check(memory, *, growth=0.08, steady=0.9, lasting=0.33):
    curve = enough(memory)
    bins = binned(curve).values
    half, first, last = len(bins) // 2, int(curve.steps[0]), int(curve.steps[-1])
    if min(bins[0], bins[half]) <= 0:
        return
    grew, late = bins[-1] / bins[0] - 1, (bins[-1] - bins[half]) / max(bins[-1] - bins[0], 1e-12)
    if grew < growth or late < lasting or min(rank_trend(bins), rank_trend(bins[half:])) < steady:
        return
    yield Finding(
        f"Memory grew {percent(grew)} from step {first} to step {last}, {percent(late)} of that in the second half.",
        (Evidence("memory", first, last, "growth over the run", float(grew), growth),),
        confidence=confidence(grew, growth),
    )


BAD = {
    "a steady climb": dict(memory=line(2.0, 8.0) * noise(0.01)),
    "a slow climb": dict(memory=line(2.0, 2.2) * noise(0.001)),
}
GOOD = {
    "level": dict(memory=flat(8.0) * noise(0.01)),
    "a step when validation begins": dict(memory=step_to(6.0, 9.0, 0.2)),
    "breathes with the lengths of sentences": dict(memory=8.0 + 3.0 * np.sin(60 * T)),
    "breathes and drifts": dict(memory=6.0 + 4.0 * np.sin(9 * T) + 3.0 * T),
    "a cache fills up": dict(memory=2.0 + 3.0 * (1 - np.exp(-3 * T))),
    "ever longer batches, ever more rarely": dict(memory=6.0 + 0.4 * np.floor(np.log2(1 + 1000 * T))),
    "climbs by next to nothing": dict(memory=line(2.0, 2.1) * noise(0.001)),
}
