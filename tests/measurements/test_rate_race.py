"""The race of learning rates on trainings whose best rate is known, and its bench's sweeps against single trainings."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
import torch

from probes.learning_rate import optimizers, race_candidates, race_levels, schedules
from probes.learning_rate.race_drift import BEYOND, DRIFT_SPREAD, LEARNING, OVERFITTING, at_edge, drift, moved, usual_drift
from probes.learning_rate.race_levels import HALF_WAY, UNSEEN, RaceLevel, gap, levels, overfits, reach, spent, still_learns, vertex
from probes.learning_rate.race_words import diverged_at
from probes.measurements import rate_race
from probes.trainings import from_model_file, model_file
from tests.measurements.copies import Copies, tensors
from tests.measurements.known_trainings import Drifting, Quadratic
from tests.measurements.table_of_rows import table

RATES = race_candidates.candidates(np.inf, 1.0, 1.0)


def raced(training, rates=RATES, today=1e-9, folk=1e-9, planned=40, **options):
    return table(rate_race.measure(training, rates=rates, today=today, folk=folk, planned=planned, **options))


# ── measuring ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_race_holds_the_rates_in_use_and_stays_below_the_edge():
    rates = race_candidates.candidates(0.5, 2e-3, 0.01)
    assert 2e-3 in rates and 0.01 in rates and max(rates) < 0.5 and len(rates) == race_candidates.RATES + 1
    assert race_candidates.candidates(1e-3, 0.3, 0.3)[-1] == pytest.approx(0.3), "even where it lies above the edge"
    assert len(RATES) == 15 and np.allclose(np.diff(np.log10(RATES)), 0.5)


@pytest.mark.parametrize("budget, planned", [(100, 300), (300, 300), (950, 300), (950, 10**6), (3000, 300)])
def test_the_race_keeps_to_its_budget_and_no_training_is_longer_than_the_planned_one(budget, planned):
    training = Drifting()
    rows = raced(training, rates=RATES[-8:], budget=budget, planned=planned)
    assert training.taken == spent(race_levels.rows_of(rows)) <= budget and rows.steps.max() <= planned
    assert rows.steps.sum() > 0.85 * budget or rows.steps.max() == planned
    finalists = rows.lr[rows.level == 2]
    assert len(set(finalists)) == 4 and len(finalists) == 12


def test_each_training_starts_the_same_and_runs_the_whole_schedule():
    seen = []

    class Seen(Quadratic):
        def step(self):
            seen.append((self.lr, self.evaluate(), self.rng.random()))
            return super().step()

    training = Seen(10.0)
    list(rate_race.measure(training, rates=[1e-3, 1e-2], today=1e-3, folk=1e-3, planned=20, schedule="warm-up-cosine", budget=300))
    first, second = seen[:10], seen[10:20]
    assert [lr for lr, *_ in first] == pytest.approx([schedules.rate("warm-up-cosine", 1e-3, i, 10) for i in range(10)])
    assert [lr for lr, *_ in second] == pytest.approx([10 * lr for lr, *_ in first])
    assert first[0][1:] == second[0][1:] and training.lr == 0.01


# ── judging ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_race_finds_the_best_rate_of_gradient_descent_and_its_edge():
    """Gradient descent on c|x|²/2 is fastest at 1/c and diverges beyond 2/c."""
    rows = raced(Quadratic(10.0), planned=300)
    found = rate_race.suggested(rows)
    assert 0.002 < found.low <= found.value <= found.high < 0.2 and found.high > 0.04
    assert 0.1 < diverged_at(race_levels.rows_of(rows)) < 1 and "diverge" in found.reason


@pytest.mark.parametrize("best", [3e-5, 2e-3, 0.05, 1.0])
def test_the_best_rate_lies_in_the_interval_and_near_the_value(best):
    found = rate_race.suggested(raced(Drifting(best, noise=0.05)))
    assert found.low <= best <= found.high < 10 * found.low and best / 2.5 < found.value < 1.3 * best


@pytest.mark.parametrize("slope", [-1.0, -0.5])
def test_a_drift_with_length_widens_the_interval_and_moves_nothing(slope):
    short, long = (rate_race.suggested(raced(Drifting(10 ** (-2 - 1.5 * slope), slope), planned=n)) for n in (40, 1000))
    assert long.value == pytest.approx(short.value, rel=0.2) and long.high == pytest.approx(short.high, rel=0.2)
    assert 0.4 < np.log10(long.low / short.low) / (slope * np.log10(1000 / 40)) < 1.4
    assert "times the length the best rate may be" in long.reason and "times the length" not in short.reason


def test_an_interval_is_never_widened_up_nor_for_more_than_two_decades_of_steps():
    up = rate_race.suggested(raced(Drifting(1e-3, 0.5), planned=10**4))
    assert up.value <= 1e-3 * 70**0.5 and up.high < 4 * up.value
    far, farther = (rate_race.suggested(raced(Drifting(0.1, -0.5), planned=n)).low for n in (10**6, 10**8))
    assert far == pytest.approx(farther)


def test_todays_rate_trains_to_the_end_and_is_left_out_only_where_it_was_beaten_beyond_noise():
    rates = race_candidates.candidates(np.inf, 1e-3, 1e-9)
    rows = raced(Drifting(0.1, noise=0.02), rates=rates, today=1e-3)
    its = (rows.level == 2) & (rows.lr == 1e-3)
    assert its.sum() == 3 and rate_race.suggested(rows).low > 1e-3
    rows.after[its] = rows.after[rows.level == 2].min() + 0.005
    found = rate_race.suggested(rows)
    assert found.low <= 1e-3 < found.value < 0.2


def test_a_rate_that_has_not_fallen_yet_did_not_diverge():
    rows = race_levels.rows_of(raced(Drifting(0.1), planned=300))
    stuck = [{**row, "after": row["before"] + 0.5} if row["lr"] > 0.5 else row for row in rows]
    assert diverged_at(rows) == diverged_at(stuck) == np.inf
    assert 0.5 < diverged_at([{**row, "after": 99.0} if row["lr"] > 0.5 else row for row in rows]) < 2


@pytest.mark.parametrize("today, kept", [(0.09, True), (0.11, True), (0.2, False), (0.004, False), (2.0, False)])
def test_a_rate_in_use_is_kept_unless_it_is_beaten_beyond_noise(today, kept):
    rates = race_candidates.candidates(np.inf, today, 1e-9)
    for name, said in (("today", "today's rate"), ("folk", "usual rate")):
        found = rate_race.suggested(raced(Drifting(0.1, noise=0.1), rates=rates, **{name: today}))
        assert (found.value == today) == kept == (said in found.reason)


@pytest.mark.parametrize("examples, overfit, slope", [(160, 0.0, LEARNING), (160, 5.0, OVERFITTING), (10**6, 5.0, LEARNING)])
def test_the_more_it_overfits_the_lower_a_rate_a_longer_training_may_want(examples, overfit, slope):
    """Nothing repeats where there are examples enough."""
    short, long = (rate_race.suggested(raced(Drifting(0.1, slope, examples=examples, gap=overfit), planned=n)) for n in (40, 1000))
    assert np.log10(long.low / short.low) == pytest.approx(slope * np.log10(1000 / 40), rel=0.3)
    assert ("began to overfit" in long.reason) == (slope == OVERFITTING)


def test_the_longest_training_tells_how_far_it_overfits():
    for share in (0.0, 0.02, 2.0):
        rows = race_levels.rows_of(raced(Drifting(examples=400, gap=share), planned=3000))
        assert gap(rows) == pytest.approx(share) and overfits(rows) == pytest.approx(1 - HALF_WAY / (HALF_WAY + share))
    assert gap(rows[:-1]) is None and rows[-1]["steps"] == 209 and 0 < overfits(rows[:-1]) < 0.5
    assert gap([*rows[:-1], {**rows[-1], "after": np.inf}]) == np.inf
    unseen = race_levels.rows_of(raced(Drifting(examples=10**4), planned=10**5))
    assert gap(unseen) == 0 and overfits(unseen) == pytest.approx(1 - HALF_WAY / (HALF_WAY + UNSEEN)), "80 epochs are planned, one not seen"


def test_an_edge_is_held_only_while_longer_trainings_still_improve():
    rows = race_levels.rows_of(raced(Drifting(0.3, edge=0.5), planned=1000))
    stuck = [*rows[:-1], {**rows[-1], "after": 1.5, "train": 1.5}]
    assert not still_learns(stuck) and still_learns([*rows[:-1], {**rows[-1], "after": 0.5}])
    better, worse = (rate_race.suggested(table(found)).low for found in ([*rows[:-1], {**rows[-1], "after": 0.5, "train": 0.5}], stuck))
    assert worse < 0.5 * better


def test_the_longest_training_cools_down():
    rates = []

    class Seen(Drifting):
        def step(self):
            rates.append(self.lr)
            return super().step()

    list(rate_race.measure(Seen(0.1), rates=[0.01, 0.1], today=0.1, folk=0.1, planned=10**4))
    long = rates[-209:]
    assert long[:188] == [0.1] * 188 and long[-1] == pytest.approx(0.1 * 0.5 / 20.9) and np.all(np.diff(long[190:]) < 0)


def test_a_rate_at_which_the_longest_training_unlearned_counts_as_diverged():
    class Later(Drifting):
        def step(self):
            return super().step() if self.steps < 150 or self.peak < 0.05 else np.nan

    rows = race_levels.rows_of(raced(Later(0.1), planned=1000))
    assert np.isnan(rows[-1]["after"]) and rows[-1]["level"] == 3 and gap(rows) is None
    assert at_edge(levels(rows)[-1]) and 10 ** levels(rows)[-1].x[levels(rows)[-1].best] < 0.05


def test_one_divergence_among_the_seeds_disqualifies_a_rate():
    class Once(Drifting):
        def step(self):
            return np.inf if self.seed == 1 and self.lr > 0.05 else super().step()

    rows = raced(Once(0.1))
    assert np.isnan(rows.after[(rows.lr > 0.05) & (rows.seed == 1) & (rows.level == 2)]).all()
    assert rate_race.suggested(rows).value < 0.05 < rate_race.suggested(raced(Drifting(0.1))).value


def test_a_rate_above_one_that_diverged_has_only_had_luck():
    rows = race_levels.rows_of(raced(Drifting(0.1), planned=300))
    lucky = [{**row, "after": np.nan if 0.2 < row["lr"] < 0.9 else 0.5} if row["lr"] > 0.2 else row for row in rows]
    assert 10 ** levels(lucky)[0].x[levels(lucky)[0].best] < 0.2


def test_a_race_that_nobody_wins_is_inconclusive():
    rows = raced(Drifting(falls=False))
    assert rate_race.suggested(rows).value is None and "inconclusive" in next(rate_race.check(rows)).message
    assert "diverged" in rate_race.suggested(raced(Drifting(edge=0.0))).reason


def test_rates_that_all_do_as_well_are_said_to():
    class Flat(Drifting):
        def evaluate(self):
            return 1.0 if self.steps else 9.0

    found = rate_race.suggested(raced(Flat(), rates=race_candidates.candidates(np.inf, 0.01, 0.1), today=0.01, folk=0.1))
    assert found.value == 0.01 and "did clearly better" in found.reason


def test_a_race_that_was_cut_short_is_read_as_far_as_it_went():
    rows = list(rate_race.measure(Drifting(0.1), rates=RATES, today=1e-9, folk=1e-9, planned=300))
    for cut in (15, 18, 22, 27, 30):
        found = rate_race.suggested(table(rows[:cut]))
        assert found.value is not None and found.low <= found.value <= found.high
    assert 0.01 < rate_race.suggested(table(rows[:20])).value < 0.3


def test_how_long_a_training_is_to_be_is_assumed_where_nobody_says():
    rows = table(rate_race.measure(Drifting(0.1, drift=-0.2), rates=RATES))
    found = rate_race.suggested(rows)
    assert rows.planned[0] == 10 * 10**6 / 8 and "1,250,000 steps (assumed: ten epochs)" in found.reason
    assert "of 10 epochs, too little" in found.reason and rows.today[0] == 0.01 and rows.folk[0] == 0.1


def test_the_finding_holds_value_interval_schedule_and_cost():
    rows = raced(Drifting(0.1, edge=0.5), planned=1000, schedule="one-cycle")
    found, [finding] = rate_race.suggested(rows), rate_race.check(rows)
    [change] = finding.causes[0].changes
    assert change.to == found.value and change.interval == (found.low, found.high)
    assert all(
        part in finding.message
        for part in ("one-cycle schedule over 1,000 steps", f"{spent(race_levels.rows_of(rows)):,} in all", "diverge")
    )


# ── the fit ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_vertex_of_a_parabola_is_found_and_stays_within_half_a_gap():
    x = np.array([-3.0, -2.5, -2.0, -1.0])
    assert vertex(x, (x + 2.2) ** 2) == pytest.approx(-2.2)
    assert vertex(x, np.array([4.0, 1.0, 0.0, np.inf])) == -2.25
    assert vertex(x, np.array([0.0, 1.0, 2.0, 3.0])) == -3 and vertex(x, np.array([9.0, 9.0, 0.0, 0.1])) == pytest.approx(-1.75, abs=0.3)


def test_reach_is_where_the_parabola_leaves_what_is_allowed():
    x = np.arange(-3, 0.5, 0.5)
    level = RaceLevel(10, x, np.tile((x + 1.5) ** 2, (3, 1)))
    assert reach(level, -1, 0.16) == pytest.approx(-1.9) and reach(level, 1, 0.49) == pytest.approx(-0.8)
    assert reach(level, 1, 99) == 0 and reach(level, -1, 0.0) == -1.5


def test_a_drift_is_held_against_what_is_usual():
    x = np.arange(-4, 2, 0.5)
    levels = [RaceLevel(n, x, np.tile((x + 1 + s) ** 2, (3, 1))) for n, s in ((10, 0.0), (1000, 1.6))]
    slope, error = drift(levels, -0.4)
    assert -0.8 < slope < -0.5 and 0 < error < 0.2 and drift(levels[:1], -0.4)[0] == pytest.approx(-0.4)
    assert drift([RaceLevel(n, x, (x + 1 - s) ** 2 + np.zeros((3, 1))) for n, s in ((10, 0.0), (1000, 1.6))], -0.4)[0] == 0
    assert usual_drift(0) == LEARNING and usual_drift(1) == OVERFITTING


def test_an_edge_of_divergence_tells_nothing_of_a_drift_and_is_not_left_soon():
    x = np.arange(-4, 1, 0.5)
    free, cut = (x + 1) ** 2 + np.zeros((3, 1)), np.where(x > -1, np.inf, (x + 0.2) ** 2) + np.zeros((3, 1))
    levels = [RaceLevel(n, x, losses) for n, losses in ((10, free), (20, cut), (40, cut))]
    assert [at_edge(level) for level in levels] == [False, True, True] and at_edge(RaceLevel(10, x[:3], free[:, :3]))
    assert drift(levels, -0.4) == (-0.4, DRIFT_SPREAD) and drift([*levels[:2], levels[0]], -0.4) == drift([levels[0], levels[0]], -0.4)
    assert moved(levels[0], -0.5, 1, BEYOND) == -0.5 and moved(levels[0], 0.5, 1, BEYOND) == 0
    assert moved(levels[2], -0.5, 1, BEYOND) == 0 and moved(levels[2], -1.0, 2, BEYOND) == BEYOND - 2


# ── schedules, optimizers, sweeps ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", schedules.SCHEDULES)
def test_a_schedule_reaches_its_peak_and_never_passes_it(name):
    rates = np.array([schedules.rate(name, 2.0, step, 200) for step in range(200)])
    assert 1.97 < rates.max() <= 2.0 and rates.min() >= 0
    assert rates[-1] == 2.0 if name in ("constant", "warm-up") else rates[-1] < 0.03


def test_schedules_are_torchs_own():
    weights = [torch.nn.Parameter(torch.zeros(1))]
    for name, make in {
        "cosine": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 100),
        "one-cycle": lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 1.0, total_steps=100, cycle_momentum=False),
        "linear": lambda o: torch.optim.lr_scheduler.LinearLR(o, 1.0, 0.0, 100),
    }.items():
        optimizer = torch.optim.SGD(weights, lr=1.0)
        scheduler, theirs = make(optimizer), []
        for _ in range(100):
            theirs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        assert np.allclose(theirs, [schedules.rate(name, 1.0, i, 100) for i in range(100)], atol=0.03), name


def test_usual_rates_and_refusals():
    of = {("SGD", None): 0.1, ("SGD", 0.9): 0.01, ("AdamW", None): 1e-3, ("RMSprop", 0.9): 1e-3, ("Muon", None): 0.02}
    for (name, momentum), rate in of.items():
        assert optimizers.usual_rate({"optimizer": name, "lr": 0.02, "momentum": momentum}) == rate
    assert all(optimizers.refusal(name) for name in ("Rprop", "Prodigy", "DAdaptAdam", "AdamWScheduleFree", "SGDScheduleFree"))
    assert not any(optimizers.refusal(name) for name in ("SGD", "AdamW", "RMSprop", "Adadelta", "Muon", "Lion", "RAdam"))


@pytest.mark.parametrize("name", ["digits_adamw", "scaled_momentum", "cancer_rmsprop"])
def test_the_sweeps_of_the_bench_are_single_trainings_side_by_side(name):
    path = Path(__file__).parents[1] / "bench" / "tasks" / f"{name}.py"
    with model_file.imported(path) as task, contextlib.nullcontext(from_model_file.training_from(task, path, 3)) as training:
        copies = Copies(task, training.dataset, np.array([1e-4, 1e-3]), [3])
        [losses] = copies.train(25, "warm-up-cosine", [25], tensors(training.held_out))
        for step in range(25):
            training.lr = schedules.rate("warm-up-cosine", 1e-3, step, 25)
            training.step()
    assert losses[0, 1] == pytest.approx(training.evaluate(), rel=1e-4) and losses[0, 0] != losses[0, 1]
