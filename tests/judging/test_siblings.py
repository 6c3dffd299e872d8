"""Runs of one search are evidence for each other."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor import curves
from advisor.curves import fall, line, nan_after, noise
from advisor.evidence.siblings import BetterSibling, Sibling, attach_siblings, best_siblings
from advisor.judging import engine


def search(*curves_and_hparams, parent="search"):
    """Runs of one folder, acquainted."""
    runs = []
    for i, (loss, hparams) in enumerate(curves_and_hparams):
        run = replace(curves.example({}), path=Path(parent, str(i)), name=str(i))
        run.__dict__["signals"] = dict(curves.example(dict(train_loss=loss, hparams=hparams)).signals)
        runs.append(run)
    attach_siblings(runs)
    return runs


SLOW, GOOD, LOST = line(2.3, 2.1) * noise(0.01), fall() * noise(0.05), fall() * nan_after(0.1)


def sgd(lr, **others):
    return dict(lr=lr, optimizer="SGD", **others)


@pytest.mark.parametrize("loss, rate, cause", [(LOST, 0.3, "learning-rate-too-high"), (SLOW, 0.0004, "learning-rate-too-low")])
def test_the_best_siblings_rate_is_the_change(loss, rate, cause):
    run, *_ = search((loss, sgd(rate)), (GOOD, sgd(0.004)), (fall(end=0.3) * noise(0.05), sgd(0.007)), (SLOW, sgd(0.0001)))
    report = engine.diagnose(run)
    assert report.findings[0].causes[0].cause == cause
    assert (report.first_change.hparam, report.first_change.to, report.first_change.interval) == ("lr", 0.004, (0.004, 0.007))
    assert "1 ended at" in report.first_change.why


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([(GOOD, sgd(0.31))], id="the same rate"),
        pytest.param([(SLOW, sgd(0.001))], id="no better"),
        pytest.param([(LOST, sgd(0.001))], id="ended as NaN"),
        pytest.param([(GOOD[:5], sgd(0.001))], id="too short to tell"),
        pytest.param([(GOOD, dict(lr=0.001, optimizer="Adam"))], id="another optimizer"),
        pytest.param([(GOOD, sgd(0.001, batch_size=8))], id="another batch size"),
        pytest.param([(GOOD, {})], id="rate not known"),
        pytest.param([(40 * GOOD, sgd(0.001))], id="another task, by its first loss"),
    ],
)
def test_what_is_no_evidence(others):
    run, *_ = search((SLOW, sgd(0.3)), *others)
    assert run.signal("siblings") is None


@pytest.mark.parametrize("ends, told", [((0.3, 0.4, 0.5), True), ((0.1, 0.8, 1.6), False)], ids=["close seeds", "seeds far apart"])
def test_the_spread_over_seeds_is_the_noise(ends, told):
    """A better rate counts only where seeds of one rate differ less than it from this run's."""
    seeds = [(fall(end=end) * noise(0.01), sgd(0.001)) for end in ends]
    run, *_ = search((fall(end=1.1) * noise(0.01), sgd(0.3)), *seeds)
    assert (run.signal("siblings") is not None) == told


def test_where_the_loss_was_lost_before_its_first_point_the_settings_must_do():
    lost, _ = search((np.full(200, np.nan), sgd(30.0)), (GOOD, sgd(0.01)))
    assert lost.signal("siblings").rate == 0.01


def test_a_sibling_that_began_lost_did_not_learn_the_most():
    """A loss that was lost before its first point falls furthest, and yet ends higher."""
    run, *_ = search((SLOW, sgd(0.0001)), (4.4 * fall(end=0.5), sgd(9.0)), (fall(end=0.5), sgd(0.01)))
    assert run.signal("siblings").rate == 0.01


