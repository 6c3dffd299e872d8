"""The best learning rate of trainings of several lengths, and what one far longer shows: parabolas in log lr.

Everything here is in decades: `x` is log10 of a learning rate.
"""

from dataclasses import dataclass

import numpy as np

HALF_WAY = 0.08  # generalization gap over what was learned, at which it lies half way between them
UNSEEN = 0.06  # what that is taken to be at least where examples will repeat and have not yet
LONGEST = 3  # number of the level with a single, longest training
LEARNED = 0.05  # of what shorter trainings learned: less, and a longer one unlearned


@dataclass(frozen=True, eq=False)
class RaceLevel:
    """Trainings of one length: held-out `losses`, shape (seeds, rates), infinite for a rate that diverged in any seed; `x` ascending."""

    steps: int
    x: np.ndarray
    losses: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Of each rate over the seeds, shape (rates,)."""
        return self.losses.mean(axis=0)

    @property
    def best(self) -> int:
        """The place in `x` of the rate with the lowest mean loss; 0 where all diverged."""
        return int(np.argmin(self.mean))

    def paired(self) -> np.ndarray:
        """How much worse than the best rate each one is, seed by seed, shape (seeds, rates); infinite where it diverged."""
        with np.errstate(invalid="ignore"):
            return np.where(np.isfinite(self.losses), self.losses - self.losses[:, self.best, None], np.inf)

    def noise(self) -> float:
        """The usual standard error of a mean paired difference, in units of the loss; 0 where there is one seed or one rate."""
        others = np.delete(self.paired(), self.best, axis=1)
        others = others[:, np.isfinite(others).all(axis=0)]
        return float(np.median(others.std(axis=0, ddof=1))) / np.sqrt(len(others)) if others.shape[0] > 1 and others.shape[1] else 0.0


def rows_of(rate_race) -> list[dict[str, float]]:
    """The rows of a table again."""
    columns = vars(rate_race)
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def spent(rows) -> int:
    """Steps in all."""
    return int(sum(row["steps"] for row in rows))


def levels(rows) -> list[RaceLevel]:
    """The trainings by length, but for the longest; a rate counts once it was trained in every seed of its level.

    A rate that unlearned counts as diverged, and so does one above a rate that diverged, whatever luck it had; on the last level also one
    that the longest training unlearned at, and those above it.
    """
    found = []
    for number in dict.fromkeys(row["level"] for row in rows if row["level"] != LONGEST):
        of: dict[float, list[float]] = {}
        for row in rows:
            if row["level"] == number:
                of.setdefault(row["lr"], []).append(row["after"] if row["after"] < row["before"] else np.inf)
        seeds = max(map(len, of.values()))
        rates = [lr for lr in sorted(of) if len(of[lr]) == seeds]
        losses = np.array([of[lr] for lr in rates]).T
        learned = min((rate for rate in rates if min(of[rate]) < np.inf), default=np.inf)
        losses[:, ~np.isfinite(losses).all(axis=0) | (np.array(rates) > lowest_diverged(rows, number, learned))] = np.inf
        found.append(RaceLevel(int(next(row["steps"] for row in rows if row["level"] == number)), np.log10(rates), losses))
    long = longest(rows)
    if long is not None and unlearned(long, found[-1]) and long["lr"] > 1.1 * 10 ** found[-1].x[0]:
        found[-1].losses[:, 10 ** found[-1].x > 0.9 * long["lr"]] = np.inf
    return found


def lowest_diverged(rows, level: float = np.nan, above: float = 0.0) -> float:
    """The lowest rate above the given one that diverged in a training of the level, of any but the longest without one; infinite for none.

    It diverged where its loss was no number any more, or lost more than the best of all won. One that merely has not fallen yet did not.
    """
    most = 2 * rows[0]["before"] - np.nanmin([row["after"] for row in rows] + [rows[0]["before"]])
    asked = (row for row in rows if row["level"] == level or (np.isnan(level) and row["level"] != LONGEST))
    return min((row["lr"] for row in asked if not row["after"] <= most and row["lr"] > above), default=np.inf)


def longest(rows):
    """The row of the longest training; None where there is none."""
    return next((row for row in rows if row["level"] == LONGEST), None)


def unlearned(long, level: RaceLevel) -> bool:
    """Whether the longest training fell back to where it began, on what it trained on too."""
    before = long["before"]
    return not np.fmin(long["after"], long["train"]) < before - LEARNED * (before - level.mean.min())


def gap(rows) -> float | None:
    """The longest training's held-out loss less its training loss, over the most that was learned; None without one or if it unlearned."""
    long, level = longest(rows), levels(rows)[-1]
    if long is None or unlearned(long, level):
        return None
    if not np.isfinite(long["after"]):
        return np.inf
    return max(0.0, long["after"] - long["train"]) / (long["before"] - min(long["after"], level.mean.min()))


def vertex(x: np.ndarray, loss: np.ndarray) -> float:
    """log10 of the rate where the parabola through the lowest loss, shape (rates,), and its neighbours is lowest; within half a gap."""
    i = int(np.argmin(loss))
    if i in (0, len(x) - 1) or not np.isfinite(loss[i - 1]):
        return float(x[i])
    left, right = x[i] - x[i - 1], x[i + 1] - x[i]
    if not np.isfinite(loss[i + 1]):
        return float(x[i] - left / 2)
    falling, rising = (loss[i - 1] - loss[i]) / left, (loss[i + 1] - loss[i]) / right
    if falling + rising <= 0:
        return float(x[i])
    shift = (falling * right - rising * left) / (falling + rising) / 2
    return float(np.clip(x[i] + shift, x[i] - left / 2, x[i] + right / 2))


def overfits(rows) -> float:
    """From 0, where nothing speaks for it, to 1, where all does: whether longer trainings would overfit at the rates of short ones."""
    about, long, seen = rows[0], longest(rows), gap(rows)
    if about["epochs"] <= 1:
        return 0.0
    if seen is None or (about["epochs"] > 2 and long["steps"] * about["epochs"] < about["planned"]):
        seen = max(seen or 0.0, UNSEEN)
    return 1 - HALF_WAY / (HALF_WAY + seen)


def still_learns(rows) -> bool:
    """Whether the longest training came out better than any shorter one."""
    long = longest(rows)
    return long is not None and bool(long["after"] < levels(rows)[-1].mean.min())


def reach(level: RaceLevel, side: int, allowed: float, beyond: float = 0.0) -> float:
    """log10 of the rate, below (side -1) or above (+1) the vertex, down or up to which the mean loss is at most `allowed` worse.

    `allowed` is in units of the loss. Between two rates that is taken to grow with the square of the distance from the vertex. Where the
    last rate is still allowed the answer lies `beyond` it, in decades.
    """
    top, excess = vertex(level.x, level.mean), level.paired().mean(axis=0)
    last = side * max(side * top, side * float(level.x[level.best]))
    for i in range(level.best + side, len(level.x) if side > 0 else -1, side):
        if excess[i] > allowed:
            there = top + (level.x[i] - top) * float(np.sqrt(allowed / excess[i]))
            return side * max(side * last, side * there)
        last = float(level.x[i])
    return last + side * beyond


def excess(levels: list[RaceLevel], rate: float) -> float:
    """How much worse than the best a rate was where it was last raced, in units of the loss; infinite where it was not."""
    for level in reversed(levels):
        for i in np.flatnonzero(np.isclose(10**level.x, rate)):
            return float(level.mean[i] - level.mean.min())
    return np.inf
