"""Which change is put first, what is said beside it, and which changes are not proposed at all."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from advisor import curves
from advisor.causes import too_few_epochs
from advisor.finding import Cause, Change, Evidence, Finding, Report
from advisor.judging import engine, weighing
from advisor.judging.first import first_change
from advisor.render import json as as_json
from advisor.render import text
from advisor.run import Run
from advisor.scalar import Line, scalar

UP, DOWN = Change("lr", 1e-2, from_=1e-3, why="too small"), Change("lr", by=0.1, why="too large")
DROPOUT, SCALE = Change("dropout", 0.1), Change("input_scale", "standardize")
MORE = Change("augmentation", "on")
LINED = Change("dropout", 0.2, how={"pytorch": "nn.Dropout(p=0.2)"})
SEEN = (Evidence("train_loss", 0, 9, "rose", 1.0),)


def cause(probability, *changes, name="a"):
    return Cause(name, probability, "It is so.", changes=changes)


def finding(*causes, missing=()):
    return Finding("It rose.", SEEN, problem="underfitting", causes=causes, missing=missing)


def report(*findings):
    return Report(Run(Path("a")), "problem", first(findings), findings)


def first(findings):
    return first_change(findings, Run(Path("a")))


def test_the_change_of_an_improbable_cause_is_not_put_first_for_want_of_another():
    assert first([finding(cause(0.74), cause(0.05, UP))]) is None
    assert first([finding(cause(0.74), cause(0.05, UP)), finding(cause(0.5, DROPOUT, UP))]) == DROPOUT
    assert first([replace(finding(cause(0.9, UP)), level="note")]) is None


@pytest.mark.parametrize("problem, causes, wanted", [
    ("loss-not-decreasing", [("learning-rate-too-low", 0.22, UP, ())], "one_batch"),
    ("loss-not-decreasing", [("learning-rate-too-low", 0.22, UP, (-4.0, 8.0))], "one_batch"),
    ("loss-not-decreasing", [("learning-rate-too-low", 0.22, UP, (2.0,))], "one_batch"),
    ("loss-not-decreasing", [("learning-rate-too-low", 0.45, UP, ())], "one_batch"),
    ("slow-convergence", [("learning-rate-too-low", 0.45, UP, ())], "lr"),
    ("slow-convergence", [("learning-rate-too-low", 0.2, UP, ())], "one_batch"),
    ("loss-not-decreasing", [], "one_batch"),
    ("exploding-loss", [("unnormalized-inputs", 0.15, SCALE, ()), ("learning-rate-too-high", 0.1, DOWN, ())], "lr"),
    ("exploding-loss", [("unnormalized-inputs", 0.15, SCALE, (5.0,)), ("learning-rate-too-high", 0.1, DOWN, ())], "input_scale"),
    ("exploding-loss", [("unnormalized-inputs", 0.15, SCALE, ()), ("learning-rate-too-high", 0.05, DOWN, ())], "anomaly_detection"),
    ("exploding-loss", [("unnormalized-inputs", 0.3, SCALE, ()), ("learning-rate-too-high", 0.2, DOWN, (-4.0,))], "anomaly_detection"),
    ("underfitting", [("model-too-small", 0.3, DROPOUT, ()), ("too-much-regularization", 0.2, DROPOUT, ())], "one_batch"),
    ("unstable-loss", [("model-too-small", 0.3, DROPOUT, ())], None),
    ("overfitting", [("too-little-data", 0.2, MORE, ()), ("too-little-regularization", 0.1, LINED, ())], "augmentation"),
    ("exploding-loss", [("learning-rate-too-high", 0.2, DOWN, ()), ("unnormalized-inputs", 0.15, SCALE, (5.0,))], "input_scale"),
])  # fmt: skip
def test_what_rests_on_nothing_of_this_run_is_checked_before_it_is_changed(problem, causes, wanted):
    """A cause leads that is as good as known or that a fact speaks for; else one batch, where nothing was learned, or what is usual."""
    seen = [Cause(name, p, "It is so.", tuple(replace(SEEN[0], weight=w) for w in weights), (c,)) for name, p, c, weights in causes]
    change = first([replace(finding(*seen), problem=problem)])
    assert (change and change.hparam) == wanted


def test_the_cause_of_the_first_change_is_among_those_shown_however_improbable():
    four = [cause(0.2, DROPOUT, name="a"), cause(0.15, SCALE, name="b"), cause(0.12, UP, name="c"), cause(0.08, LINED, name="d")]
    one = finding(*four)
    last, first_of_all = (text.render(Report(Run(Path("a")), "problem", change, (one,))) for change in (LINED, DROPOUT))
    assert "8% d" in last and "the first change, above" in last
    assert "8% d" not in first_of_all


def test_a_check_is_headed_so_has_its_line_and_no_probability():
    run = curves.example(dict(train_loss=curves.flat(2.3) * curves.noise(0.01)))
    told = engine.diagnose(run)
    assert told.first_change.hparam == "one_batch" and "loader" in told.first_change.how["pytorch"]
    assert as_json.as_dict(told)["first_change"]["probability"] is None
    shown = text.render(told)
    assert "Check first" in shown and "Change first" not in shown and told.findings[0].causes[1].cause in told.first_change.why


@pytest.mark.parametrize("probability, change, missing, heading, beside", [
    (0.41, UP, ("epoch",), "Change first", ""), (0.39, UP, ("epoch",), "Most likely to help", "advisor probe races learning rates"),
    (0.39, DROPOUT, ("grad_norm", "epoch"), "Most likely to help", "log grad_norm, epoch next time"),
    (0.39, DROPOUT, (), "Most likely to help", "advisor probe measures"),
])  # fmt: skip
def test_below_two_in_five_it_is_said_what_would_decide(probability, change, missing, heading, beside):
    told = report(finding(cause(probability, change), missing=missing))
    shown = text.render(told)
    assert heading in shown and beside in shown and ("To be sure" in shown) == bool(beside)
    assert as_json.as_dict(told)["first_change"]["probability"] == probability


@pytest.mark.parametrize("first, second, proposed", [
    ((0.5, UP), (0.14, DOWN), ()), ((0.5, UP), (0.16, DOWN), (DOWN,)), ((0.5, UP), (0.14, UP), (UP,)),
    ((0.5, DROPOUT), (0.1, DOWN), (DOWN,)),
    ((0.5, DOWN), (0.1, UP, DROPOUT), (DROPOUT,)),
])  # fmt: skip
def test_an_improbable_cause_does_not_move_the_rate_against_a_more_probable_one(first, second, proposed):
    told = weighing.without_opposites([cause(*first), cause(*second, name="b")])
    assert told[1].changes == proposed and told[0].changes == first[1:]


def test_what_is_so_already_is_no_change():
    rule = SimpleNamespace(module=SimpleNamespace(changes=lambda run, finding: [Change("dropout", 0.1), Change("max_grad_norm", 1.0)]))
    run = curves.example(dict(train_loss=curves.flat(2.3), hparams=dict(dropout=0.1, max_grad_norm=5.0)))
    assert [c.hparam for c in weighing.changes(rule, finding(), run)] == ["max_grad_norm"]


STOPS, AFTER = curves.fall(end=0.6), curves.rise(0.5, after=0.4)
NOISY = curves.every(7, (curves.fall(end=0.33, rate=10) + curves.rise(0.1, after=0.5)) * curves.noise(0.13, seed=5))
TEN = {"val_loss": curves.every(10, STOPS + AFTER)}


@pytest.mark.parametrize("curve, wanted", [
    (TEN, "patience"),
    (TEN | {"val_accuracy": curves.every(10, 0.7 - curves.fall(0.6, 0) + curves.rise(0.05, after=0.4))}, "patience"),
    ({"val_loss": curves.every(10, 2.2 - 0.1 * curves.fall(1, 0) + curves.rise(0.9, after=0.1))}, "labels"),
    (TEN | {"val_accuracy": curves.every(10, 0.15 - curves.fall(0.1, 0)), "train_accuracy": 1.0 - curves.fall(0.9, 0)}, "augmentation"),
    (TEN | {"hparams": dict(dropout=0.0, weight_decay=0.0)}, "patience"),
    (TEN | {"hparams": dict(train_size=120, batch_size=32)}, "augmentation"),
    (TEN | {"val_accuracy": curves.every(10, 0.34 - curves.fall(0.1, 0))}, "augmentation"),
    ({"train_loss": curves.fall(end=0.05, rate=5), "val_loss": NOISY}, "augmentation"),
    ({"train_loss": curves.fall(end=0.05, rate=5), "val_loss": NOISY, "hparams": dict(augmentation="on", dropout=0.0)}, "dropout"),
], ids=["worth keeping", "its score still rises", "knows nothing", "half as good nowhere", "nothing keeps it", "few examples",
        "hardly more than a guess", "rose within its noise", "and is varied already"])  # fmt: skip
def test_a_run_that_overfits_is_stopped_early_where_something_is_kept_by_it(curve, wanted):
    report = engine.diagnose(curves.example(dict(train_loss=curves.fall(end=0.02)) | curve))
    assert [f.problem for f in report.findings][:1] == ["overfitting"] and report.first_change.hparam == wanted


@pytest.mark.parametrize("lost, hparams, wanted", [
    (curves.flat(np.nan), {}, "anomaly_detection"), (curves.flat(np.nan), dict(lr=30.0, optimizer="Adam"), "lr"),
    (curves.fall() * curves.nan_after(0.03), {}, "lr"),
], ids=["never seen", "never seen, at a rate of no task", "seen"])  # fmt: skip
def test_of_a_loss_that_was_lost_before_it_was_seen_the_first_nan_is_looked_for(lost, hparams, wanted):
    assert engine.diagnose(curves.example(dict(train_loss=lost, hparams=hparams))).first_change.hparam == wanted


@pytest.mark.parametrize("steps, said", [(range(20), "no step ever trained"), (range(9, 29), "was not logged")])
def test_of_what_was_not_logged_nothing_is_said(steps, said):
    run = Run(Path("a"), scalars={"train_loss": scalar(steps, [np.nan] * len(steps), tag="train_loss")})
    assert said in engine.diagnose(run).findings[0].message


def test_a_warm_up_is_counted_in_optimizer_steps_or_not_at_all():
    jumps = curves.fall(end=0.2) + 6 * np.exp(-25 * curves.T) * (curves.T > 0)
    apart, each = (Run(Path("a"), scalars={"train_loss": scalar(np.arange(200) * n, jumps, tag="train_loss")}) for n in (10, 1))
    [wide, one] = [[c.to for f in engine.diagnose(run).findings for cause in f.causes for c in cause.changes if c.hparam == "warmup_steps"]
                   for run in (apart, each)]  # fmt: skip
    assert wide == [100] and one == []


TURNS = dict(train_loss=curves.fall(start=0.3, end=0.01), val_loss=np.array([0.12, 0.15, 0.19, 0.24, 0.3, 0.36, 0.43, 0.5]))


@pytest.mark.parametrize("score, hparam, said", [
    ([0.95, 0.95, 0.94, 0.95, 0.94, 0.94, 0.93, 0.94], "patience", "keep its weights"),
    ([0.0] * 8, "labels", "was 0 at each of its 8 evaluations"),
    ([0.3, 0.7, 0.3, 0.3, 0.7, 0.3, 0.7, 0.7], "labels", "was 0.3 or 0.7 at each"),
])  # fmt: skip
def test_what_was_good_at_once_is_kept_and_a_score_that_measures_nothing_is_looked_at(score, hparam, said):
    told = engine.diagnose(curves.example(TURNS | dict(val_accuracy=np.array(score))))
    assert told.findings[0].problem == "overfitting"
    assert told.first_change.hparam == hparam and said in told.first_change.why


def test_a_loss_that_stood_still_before_it_was_lost_was_driven_by_no_rate():
    loss = np.concatenate([np.linspace(2.0, 0.5, 20), np.full(8, 0.5), np.full(10, np.nan)])
    assert engine.diagnose(curves.example(dict(train_loss=loss))).first_change.hparam == "anomaly_detection"


def test_a_loss_without_a_bound_is_looked_at_and_not_slowed_down():
    told = engine.diagnose(curves.example(dict(train_loss=1.5 - np.exp(22 * curves.T))))
    assert told.findings[0].problem == "exploding-loss" and told.first_change.hparam == "objective"


@pytest.mark.parametrize("text, kind, wanted", [
    ("Gradient overflow. Skipping step, loss scaler 0 reducing loss scale to 2.04e-202", "scale-lost", "precision"),
    ("Epoch [1][500/2931] loss: nan", "nan", "anomaly_detection"),
])  # fmt: skip
def test_a_scale_that_was_lost_is_of_16_bits_though_no_curve_was_logged(text, kind, wanted):
    run = curves.example(dict(lines=(Line(kind, "train.log", 3, text),)))
    assert engine.diagnose(run).first_change.hparam == wanted


def test_a_loss_that_stands_is_not_said_to_fall_still():
    stands = np.r_[np.geomspace(0.2, 0.001, 8) + 3.479, 3.479 - 1e-5 * np.arange(7)]
    run = curves.example(dict(train_loss=scalar(np.arange(15), stands), val_loss=scalar(np.arange(15), stands)))
    assert not [*too_few_epochs.changes(run, None)]
    falls = np.geomspace(4.0, 2.0, 15)
    assert [*too_few_epochs.changes(curves.example(dict(train_loss=scalar(np.arange(15), falls))), None)]