def test_a_sibling_that_was_trained_much_longer_says_nothing_of_the_rate():
    run, other = search((SLOW, sgd(0.0001)), (GOOD, sgd(0.001)))
    assert run.signal("siblings") is not None
    loss = other.signals["train_loss"]
    other.signals["train_loss"] = replace(loss, steps=loss.steps * 3)
    attach_siblings([run, other])
    assert run.signal("siblings") is None


def test_runs_of_other_folders_are_strangers():
    [run], [other] = search((SLOW, sgd(0.3)), parent="a"), search((GOOD, sgd(0.001)), parent="b")
    attach_siblings([run, other])
    assert run.signal("siblings") is None


@pytest.mark.parametrize("end, verdict", [(0.8, "healthy"), (1.2, "problem")])
def test_a_run_is_ill_by_its_siblings_alone_where_it_made_less_than_half_of_the_way(end, verdict):
    well = fall(end=end) * noise(0.02)
    run, _ = search((well, sgd(0.01)), (np.minimum(well, fall(end=0.01)), sgd(0.1)))
    assert engine.diagnose(run).verdict == verdict


def test_a_handful_of_points_is_compared_with_others_of_the_same_settings():
    """The first of them is a mean of an epoch, so that it tells no task."""
    slow, good = np.array([2.3, 2.29, 2.28, 2.27, 2.26]), np.array([1.0, 0.4, 0.3, 0.2, 0.1])
    run, _ = search((slow, sgd(1e-4, seed=1)), (good, sgd(0.1, seed=2)))
    assert run.signal("siblings").rate == 0.1
    run, _ = search((slow, sgd(1e-4, data="a")), (good, sgd(0.1, data="b")))
    assert run.signal("siblings") is None


def slowly(run, others):
    """The same as `best_siblings`, one run and one rate at a time."""

    def alike(other):
        if not np.isfinite(run.first) or not np.isfinite(other.first):
            return np.isfinite(other.first)
        low, high = sorted((abs(run.first), abs(other.first)))
        return high <= 2 * low and not (run.lived and other.span > 2 * run.span)

    tried = [float(f"{other.rate:.3g}") for other in others if other.search == run.search]
    others = [other for other in others if other is not run and other.search == run.search and alike(other)]
    start = np.nanmin([run.first, *(other.first for other in others)]) if others else np.nan
    fell = {other: start - other.end if np.isfinite(other.end) else -np.inf for other in others}
    mine = start - run.end if np.isfinite(run.end) else -np.inf
    by_rate = {rate: [o for o in others if float(f"{o.rate:.3g}") == rate] for rate in sorted({float(f"{o.rate:.3g}") for o in others})}
    seeds = [np.array([fell[o] for o in several if np.isfinite(fell[o])]) for several in by_rate.values()]
    noise = np.median([s.std(ddof=1) for s in seeds if len(s) > 1] or [0.0])
    typical = {r: np.median([fell[o] for o in tried]) for r, tried in by_rate.items() if max(r / run.rate, run.rate / r) > 1.2}
    best = max(typical, key=typical.get, default=None)
    if best is None or typical[best] <= 0 or typical[best] < max(1.25 * mine, mine + 2 * noise):
        return None
    as_good = [rate for rate, fall in typical.items() if fall >= 0.9 * typical[best]]
    side = [rate for rate in as_good if (rate < run.rate) == (best < run.rate)]
    lucky = max(side, key=lambda rate: max(fell[o] for o in by_rate[rate]))
    if max(fell[o] for o in by_rate[lucky]) >= 1.25 * max(fell[o] for o in by_rate[best]):
        best = lucky
        as_good = [rate for rate, fall in typical.items() if fall >= 0.9 * typical[best]]
    winner = max(by_rate[best], key=fell.get)
    low, high = min(as_good), max(as_good)
    if edge := best == (min(tried) if best < run.rate else max(tried)):
        low, high = (low / 3, high) if best < run.rate else (low, high * 3)
    interval, share, lost = (float(f"{low:.3g}"), float(f"{high:.3g}")), mine / typical[best], typical[best] / abs(start)
    return BetterSibling(winner.name, best, winner.end, interval, run.rate, edge, share, lost)


