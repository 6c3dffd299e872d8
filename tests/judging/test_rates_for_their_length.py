"""A learning rate is high or low for so many steps, and what that changes in what is found and in why."""

import numpy as np
import pytest

from advisor import curves
from advisor.evidence.learning_rate_change import rate_changes
from advisor.evidence.rates.for_its_length import for_its_length, rate_evidence
from advisor.finding import Finding
from advisor.judging import engine
from advisor.run import RACED
from advisor.scalar import scalar
from advisor.statistics.carrying_over import turned_up

STOPPED = dict(train_loss=curves.fall(start=4.6, end=3.7, rate=300) * curves.noise(0.03))
MOMENTUM = dict(optimizer="SGD", momentum=0.9)


@pytest.mark.parametrize(
    "rate, steps, level", [(0.04, 40_000, "warning"), (0.01, 40_000, "note"), (0.04, 900, "note"), (0.04, None, "note")]
)
def test_a_loss_that_stopped_at_a_rate_high_for_its_length_is_no_mere_note(rate, steps, level):
    told = {} if steps is None else dict(max_steps=steps)
    run = curves.example(STOPPED | dict(hparams=MOMENTUM | told | dict(lr=rate, epochs=None if steps else 200)))
    [plateau] = [f for f in engine.diagnose(run).findings if f.problem == "loss-plateau"]
    assert plateau.level == level
    assert (plateau.causes[0].cause == "learning-rate-too-high") == (level == "warning")


@pytest.mark.parametrize("hparams, high", [
    (dict(lr=0.05, max_steps=100_000) | MOMENTUM, +1), (dict(lr=1e-3, max_steps=900) | MOMENTUM, -1),
    (dict(lr=1.2e-4, max_steps=900, optimizer="AdamW"), -1), (dict(lr=1e-3, max_steps=900, optimizer="Adam"), 0),
    (dict(lr=0.1, max_steps=60_000, optimizer="SGD"), 0), (dict(lr=0.05, max_steps=100_000, **{RACED: True}) | MOMENTUM, None),
    (dict(lr=1e-3, max_steps=40_000, optimizer="AdamW", pretrained=True), None),
])  # fmt: skip
def test_within_the_band_of_its_optimizer_the_length_tells_which_side_a_rate_lies_on(hparams, high):
    """Three times the usual of so many steps and more is high, a tenth of it and less low; the best of a race is neither, and fine-tuning
    has rates of its own."""
    loss = curves.example(STOPPED).signal("train_loss")
    for sign in (+1, -1):
        [fact] = rate_evidence(loss, None, None, None, hparams, sign)
        assert np.sign(fact.weight) * sign == high if high else fact.weight <= 0
    assert (for_its_length(loss, None, None, None, hparams) is None) == (high is None)


def test_what_is_only_noted_moves_the_rate_by_ten_times_at_most():
    """The same too low a rate: of a warning up to the usual, of a note no further than ten times."""
    run = curves.example(STOPPED | dict(hparams=dict(lr=1e-6, optimizer="Adam", max_steps=1_000)))
    engine.look_at(run)
    noted, warned = (
        next(rate_changes(run, +1, "why", Finding("", (), level=level, problem="slow-convergence"))) for level in ("note", "warning")
    )
    assert noted.to == 1e-5 and "only noted" in noted.why and warned.to > 1e-4 and noted.interval[1] < warned.interval[1]


def test_a_large_loss_makes_a_usual_rate_of_plain_sgd_high():
    large, small = (curves.example(dict(train_loss=times * curves.fall(start=1.8, end=1.2))).signal("train_loss") for times in (100, 1))
    known = dict(optimizer="SGD", lr=0.1, max_steps=50_000)
    assert for_its_length(large, None, None, None, known).times > 10 * for_its_length(small, None, None, None, known).times


def test_who_has_not_learned_has_learned_nothing_by_heart():
    """At a thirtyfold of what any task uses: what became of other examples comes after what became of the training loss."""
    ill = dict(train_loss=np.array([2.21, 1.9, 1.62, 1.67, 1.54]), val_loss=np.array([3.67, 12.8, 17.1, 23.3, 28.5]))
    report = engine.diagnose(curves.example(ill | dict(hparams=dict(optimizer="Adam", lr=0.3, epochs=5))))
    assert [f.problem for f in report.findings] == ["loss-not-decreasing", "overfitting"]


def test_a_loss_that_falls_by_its_last_digits_is_trained():
    """So small a rate moves the loss by less than any digit that is read, from one point to the next; frozen weights do not."""
    for falls in (6e-7, 0.0):
        loss = np.float32(3.4657361) * (1 - falls * np.linspace(0, 1, 200)).astype(np.float32)
        run = curves.example(dict(train_loss=loss.astype(float), hparams=dict(optimizer="SGD", lr=3e-3)))
        causes = [cause.cause for cause in engine.diagnose(run).findings[0].causes]
        assert causes[0] == "learning-rate-too-low" and ("frozen-parameters" in causes) == (falls == 0)


def test_a_validation_loss_that_falls_to_its_last_point_has_not_turned_up():
    """Of many evaluations the last tenth lies above the last of them: that is how a fall looks."""
    falling, turned = (
        scalar(np.arange(160), values)
        for values in (np.linspace(2.8, 1.6, 160), np.r_[np.linspace(2.8, 1.6, 120), np.linspace(1.6, 1.8, 40)])
    )
    assert not turned_up(falling, 0.02) and turned_up(turned, 0.02)
