"""Coverage: where a log begins, how far it came, what lies behind a point, and what is skipped because of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor import curves
from advisor.coverage.covered import coverage_of
from advisor.curves import POINTS, T, fall, flat, noise
from advisor.finding import LOUD
from advisor.judging import engine
from advisor.judging.rules import problems
from advisor.render import json, text
from advisor.run import EXCERPT, Run
from advisor.scalar import scalar


def run(hparams=None, first=0, spacing=20, **curves):
    """A run that logged these curves every `spacing` steps from the step `first` on."""
    scalars = {tag: scalar(first + spacing * np.arange(len(values)), values, tag=tag) for tag, values in curves.items()}
    return Run(Path("example"), scalars, hparams=hparams or {})


@pytest.mark.parametrize(
    "first, spacing, begins",
    [
        (0, 20, True),
        (20, 20, True),
        (19, 20, True),
        (1, 1, True),
        (3, 1, True),  # two steps of two hundred
        (1000, 20, False),
        (20_000, 20, False),
        (5, 1, False),  # as of epochs: 5 of 204 are missing
        (1_700_000_000, 60, None),  # seconds since 1970
    ],
)
def test_where_a_log_begins(first, spacing, begins):
    assert coverage_of(run(first=first, spacing=spacing, train_loss=fall())).begins is begins


def test_a_curve_that_begins_at_the_beginning_is_enough():
    late = scalar(np.arange(10_000, 14_000, 20), fall(), tag="losses/value_loss")
    early = scalar(np.arange(0, 14_000, 500), np.arange(28.0), tag="charts/episodic_return")
    assert coverage_of(Run(Path("example"), {late.tag: late, early.tag: early})).begins
    assert coverage_of(Run(Path("example"), {late.tag: late})).begins is False


@pytest.mark.parametrize("first, begins", [(0, True), (1, True), (41, False)])
def test_an_epoch_tells_where_steps_were_counted_from_0_again(first, begins):
    assert coverage_of(run(train_loss=fall(), epoch=first + np.floor(10 * T))).begins is begins


def test_what_lies_in_the_middle_of_a_training_has_no_start_to_be_judged_by():
    tail = run(first=20_000, train_loss=flat(1.3) * noise(0.02), val_loss=flat(1.35) * noise(0.02, seed=1))
    report = engine.diagnose(tail)
    assert report.verdict == "cannot-tell" and report.reason == engine.NO_START
    assert report.skipped["loss-not-decreasing"] == report.skipped["underfitting"] == engine.NO_START
    assert "loss-not-decreasing" in {f.problem for f in engine.diagnose(run(train_loss=flat(1.3) * noise(0.02))).findings}
    lost = run(first=20_000, train_loss=np.where(T < 0.5, 1.3, np.nan))
    assert [f.problem for f in engine.diagnose(lost).findings] == ["exploding-loss"]


@pytest.mark.parametrize(
    "hparams, epoch, done, unit",
    [
        (dict(epochs=10), np.floor(10 * T.clip(0, 0.99)), 1.0, "epochs"),  # counted from 0
        (dict(epochs=10), 1 + np.floor(5 * T.clip(0, 0.99)), 0.5, "epochs"),  # from 1
        (dict(epochs=10), 2.5 * T, 0.25, "epochs"),
        (dict(max_steps=7960), 2.5 * T, 0.5, "steps"),
        (dict(epochs=1), 2.5 * T, None, ""),  # more than was planned: something else is counted
        (dict(max_steps=100), 2.5 * T, None, ""),
        ({}, 2.5 * T, None, ""),
    ],
)
def test_how_far_a_training_came(hparams, epoch, done, unit):
    found = coverage_of(run(hparams, train_loss=fall(), epoch=epoch))
    assert (found.done and round(found.done, 3), found.unit) == (done, unit)
    assert found.ended is (None if done is None else done == 1)


def test_how_many_optimizer_steps_lie_behind_a_point():
    sizes = dict(batch_size=50, train_size=5000)
    assert coverage_of(run(train_loss=fall(), epoch=3 * T)).steps_per_point == 20
    assert coverage_of(run(sizes, spacing=1, train_loss=fall(), epoch=np.arange(float(POINTS)))).steps_per_point == 100
    assert coverage_of(run(train_loss=fall())).steps_per_point is None


@pytest.mark.parametrize(
    "lr, schedule",
    [
        (T, "warm-up"),
        (np.minimum(T, 0.5), ""),
        ((2 * T) % 1.1, ""),  # a second cycle
        (1 + 0.2 * T, ""),
        (1 - T, "decayed"),
        (np.minimum(10 * T, 1 - 0.9 * T), "decayed"),
        (flat(0.1), "constant"),
        (flat(np.nan), ""),
        (T[:3], ""),
    ],
)
def test_what_the_schedule_is_about(lr, schedule):
    assert coverage_of(run(train_loss=fall(), lr=lr)).schedule == schedule


TAILS = {
    "unstable-loss": dict(train_loss=(0.5 - 0.1 * T) * noise(0.3)),
    "exploding-loss": dict(train_loss=flat(0.02) * noise(0.2) + 0.06 * np.sin(4 * T) ** 8),
    "one-class": dict(train_loss=0.05 - 0.01 * T, val_accuracy=np.where(T < 0.2, 0.951, 0.958)),
}


@pytest.mark.parametrize("problem, curves", TAILS.items())
def test_the_first_level_of_a_tail_is_no_start(problem, curves):
    whole = {f.problem for f in engine.diagnose(run(**curves)).findings if f.level in LOUD}
    assert problem in whole or problem in ("one-class", "unstable-loss")
    assert not [f for f in engine.diagnose(run(first=20_000, **curves)).findings if f.level in LOUD]


def test_a_tail_whose_loss_is_no_better_than_guessing_answers_with_one_class():
    stuck = run(first=20_000, train_loss=flat(1.48) * noise(0.02), val_accuracy=flat(0.3857))
    assert [f.problem for f in engine.diagnose(stuck).findings] == ["one-class"]


def test_a_tail_that_is_lost_in_one_step_is_lost():
    lost = run(first=20_000, train_loss=np.where(T < 0.6, 0.5, 4.0) * noise(0.02))
    assert [f.problem for f in engine.diagnose(lost).findings] == ["exploding-loss"]


def test_a_training_that_never_left_its_warmup_has_not_shown_what_its_rate_can():
    stuck = flat(2.3) * noise(0.01)
    report = engine.diagnose(run(train_loss=stuck, lr=1e-3 * T))
    assert report.verdict == "cannot-tell" and report.reason == engine.IN_WARMUP
    assert engine.diagnose(run(train_loss=stuck, lr=1e-3 * np.minimum(2 * T, 1))).verdict == "problem"
    assert engine.diagnose(run(train_loss=np.where(T < 0.5, 2.3, np.nan), lr=1e-3 * T)).verdict == "problem"


def test_it_is_told_in_one_line():
    half = run(dict(max_steps=40_000), first=25_500, train_loss=fall(), epoch=8 + T)
    assert coverage_of(half).words == ["begins at step 25,500", "74% of the planned 40,000 steps"]
    assert coverage_of(run(train_loss=fall())).words == []


def test_it_is_told_in_the_report_and_in_json_also_of_an_outline():
    half = run(dict(max_steps=40_000, lora_r=8), first=25_500, train_loss=fall() * noise(0.05), epoch=8 + T)
    report = engine.diagnose(half)
    assert "begins at step 25,500 · 74% of the planned 40,000 steps · fine-tuning\n" in text.render(report)
    for told in (report, replace(report, run=half.outline())):
        said = json.as_dict(told)["run"]
        assert said["task"] == "fine-tuning" and said["coverage"]["begins"] is False and said["coverage"]["steps_per_point"] == 20
    lost = Run(Path("example"), unread="it is locked")
    assert json.as_dict(engine.diagnose(lost))["run"]["coverage"] is None


def test_one_epoch_that_is_the_sixth_is_no_beginning():
    only = run(train_loss=flat(0.05) * noise(0.3), epoch=flat(6.0))
    assert coverage_of(only).begins is False
    assert "loss-not-decreasing" not in {f.problem for f in engine.diagnose(only).findings}


def test_the_same_number_throughout_is_found_wherever_the_log_begins():
    late = run(first=1299, spacing=50, train_loss=flat(16.74222755432129))
    assert {f.problem for f in engine.diagnose(late).findings} == {"loss-plateau"}


@pytest.mark.parametrize("last, verdict", [(0.3, "healthy"), (2.6, "cannot-tell")])
def test_five_epochs_that_fell_plainly_are_judged_and_others_are_not(last, verdict):
    short = run(train_loss=np.array([2.3, 1.4, 0.8, 0.5, last]), val_loss=np.array([2.2, 1.5, 1.0, 0.8, 0.7]))
    assert engine.diagnose(short).verdict == verdict


@pytest.mark.parametrize("problem", ["loss-plateau", "unstable-loss"])
def test_a_training_that_a_probe_cut_short_is_no_whole_run(problem):
    """Its length is the probe's, so nothing is said of its second half."""
    rule = next(rule for rule in problems() if rule.name == problem)
    example = curves.example(next(iter(rule.module.BAD.values())))
    cut = replace(example, hparams={**example.hparams, EXCERPT: True})
    found = [[finding.problem for finding in engine.diagnose(run, [rule]).findings] for run in (example, cut)]
    assert found == [[problem], []] and engine.diagnose(cut, [rule]).skipped[problem] == engine.CUT_SHORT
