"""Pairs of trainings: the score, the test that may be looked at after each, and what a probe suggests by them."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from probes.measurements import paired_trainings, throughput
from probes.measurements.paired_trainings import Arm
from probes.outcome import Estimate
from probes.probing import beside_today
from probes.probing.run_directory import RunDirectory
from probes.probing.scope import Scope
from probes.probing.session import Session
from probes.process.allowance import Allowance
from probes.trials.score import BAND, lost, score, score_of
from probes.trials.sequential_test import e_value, interval
from tests.measurements.known_trainings import Drifting
from tests.measurements.table_of_rows import table

SIZED = {"batch_size": 8, "accumulation_steps": 1}


@pytest.mark.parametrize("ends, expected", [((2, 1), 0.125), ((1, 2), -0.125), ((math.nan, 1), 1), ((1, math.inf), -1), ((1, 1), 0)])
def test_a_score_is_a_share_of_what_the_better_one_learned(ends, expected):
    assert score(*ends, before=9.0) == expected


def test_of_two_that_learned_nothing_only_one_that_diverged_is_worse():
    assert score(9.5, 9.2, before=9.0) == 0 == score(math.nan, math.nan, before=9.0)
    assert (score(9.5, math.nan, before=9.0), score(math.nan, 9.5, before=9.0)) == (-1, 1)
    assert score(30.0, 1.0, before=9.0) == 1, "never beyond one"


def test_the_interval_holds_the_means_that_the_e_value_does_not_refute():
    found = np.random.default_rng(0).normal(0.3, 0.1, 5)
    low, high = interval(found)
    assert low < found.mean() < high
    for edge in (low, high):
        assert e_value(found - edge) == pytest.approx(20)
        assert e_value(found - edge - 0.1 * (edge - found.mean())) > 20 > e_value(found - edge + 0.1 * (edge - found.mean()))


def test_two_pairs_say_nothing_and_three_may():
    assert e_value([1.0, 1.0]) < 20 < e_value([1.0, 1.0, 1.0])
    assert interval([1.0]) == interval([1.0, 1.0]) == (-math.inf, math.inf) and interval([]) == (-math.inf, math.inf)
    assert interval([0.5, 0.5, 0.5]) == (0.5, 0.5) and e_value([0.0, 0.0, 0.0]) == 1


@pytest.mark.parametrize("draw", ["normal", "standard_t", "differences"])
def test_a_look_after_every_pair_is_wrong_in_no_more_than_it_says(draw):
    rng = np.random.default_rng(7)
    drawn = {"normal": rng.standard_normal, "standard_t": lambda size: rng.standard_t(3, size)}
    made = drawn.get(draw, lambda size: rng.lognormal(size=size) - rng.lognormal(size=size))((1500, 8))
    wrong = [any(e_value(row[:n]) > 20 for n in range(2, 9)) for row in made]
    assert 0 < np.mean(wrong) < 0.05


def test_verdicts():
    pairs = [(1.0 + d, 1.0, 9.0) for d in (0.8, 0.82, 0.79, 0.81)]
    assert score_of(pairs).verdict == "better" and score_of([(b, a, c) for a, b, c in pairs]).verdict == "worse"
    assert score_of([(1.0, 1.0, 9.0)] * 3).verdict == "no-difference" and score_of(pairs[:2]).verdict == "cannot-tell"
    assert score_of([(1.0 + BAND * d, 1.0, 9.0) for d in (4, -5, 6)]).verdict == "cannot-tell" and math.isnan(score_of([]).value)


def test_a_training_is_lost_where_it_diverged_or_unlearned_more_than_the_better_side_won():
    assert lost([(9.0, 1.0, 9.0), (18.0, 1.0, 9.0), (math.nan, 1.0, 9.0)]) == (2, 0)
    assert lost([(9.01, 8.9, 9.0), (9.2, 8.9, 9.0)]) == (1, 0) and lost([(9.2, 9.1, 9.0)]) == (0, 0), "noise of what learned nothing"


def tried(training, today, suggested, **options):
    arms = Arm(today, **SIZED, steps=30), Arm(suggested, **SIZED, steps=30)
    return paired_trainings.compared(table(paired_trainings.measure(training, arms=arms, **options)), 0, "lr")


def test_pairs_find_the_better_rate_whichever_it_is_and_end_when_it_is_settled():
    training = Drifting(0.1, noise=0.05)
    better, worse = tried(training, 1e-3, 0.1), tried(training, 0.1, 1e-3)
    assert better.score.verdict == "better" and worse.score.verdict == "worse"
    assert 3 <= better.score.pairs <= 8 and better.steps == (30, 30) and better.losses[1] == pytest.approx(1, abs=0.1)
    first, second = (f"{loss:.3g}" for loss in better.losses)
    assert better.told() == f"today's 0.001: {first} · 0.1: {second}, after 30 steps, {better.score.pairs} pairs"


def test_arms_alike_make_no_difference_and_one_that_diverges_is_worse():
    assert tried(Drifting(), 0.1, 0.1).score == score_of([(1.0, 1.0, 9.0)] * 3)
    lost = tried(Drifting(edge=0.5), 0.1, 1.0)
    assert lost.score.verdict == "worse" and "diverged" in lost.told()


class Unlucky(Drifting):
    """Diverges above a rate in some orders of data."""

    def __init__(self, above, seeds):
        super().__init__(0.03, noise=0.02)
        self.above, self.seeds = above, seeds

    def step(self):
        loss = super().step()
        return math.inf if self.peak > self.above and self.seed in self.seeds else loss


def test_a_rate_at_which_some_trainings_are_lost_is_not_kept_for_those_that_were_not():
    told = tried(Unlucky(0.04, {1}), 0.045, 0.02)  # else as good
    assert told.score.verdict == "cannot-tell" and told.lost == (1, 0) and told.verdict == "better"
    assert told.told().endswith("8 pairs, in 1 of which today's diverged")
    assert tried(Unlucky(0.04, {1}), 0.045, 3e-4).verdict != "better", "more is given up than was lost"


def probed(tmp_path, training, **scope):
    return Session(training, RunDirectory(tmp_path / "run"), Scope(**scope), Allowance(), lambda *_: None)


TODAY = {"lr": 1e-3, "optimizer": "AdamW", **SIZED}


@pytest.mark.parametrize("found, value", [(0.1, 0.1), (1e-6, 1e-3), (10.0, 1e-3)])
def test_only_a_rate_that_beat_todays_is_suggested(tmp_path, found, value):
    session = probed(tmp_path, Drifting(0.1, noise=0.02), planned=60)
    told = beside_today.rate_tried(session, Estimate(found, found / 2, 2 * found, "raced"), SIZED, TODAY)
    assert told.value == value and told.low <= value <= told.high and told.compared.suggested == found
    assert ("today's is kept" in told.reason) == (value == TODAY["lr"]) and told.reason.endswith("raced")


def test_where_a_rate_was_lucky_in_the_race_a_lower_one_is_tried(tmp_path):
    session = probed(tmp_path, Unlucky(0.05, {2}), planned=60)
    told = beside_today.rate_tried(session, Estimate(0.1, 0.05, 0.2, "raced"), SIZED, TODAY)
    assert told.value == pytest.approx(0.1 / 10**0.5) and told.low < told.value < told.high < 0.1
    assert told.reason == "below 1.0e-01, at which 1 of 3 trainings were lost; raced"
    assert told.compared.suggested == told.value and told.compared.lost == (0, 0)
    assert next(iter(paired_trainings.check(session.table(paired_trainings)))).evidence[0].value > 0, "of the rate tried last"


def test_nothing_below_todays_is_tried_where_that_lost_nothing(tmp_path):
    session = probed(tmp_path, Unlucky(0.05, {2}), planned=60)
    told = beside_today.rate_tried(session, Estimate(0.06, 0.03, 0.1, "raced"), SIZED, {**TODAY, "lr": 0.03})
    assert told.value == 0.03 and set(session.table(paired_trainings).lr) == {0.03, 0.06}


def test_a_rate_that_could_not_be_tried_is_not_suggested(tmp_path):
    session = probed(tmp_path, Drifting(0.1), steps=100)
    told = beside_today.rate_tried(session, Estimate(0.1, 0.05, 0.2, "raced"), SIZED, TODAY)
    assert told.value == 1e-3 and told.high == 0.2 and told.compared is None and "was not tried beside it" in told.reason
    same = Estimate(1e-3, 5e-4, 2e-3, "raced")
    assert beside_today.rate_tried(session, same, SIZED, TODAY) is same, "there is nothing to try"


def test_a_rate_goes_with_the_size_of_a_step():
    """Far below the noise scale in proportion, with the square root for Adam."""
    noise = SimpleNamespace(table=lambda module: table([dict.fromkeys(("trained", "noise_scale", "low", "high"), 1e9)]))
    found, larger = Estimate(0.1, 0.05, 0.2, "raced"), {**SIZED, "batch_size": 32}
    told = [beside_today.at_another_size(found, noise, SIZED, larger, name).value for name in ("SGD", "Adam")]
    assert told == pytest.approx([0.4, 0.2], rel=1e-3)


def test_a_batch_size_that_won_in_other_steps_says_in_how_many(tmp_path):
    session = probed(tmp_path, Drifting(0.1, noise=0.02), planned=60)
    session.log.row(throughput, {"batch_size": 8.0, "step_time": 1.0, "data_time": 0.0, "waiting": 0.0, "samples_per_second": 8.0})
    session.log.row(throughput, {"batch_size": 16.0, "step_time": 2.0, "data_time": 0.0, "waiting": 0.0, "samples_per_second": 8.0})
    now, then = {"lr": 1e-3, **SIZED}, {"lr": 0.1, **SIZED, "batch_size": SIZED["batch_size"] // 2}
    told = beside_today.size_tried(session, Estimate(then["batch_size"], 1, 8, "balanced"), now, then, TODAY)
    assert told.value == then["batch_size"] and "times as many steps" in told.reason
