"""A handful of points of both losses that fell as fast at the end as ever: the training was ended too early."""

import numpy as np

from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import ENOUGH
from advisor.wording import percent

SHORTEST = 4  # points


def as_steep_as_ever(train_loss: Scalar | None, val_loss: Scalar | None, far: float) -> Finding | None:
    """Four to nine points of both losses, each lower than the one before, and the last fall is no smaller than a typical one."""
    curves = [c.finite() for c in (train_loss, val_loss) if c is not None]
    if len(curves) < 2 or not all(SHORTEST <= len(c) < ENOUGH for c in curves):
        return None
    falls = [-np.diff(c.values) for c in curves]
    if not all((f > 0).all() and f[-1] >= f.mean() and f.sum() >= far / 2 * abs(c.values[0]) for f, c in zip(falls, curves, strict=True)):
        return None
    t, v = curves
    return Finding(
        f"Training stopped at step {t.steps[-1]} while both losses were falling as fast as ever: the last of {len(t)} points brought "
        f"{percent(falls[0][-1] / falls[0].sum())} of the training loss's fall (to {t.values[-1]:.3g}) and "
        f"{percent(falls[1][-1] / falls[1].sum())} of the validation loss's (to {v.values[-1]:.3g}).",
        tuple(
            Evidence(name, int(c.steps[-2]), int(c.steps[-1]), "share of its fall at the last point", float(f[-1] / f.sum()), 1 / len(f))
            for name, c, f in zip(("train_loss", "val_loss"), curves, falls, strict=True)
        ),
        confidence=0.8,
    )
