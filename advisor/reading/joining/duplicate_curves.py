"""The same curve logged twice: by two formats, by the ranks of one training, in a copy of a file, or over another axis."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.noise import typical_spacing
from advisor.wording import first_few

ENOUGH = 3  # shared steps from which two curves can be compared
ALIKE = 0.9  # share of the points they share that must be the same
ROUNDED = 1e-3  # by which two records of one number may differ
IN_STEP = 20  # shared steps from which two clocks can be compared
DRIFT = 0.1  # of the time from one point to the next
PREFIX = re.compile(r"^(?:ray/tune/|train(?:ing)?[/_])(?=.)")
OTHER_AXIS = re.compile(r"^(.+?)[ _]vs[ _](samples|tokens|time)$")


def shared_name(tag: str) -> str:
    """A tag as two formats may share it: "train/loss" of the one is "loss" of the other, "eval/loss" is "eval_loss"."""
    return PREFIX.sub("", tag).replace("/", "_").lower()


def same_values(one: Scalar, other: Scalar) -> bool | None:
    """Whether two curves hold the same values at the steps they share; where they count by ones, one may count from 0 and one from 1.

    None where they share too few steps to tell.
    """
    shifts = (0, 1, -1) if typical_spacing(one.steps) == typical_spacing(other.steps) == 1 else (0,)
    told = [_agree(one, replace(other, steps=other.steps + shift)) for shift in shifts]
    return True if True in told else told[0]


def _agree(one: Scalar, other: Scalar) -> bool | None:
    _, mine, its = np.intersect1d(one.steps, other.steps, return_indices=True)
    enough = len(mine) >= ENOUGH and 2 * len(mine) >= min(len(one), len(other))
    return nearly_equal(one.values[mine], other.values[its]) if enough else None


def varies(curve: Scalar) -> bool:
    """Whether it has two finite values that differ."""
    values = curve.finite().values
    return len(values) > 1 and bool(np.ptp(values) > 0)


def nearly_equal(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether these values, each of shape (n,), are the same but for rounding, ALIKE of them at least; NaN equals NaN."""
    scale = float(np.median(np.abs(a[np.isfinite(a)]))) if np.isfinite(a).any() else 0.0
    return bool(np.isclose(a, b, rtol=ROUNDED, atol=ROUNDED * scale, equal_nan=True).mean() >= ALIKE)


def in_lockstep(one: Scalar, other: Scalar) -> bool:
    """Whether two curves were logged in lockstep and differ by no more than their noise, as those of ranks of one training do."""
    _, mine, its = np.intersect1d(one.steps, other.steps, return_indices=True)
    if len(mine) < max(IN_STEP, ALIKE * max(len(one), len(other))):
        return False
    a, b, wall = one.values[mine], other.values[its], one.wall[mine]
    apart = np.subtract(*np.percentile(wall - other.wall[its], (95, 5)))
    noise = np.nanmedian(np.abs(np.diff(a))) + np.nanmedian(np.abs(np.diff(b)))
    return bool(apart <= DRIFT * np.median(np.diff(wall)) and np.nanmedian(np.abs(a - b)) <= noise)


def matching_tags(mine: Mapping[str, Scalar], its: Mapping[str, Scalar]) -> dict[str, str]:
    """Tag of its curves to tag of mine, for each curve both have by name; one of another spelling must have the same values."""
    by_name: dict[str, list[str]] = {}
    for tag in mine:
        by_name.setdefault(shared_name(tag), []).append(tag)
    found = {tag: tag for tag in its if tag in mine}
    for tag in its.keys() - found.keys():
        alike = [t for t in by_name.get(shared_name(tag), ()) if t not in its and same_values(mine[t], its[tag])]
        found |= {tag: alike[0]} if alike else {}
    return found


def without_other_axes(scalars: Mapping[str, Scalar]) -> tuple[dict[str, Scalar], list[str]]:
    """The curves without those that repeat one over another axis, as Megatron's "lm loss vs samples" does, and a sentence on these."""
    twins = [tag for tag, curve in scalars.items() if _is_twin(curve, scalars, OTHER_AXIS.match(tag))]
    n = (
        f"{len(twins)} curves that repeat another over other steps were"
        if len(twins) > 1
        else "1 curve that repeats another over other steps was"
    )
    told = f"{n} left out: {first_few(twins, ENOUGH)}"
    return {tag: curve for tag, curve in scalars.items() if tag not in twins}, [told] if twins else []


def _is_twin(curve: Scalar, scalars: Mapping[str, Scalar], parted: re.Match | None) -> bool:
    own = scalars.get(parted[1]) if parted else None
    return own is not None and len(own) == len(curve) and bool(np.isclose(own.values, curve.values, equal_nan=True).mean() >= ALIKE)
