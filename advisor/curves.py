"""Synthetic curves, added and multiplied to draw the examples of a rule.

Each is an array of shape (POINTS,) over one run, logged at equal steps. A shorter array is a signal that was logged
less often over the same run.
"""

from pathlib import Path

import numpy as np

from advisor.run import Run
from advisor.scalar import Histogram, Scalar, scalar

POINTS = 200
LAST_STEP = 4000
T = np.linspace(0, 1, POINTS)  # progress through the run


def fall(start=2.3, end=0.2, rate=12.0):
    """Exponential decay from `start` towards `end`, `rate` time constants long: the shape of a healthy loss."""
    return end + (start - end) * np.exp(-rate * T)


def rise(by, after=0.5):
    """Zero, then a straight climb to `by`."""
    return by * np.clip((T - after) / (1 - after), 0, None)


def line(start, end):
    """A straight line from the one value to the other."""
    return start + (end - start) * T


def flat(value):
    """The same value throughout."""
    return np.full(POINTS, float(value))


def step_to(before, after, at):
    """`before`, and from the share `at` of the run on `after`."""
    return np.where(at > T, before, after) * np.ones(POINTS)


def noise(scale, seed=0):
    """Multiplicative log-normal noise."""
    return np.exp(scale * np.random.default_rng(seed).standard_normal(POINTS))


def nan_after(share):
    """One, then NaN."""
    return np.where(share > T, 1.0, np.nan)


def spike_at(share, height):
    """Zero but for one point."""
    return np.where(np.arange(POINTS) == int(share * POINTS), float(height), 0.0)


def every(stride, values):
    """The same curve logged less often: every `stride`-th point, the first one on."""
    return values[::stride]


def example(signals) -> Run:
    """A run that logged these signals and nothing else: arrays become scalars, dicts of arrays one scalar a key, the rest stays."""
    found = {name: logged(name, value) for name, value in signals.items()}
    run = Run(Path("example"), {name: value for name, value in found.items() if isinstance(value, Scalar)}, name="example")
    run.__dict__["signals"] = found
    return run


def logged(name, value):
    """What a rule would be given: an array as a Scalar over steps 0 to LAST_STEP, a dict key by key, anything else as it is."""
    if isinstance(value, dict):
        return {key: logged(f"{name}/{key}", v) for key, v in value.items()}
    if not isinstance(value, np.ndarray):
        return value
    return scalar(np.round(np.linspace(0, LAST_STEP, len(value))), value, tag=name)


def rescaled(value, transform):
    """`transform` applied to every Scalar and to the steps of a signal."""
    if isinstance(value, dict):
        return {key: rescaled(v, transform) for key, v in value.items()}
    if isinstance(value, tuple) and value and all(isinstance(step, int) for step in value):  # steps, as restarts are
        return tuple(map(int, transform(scalar(value, value)).steps))
    return transform(value) if isinstance(value, Scalar | Histogram) else value
