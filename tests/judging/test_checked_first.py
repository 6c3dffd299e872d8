"""What is looked at or measured before anything is changed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor import curves
from advisor.finding import Cause, Change, Evidence, Finding
from advisor.judging import engine
from advisor.judging.first import first_change
from advisor.run import Run
from advisor.scalar import scalar

UP, DOWN = Change("lr", 1e-2, from_=1e-3, why="too small"), Change("lr", by=0.1, why="too large")
FOUND = Finding("It rose.", (Evidence("train_loss", 0, 9, "rose", 1.0),), problem="loss-not-decreasing")


@pytest.mark.parametrize("facts, wanted", [
    ([("train_loss", "rises in the second half", 8.0)], "one_batch"),
    ([("train_loss", "swings by as much as it fell: its fall in standard errors", 5.0)], "lr"),
    ([("val_loss", "falls from one evaluation to the next", 7.9)], "lr"),
    ([("val_loss", "falls from one evaluation to the next", 7.9), ("hparams", "within the usual of Adam", -3.9)], "one_batch"),
    ([("siblings", "a higher rate did better", 12.0), ("hparams", "within the usual of Adam", -3.9)], "lr"),
])  # fmt: skip
def test_where_nothing_was_learned_no_rate_is_moved_for_what_the_training_loss_alone_shows(facts, wanted):
    """Nor one that is known to be usual, unless runs beside it say otherwise."""
    seen = tuple(Evidence(signal, 0, 9, fact, 1.0, weight=weight) for signal, fact, weight in facts)
    told = first_change([replace(FOUND, causes=(Cause("learning-rate-too-low", 0.5, "It is so.", seen, (UP,)),))], Run(Path("a")))
    assert told.hparam == wanted


@pytest.mark.parametrize("now, wanted", [(0.8, "dropout"), (None, "epochs")])
def test_a_price_on_the_model_is_lowered_first_only_where_the_run_says_that_there_is_one(now, wanted):
    seen = (replace(FOUND.evidence[0], weight=6.0),)
    much = Cause("too-much-regularization", 0.5, "It is so.", seen, (Change("dropout", 0.5, from_=now),))
    few = Cause("too-few-epochs", 0.15, "It is so.", (), (Change("epochs", by=2.0),))
    assert first_change([replace(FOUND, problem="underfitting", causes=(much, few))], Run(Path("a"))).hparam == wanted


@pytest.mark.parametrize("problem, change, wanted", [
    ("exploding-loss", DOWN, DOWN), ("unstable-loss", DOWN, DOWN), ("exploding-loss", UP, None), ("overfitting", DOWN, None),
])  # fmt: skip
def test_a_loss_that_rose_or_swings_is_slowed_down_where_nothing_says_why(problem, change, wanted):
    against = (replace(FOUND.evidence[0], weight=-7.0),)
    found = replace(FOUND, problem=problem, causes=(Cause("learning-rate-too-high", 0.15, "It is so.", against, (change,)),))
    falls = Run(Path("a"), scalars={"train_loss": scalar(np.arange(20), np.linspace(2, 1, 20), tag="train_loss")})
    assert first_change([found], falls) == wanted


@pytest.mark.parametrize("signal, hparams, wanted", [
    ("val_loss", {}, "first_nan"), ("val_loss", dict(precision="fp16"), "precision"), ("train_loss", {}, "label_mask"),
])  # fmt: skip
def test_of_validation_that_is_no_number_alone_the_first_nan_is_looked_for_where_nothing_shows_16_bits(signal, hparams, wanted):
    val = np.r_[1.0, 0.9, np.full(8, np.nan)]
    curve = dict(train_loss=curves.fall(), val_loss=val) if signal == "val_loss" else dict(train_loss=np.zeros(40))
    told = engine.diagnose(curves.example(curve | dict(hparams=hparams)))
    assert told.findings[0].problem == "hidden-nan" and told.first_change.hparam == wanted