def test_where_the_best_rate_is_the_last_that_was_tried_it_is_said_and_the_range_goes_on():
    run, *_ = search((SLOW, sgd(0.0001)), (GOOD, sgd(0.004)), (SLOW, sgd(0.0002)))
    change = engine.diagnose(run).first_change
    assert change.to == 0.004 and change.interval == (0.004, 0.012) and "no higher one was tried" in change.why


@pytest.mark.parametrize("loss, rate, last, cause", [(LOST, 30.0, 10.0, "too-high"), (SLOW, 1e-5, 1e-4, "too-low")])
def test_where_the_last_rate_that_was_tried_did_little_the_change_goes_on_beyond_it(loss, rate, last, cause):
    """As far as the run alone would lead."""
    poor = fall(end=1.7, rate=3) * noise(0.01)
    run, *_ = search((loss, sgd(rate)), (poor, sgd(last)))
    beside = next(c for c in engine.diagnose(run).findings[0].causes if c.cause.endswith(cause)).changes[0]
    alone, *_ = search((loss, sgd(rate)))
    changed = next(c for c in engine.diagnose(alone).findings[0].causes if c.cause.endswith(cause)).changes[0]
    assert beside.to == changed.to and abs(np.log(beside.to / rate)) > abs(np.log(last / rate))
    assert "sibling 1 ended at" in beside.why and min(beside.interval) <= last <= max(beside.interval)


def test_among_rates_that_are_as_good_the_one_that_brought_a_seed_further_than_any_is_the_best():
    """Most seeds of every rate are stuck at one level; at the lowest some left it."""
    seeds = [(fall(end=end) * noise(0.01), sgd(1e-5)) for end in (1.2, 0.3, 1.21)]
    run, *_ = search((LOST, sgd(1.0)), *seeds, *((fall(end=1.19) * noise(0.01), sgd(rate)) for rate in (1e-2, 1e-3, 1e-4)))
    assert run.signal("siblings").rate == 1e-5 and "2 ended at" in run.signal("siblings").why


def test_all_runs_of_a_search_are_compared_as_each_would_be_alone():
    draw = np.random.default_rng(0)
    for _ in range(40):
        runs = [
            Sibling(
                (draw.integers(2),), str(i), draw.choice([1e-4, 1e-3, 1.1e-3, 1e-2]), draw.choice([np.nan, 2.3, 2.4, 9.0]),
                draw.choice([100.0, 150.0, 900.0]), bool(draw.random() < 0.8), draw.choice([np.nan, draw.uniform(0, 3)]),
            )
            for i in range(12)
        ]  # fmt: skip
        assert best_siblings(runs) == [slowly(run, runs) for run in runs]


def test_a_loss_that_is_mostly_nothing_and_often_enormous_did_not_learn_the_most():
    bursts = np.where(np.arange(200) % 4 == 3, 40.0, 0.0)
    bursts[0] = 2.3
    run, *_ = search((SLOW, sgd(1e-4)), (bursts, sgd(300.0)), (fall(start=2.3, end=0.1), sgd(0.1)))
    assert run.signal("siblings").rate == 0.1


def test_means_of_epochs_are_compared_from_where_the_lowest_rate_began():
    """The best rate's first point is a mean of its first epoch, in which it learned most of what there is."""
    epochs = np.arange(15)
    middling, good, slow = 0.12 + 0.3 * np.exp(-epochs), 0.01 + 0.13 * np.exp(-epochs / 3), 0.48 - 0.002 * epochs
    run, other, _ = search(*((loss, sgd(rate, epochs=15)) for loss, rate in ((middling, 1e-3), (slow, 1e-5), (good, 0.1))))
    assert run.signal("siblings").share > 0.5 and other.signal("siblings").share < 0.1 and other.signal("siblings").rate == 0.1
