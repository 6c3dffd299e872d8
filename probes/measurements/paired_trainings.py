"""Paired trainings: what is suggested beside what is in use, from the same start, on the same data in the same order.

What it means
    A setting that was found by a shorter experiment may do worse than the one in use. Nothing is suggested that was not trained beside it.

How it is detected
    In every pair both train for the time of so many steps; the next pair has another order of data. How much better the suggested settings
    came out is told as a share of what the better of the two learned, and looked at after each pair from the third on, by a test that
    allows it. A training that diverged or unlearned is lost: settings at which some are, are no better than ones at which none is.

What to change
    What was changed, where it came out better beyond noise; nothing else.

References
    Lindon et al., Anytime-Valid Linear Models and Regression Adjusted Causal Inference (2022). arXiv:2210.08589
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from advisor.finding import Evidence
from probes.outcome import Comparison, note
from probes.trials.one_training import outcome
from probes.trials.score import FEWEST, lost, score_of

MOST = 8  # pairs
TRIED = {"lr": "learning rate", "batch_size": "batch size"}  # what each trial of a table changed, in their order
FORMS = {"lr": "{:.1e}", "batch_size": "{:,.0f}"}  # how it is written


@dataclass(frozen=True)
class Arm:
    """One side of a pair: a rate, the examples of a minibatch, the minibatches of a step, and how many steps it is given."""

    lr: float
    batch_size: int
    accumulation_steps: int
    steps: int

    @property
    def settings(self) -> dict[str, int]:
        """What is set before it trains."""
        return {"batch_size": self.batch_size, "accumulation_steps": self.accumulation_steps}


def measure(training, *, arms: tuple[Arm, Arm], trial=0, pairs=MOST, schedule="constant", seed=0) -> Iterator[dict]:
    """A row a training: its `trial`, `pair` and `arm`, 0 as it is and 1 as suggested, its settings, and the held-out losses.

    These are `before` and `after` it, NaN where it diverged. They end with the pair that settles it, `pairs` at most.
    """
    before, ends = training.evaluate(), []
    for pair in range(pairs):
        after = {}
        for which in (0, 1) if pair % 2 == 0 else (1, 0):
            arm = arms[which]
            after[which] = outcome(training, arm.lr, arm.steps, schedule, seed + pair, settings=arm.settings)["after"]
            row = {"trial": trial, "pair": pair, "arm": which, "lr": arm.lr, **arm.settings, "steps": arm.steps}
            yield {**row, "before": before, "after": after[which]}
        ends.append((after[0], after[1], before))
        as_it_is, changed = lost(ends)
        if len(ends) >= FEWEST and (changed > as_it_is or score_of(ends).verdict != "cannot-tell"):
            return


def compared(paired_trainings, trial: int, setting: str) -> Comparison | None:
    """What a trial of the table says of the last that it changed this column to; None where it holds no whole pair of that."""
    table = paired_trainings
    rows_of = [np.flatnonzero((table.trial == trial) & (table.arm == arm)) for arm in (0, 1)]
    column = getattr(table, setting)
    rows_of[1] = rows_of[1][column[rows_of[1]] == column[rows_of[1][-1:]]]
    by_pair = [{int(table.pair[i]): i for i in rows} for rows in rows_of]  # one in use trains in each the same, whatever is beside it
    pairs = sorted(by_pair[0].keys() & by_pair[1].keys())
    if not pairs:
        return None
    rows = [by_pair[arm][pairs[0]] for arm in (0, 1)]
    ends = [(float(table.after[by_pair[0][pair]]), float(table.after[by_pair[1][pair]]), float(table.before[rows[0]])) for pair in pairs]
    means = [float(np.mean([end[arm] for end in ends])) for arm in (0, 1)]
    today, suggested = (float(column[row]) for row in rows)
    steps = int(table.steps[rows[0]]), int(table.steps[rows[1]])
    return Comparison(today, suggested, (means[0], means[1]), score_of(ends), steps, lost(ends))


def check(paired_trainings):
    words = {"better": "came out better", "worse": "came out worse", "no-difference": "made no difference"}
    for trial, setting in enumerate(TRIED):
        if (found := compared(paired_trainings, trial, setting)) is not None:
            fact = Evidence("paired_trainings/after", 0, len(paired_trainings.lr) - 1, f"gain by the {setting}", found.score.value)
            said = words.get(found.verdict, "did not come out better beyond noise")
            yield note(f"Trained beside today's, the {TRIED[setting]} that was found {said} ({found.told(FORMS[setting])}).", fact)
