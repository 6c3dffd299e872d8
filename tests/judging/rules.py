"""What the tests of problems and causes share: their examples, as runs, and ways to log the same run differently."""

from dataclasses import replace

import numpy as np
import pytest

from advisor import curves
from advisor.judging import engine
from advisor.scalar import Scalar

TRANSFORMS = {
    "counted in other steps": lambda s: replace(s, steps=s.steps * 7),
    "counted from another step": lambda s: replace(s, steps=s.steps + 100_000),
    "logged half as often": lambda s: s[::2] if len(s) >= 40 else s,
}
LOSSES = ("train_loss", "val_loss")


def examples(rules, kind):
    return [
        pytest.param(rule, signals, id=f"{rule.name}: {title}") for rule in rules for title, signals in getattr(rule.module, kind).items()
    ]


def changed(signals, transform, only=None):
    """The example's run with `transform` applied to each of its scalars (of the signals in `only`)."""
    run = curves.example(signals)
    for name, value in run.signals.items():
        if only is None or name in only:
            run.signals[name] = curves.rescaled(value, transform)
    return run


def scaled(factor):
    return lambda s: replace(s, values=s.values * factor) if isinstance(s, Scalar) else s


def found(run, problems=None):
    """Names of the problems found in the run, loud or not."""
    return {f.problem for f in engine.diagnose(run, problems).findings}


def recognized(rule, run):
    """Whether the problem is found in the run. No other is looked for: what one rule sees hangs on the run alone."""
    return rule.name in found(run, [rule])


def first_causes(run):
    """Names of the most probable cause of each finding."""
    return {f.causes[0].cause for f in engine.diagnose(run).findings if f.causes}


def finite(value):
    return value is None or not isinstance(value, float) or np.isfinite(value)
