"""The steps of many lines at once: what `Steps.at` says of them one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.reading.printed.names import BATCH, STEPS
from advisor.reading.printed.plan import Plan
from advisor.reading.printed.steps import Axis, Steps

STAYS, EPOCH, STEP = 0, 1, 2  # a line belongs where the one above it did, names its epoch only, counts a step


@dataclass(frozen=True)
class Counts:
    """What lines count: arrays of shape (n,).

    Attributes
    ----------
    kind : int array
        `STAYS`, `EPOCH` or `STEP`.
    word : int array
        Of `words`, the one by which a line counts its step; -1 where it counts none.
    epoch, step, total : float array
        NaN where a line tells no epoch, 0 where it tells no step or total.
    """

    kind: np.ndarray
    word: np.ndarray
    epoch: np.ndarray
    step: np.ndarray
    total: np.ndarray
    words: Sequence[str]

    def of(self, lines: slice) -> "Counts":
        """The same of some of the lines."""
        return Counts(self.kind[lines], self.word[lines], self.epoch[lines], self.step[lines], self.total[lines], self.words)


def kind_of(plan: Plan) -> int:
    """What a line of this plan counts, as far as the plan tells."""
    if (
        not plan.counts
        or not (plan.values or plan.leads)
        or (plan.validates and STEPS.get(plan.word, 1) == BATCH and plan.step is not None)
    ):
        return STAYS
    return EPOCH if plan.step is None else STEP


def turns(counts: Counts, counted: bool) -> np.ndarray:
    """Where lines can hardly be placed together with those above them, shape (n,); `counted` is whether steps were counted before."""
    found = np.zeros(len(counts.kind), bool)
    if not counted and not counts.words:
        found[np.flatnonzero(counts.kind == EPOCH)[:1]] = True
        return found
    epochs = forward(counts.epoch, np.nan)
    for word in range(len(counts.words)):
        at = np.flatnonzero((counts.kind == STEP) & (counts.word == word))
        found[at[:1]] = True
        told, total = epochs[at], counts.total[at] > 0
        goes_on = (told[1:] >= told[:-1]) | (np.isnan(told[1:]) & np.isnan(told[:-1]))
        found[at[1:]] = ~goes_on | (total[1:] != total[:-1])
    moves = np.flatnonzero(counts.kind != STAYS)
    found[moves[:1]] = True
    found[moves] |= _unlearns(counts.kind[moves], epochs[moves], counted)
    return found


def _unlearns(kind: np.ndarray, epochs: np.ndarray, counted: bool) -> np.ndarray:
    """Of lines that count, those that end what steps have told, and the first steps after them, shape (n,).

    A line ends it by naming another epoch where no step was counted since the last.
    """
    found = np.zeros(len(kind), bool)
    again = np.flatnonzero((kind[1:] == EPOCH) & (kind[:-1] == EPOCH) & (epochs[1:] != epochs[:-1])) + 1
    steps = np.cumsum(kind == STEP)
    before = np.append(-1 if counted else 0, steps[again])
    ends = again[before[1:] != before[:-1]]
    found[ends] = True
    firsts = np.searchsorted(steps, steps[ends] + 1)
    found[firsts[firsts < len(kind)]] = True
    return found


def steps_of(state: Steps, counts: Counts) -> np.ndarray | None:
    """The steps of lines, shape (n,), NaN of all where nothing tells; None where they have to be looked at one by one.

    The state is then that after the last of them; where they have to be looked at, it is left as it was.
    """
    counting, naming = counts.kind == STEP, counts.kind == EPOCH
    if not (counting.any() or naming.any()):
        return np.full(len(naming), np.nan if state.position is None else state.position)
    if not state.counted:
        return None if counting.any() or state.position is None else _by_epochs(state, np.where(naming, counts.epoch, np.nan))
    told = np.where(counts.kind == STAYS, np.nan, counts.epoch)
    epochs = forward(told, np.nan if state.epoch is None else state.epoch)
    if naming.any() and not _each_moved(state, counts.kind, epochs):
        return None
    at = np.full(len(naming), np.nan)
    own = {word: np.flatnonzero(counting & (counts.word == i)) for i, word in enumerate(counts.words)}
    axes = {word: _on_axis(word, state.axes.get(word), counts, lines, epochs, at) for word, lines in own.items() if len(lines)}
    if not all(axes.values()):
        return None
    state.axes |= {word: axis for word, axis in axes.items() if axis}
    at = forward(at, np.nan if state.position is None else state.position)
    state.moved = bool(counting[np.flatnonzero(counts.kind != STAYS)[-1]])
    state.epoch = None if np.isnan(epochs[-1]) else float(epochs[-1])
    state.position = float(at[-1])
    return at


def _by_epochs(state: Steps, told: np.ndarray) -> np.ndarray:
    """The steps of lines where nothing counts but epochs."""
    at = forward(told, state.position or 0.0)
    state.moved = False
    state.epoch = state.position = float(at[-1])
    return at


def _each_moved(state: Steps, kind: np.ndarray, epochs: np.ndarray) -> bool:
    """Whether a step was counted before each line that names another epoch only."""
    moves = np.flatnonzero(kind != STAYS)
    counted = np.append(state.moved, kind[moves[:-1]] == STEP)
    before = np.append(np.nan if state.epoch is None else state.epoch, epochs[moves[:-1]])
    return bool((counted | (kind[moves] == STEP) | (epochs[moves] == before)).all())


def _on_axis(word: str, axis: Axis | None, counts: Counts, own: np.ndarray, epochs: np.ndarray, at: np.ndarray) -> Axis | None:
    """The axis after its `own` lines, which count by its word, and whose steps are put into `at`; None where they have to be looked at."""
    epoch, step, total = epochs[own], counts.step[own], counts.total[own]
    if axis is None or axis.last is None or (total > 0).any() != (total > 0).all() or not np.isfinite(total).all():
        return None
    before, last = np.append(np.nan if axis.epoch is None else axis.epoch, epoch[:-1]), np.append(axis.last, step[:-1])
    length = total if total[0] else np.maximum.accumulate(np.append(axis.length, step))[1:]
    whole = np.append(axis.length, length[:-1])
    restarts = STEPS.get(word, 1) == BATCH
    if restarts and total[0] and (((last == whole) & (epoch == before) & (total != whole)) | (last > whole) | (step > total)).any():
        return None  # batches of an evaluation, see `Axis.is_done_with`, or more than there were said to be
    rise = np.where(step > last, step - last, np.nan)
    strides = forward(np.append(axis.stride, rise), axis.stride)
    if np.isnan(epoch).all():
        anew = np.where(restarts & (step < last), length, 0.0)
    elif (epoch >= before).all():
        later = (epoch > before) & ((restarts & (total > 0)) | (step <= last))
        anew = np.where(later, length * (np.trunc(epoch) - np.trunc(before)) + np.where((total > 0) | (step != 0), 0.0, strides[:-1]), 0.0)
    else:
        return None
    bases = np.cumsum(np.append(axis.base, anew))[1:]
    at[own] = bases + step
    end = axis.epoch if np.isnan(epoch[-1]) else float(epoch[-1])
    return Axis(float(bases[-1]), float(step[-1]), float(length[-1]), float(strides[-1]), end, axis.first)


def forward(values: np.ndarray, before: float) -> np.ndarray:
    """The values, shape (n,), each NaN replaced by the one before it."""
    told = ~np.isnan(values)
    if told.all():
        return values
    if not told.any():
        return np.full(len(values), before)
    values = np.append(before, values)
    known = np.append(0, np.where(told, np.arange(1, len(values)), 0))
    return values[np.maximum.accumulate(known)[1:]]
