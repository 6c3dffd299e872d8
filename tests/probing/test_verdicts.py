"""What pairs of trainings say, told from run directories written by hand."""

import dataclasses

import numpy as np
import pytest

from advisor.finding import Evidence, Finding, Report
from probes.observing.event_writer import EventFile
from probes.trials.early import turns_later
from probes.trials.score import more_pairs, score_of
from probes.trying.arms.messages import Ended
from probes.trying.arms.training import Trained
from probes.trying.horizon import LEAST, horizon
from probes.trying.outcome import Pair
from probes.trying.seen import Seen, forms, identical
from probes.trying.verdict import FINE, judged

STEPS = 300


def training(folder, ends, noise=0.0, seed=0, validation=None, failure="", steps=STEPS, start=2.0, fall=60):
    """A training whose loss falls from 2 to `ends`."""
    at = np.arange(1, steps + 1)
    loss = ends + (start - ends) * np.exp(-at / fall) + noise * np.random.default_rng(seed).standard_normal(steps) * (at > 1)
    file = EventFile(folder)
    file.rows(("train/loss",), at, 1e9 + at, loss[:, None])
    if validation is not None:
        file.rows(("val/loss",), at[29::30], 1e9 + at[29::30], (loss + validation)[29::30, None])
    file.close()
    return Seen(Trained(folder, Ended(steps, not failure, failure, failure), 1.0, 1.0))


def pairs(tmp_path, as_it_is, changed, count=3, **options):
    made = []
    for i in range(count):
        sides = (training(tmp_path / f"{i}{name}", ends + 0.01 * i, seed=i, **options) for name, ends in (("a", as_it_is), ("b", changed)))
        made.append(Pair(*sides))
    return made


def test_better_worse_and_no_difference(tmp_path):
    found = pairs(tmp_path, 1.0, 0.5, noise=0.02)
    assert judged(found).verdict == "better"
    assert judged([Pair(pair.changed, pair.as_it_is) for pair in found]).verdict == "worse"
    alike = pairs(tmp_path / "alike", 0.5, 0.502, noise=0.01)
    assert judged(alike).verdict == "no-difference"
    assert judged(alike[:2]).verdict == "cannot-tell" and judged(alike[:2]).more_pairs == 1
    assert judged(found, planned=3000, steps=300).turns_later == turns_later(300, 3000, repair=False, training=True)


def test_the_validation_is_what_counts_where_there_is_one(tmp_path):
    sides = [training(tmp_path / name, ends, validation=more) for name, ends, more in (("a", 0.5, 0.1), ("b", 0.3, 0.8))]
    found = judged([Pair(*sides)])
    assert found.measured_on == "validation" and found.score.value < -0.3, "the training loss says the opposite"
    without = Pair(sides[0], training(tmp_path / "c", 0.3))
    assert judged([without]).measured_on == "training" and judged([without]).score.value > 0


def test_mended_is_a_symptom_that_all_had_and_none_has(tmp_path):
    """As it is it learns nothing at all."""
    found = pairs(tmp_path, 2.0, 0.3, count=2, noise=0.02)
    assert all("loss-not-decreasing" in pair.as_it_is.problems for pair in found)
    assert judged(found).verdict == "mended" and judged(found).symptom == "loss-not-decreasing"
    assert judged(found[:1]).verdict == "cannot-tell", "one pair proves nothing"
    assert judged(found, symptoms=("overfitting",)).verdict == "cannot-tell"
    exchanged = [Pair(pair.changed, pair.as_it_is) for pair in found]
    assert judged(exchanged).verdict == "cannot-tell"


def test_a_symptom_is_gone_where_it_was_looked_for_to_the_end(tmp_path):
    """Too short a training to judge has none of it, and one whose explosion is put off has it later."""
    sick, short = (training(tmp_path / name, 2.0, noise=0.02, steps=steps) for name, steps in (("a", STEPS), ("b", 3)))
    assert "loss-not-decreasing" in sick.problems and not short.problems and not short.passed("loss-not-decreasing")
    assert judged([Pair(sick, short)] * 2).verdict != "mended"
    well = training(tmp_path / "c", 0.3)
    later = Seen(exploding(tmp_path / "d", 200).training, 150)
    assert not later.problems and "exploding-loss" in later.whole.problems
    soon = exploding(tmp_path / "e", 100)
    assert judged([Pair(soon, well)] * 2).verdict == "mended"
    assert judged([Pair(soon, well), Pair(soon, later)]).verdict != "mended"


def exploding(folder, onset):
    at = np.arange(1, STEPS + 1)
    loss = 2 * np.exp(-at / 200) * np.where(at < onset, 1.0, 1e6)
    file = EventFile(folder)
    file.rows(("train/loss",), at, 1e9 + at, loss[:, None])
    file.close()
    return Seen(Trained(folder, Ended(STEPS), 1.0, 1.0))


def test_one_sickness_in_the_place_of_another_is_no_repair(tmp_path):
    soon, idle = exploding(tmp_path / "a", 100), training(tmp_path / "b", 1.99, noise=0.02)
    found = judged([Pair(soon, idle)] * 2)
    assert "loss-not-decreasing" in idle.problems and found.verdict != "mended" and found.instead == ("loss-not-decreasing",)
    cut = dataclasses.replace(idle.training, ended=Ended(STEPS, whole=False))
    slow = Seen(dataclasses.replace(cut, folder=training(tmp_path / "c", 1.6, noise=0.001, fall=2000).training.folder))
    assert set(slow.problems) == {"slow-convergence"}
    assert judged([Pair(soon, slow)] * 2).doubtful, "what only the end can tell is asked of a training that goes there"
    assert not judged([Pair(soon, Seen(dataclasses.replace(cut, folder=slow.training.folder, ended=Ended(STEPS))))] * 2).doubtful


def test_a_slow_training_is_sped_up_by_its_time_alone(tmp_path):
    """What else runs on the machine makes a training slow, and the next one not."""

    def timed(name, seconds, waited):
        side = training(tmp_path / name, 0.5)
        at, file = np.arange(1, STEPS + 1), EventFile(tmp_path / name)
        file.rows(("train/step_time", "train/data_time"), at, 1e9 + at, np.tile([seconds, waited], (STEPS, 1)))
        file.close()
        return side

    slow, as_slow, fast = timed("a", 0.1, 0.08), timed("b", 0.095, 0.01), timed("c", 0.03, 0.001)
    assert "slow-training" in slow.problems and not as_slow.problems
    assert judged([Pair(slow, as_slow)] * 2).symptom == "", "unasked it is none"
    assert judged([Pair(slow, as_slow)] * 2, symptoms=("slow-training",)).verdict != "mended"
    assert judged([Pair(slow, fast)] * 2, symptoms=("slow-training",)).verdict == "mended"


def test_the_scale_is_what_the_better_side_learned(tmp_path):
    """Where the change is of the scale of the loss, the worse side's first loss says nothing."""
    found = judged([Pair(training(tmp_path / "a", 2.0, start=500.0), training(tmp_path / "b", 0.2))] * 3)
    assert found.score.value == 1


def test_what_was_learned_and_lost_again_is_learned(tmp_path):
    """Stopped at its best a training keeps what it would lose; where it began is where it ends, and yet it is not nothing."""
    whole = training(tmp_path / "a", 2.0, validation=np.linspace(-1.0, 2.0, STEPS) ** 2)
    found = judged([Pair(whole, Seen(whole.training, 120, stopped=True))] * 3)
    assert found.score.value == 1 and found.verdict in ("better", "mended")


def test_a_sickness_may_show_in_other_forms(tmp_path):
    """What has the same cause counts as much as the problem that it was found by: there in one form, gone in all."""
    found = pairs(tmp_path, 2.0, 0.3, count=2, noise=0.02)
    assert judged(found, symptoms=("exploding-loss", "loss-not-decreasing")).verdict == "mended"
    assert judged(found, symptoms=("exploding-loss",)).verdict == "cannot-tell"
    report = Report(
        None,
        "problem",
        None,
        (Finding("a", (), problem="exploding-loss"), Finding("b", (), problem="idle-layers", same_cause_as="exploding-loss")),
    )
    assert forms(report, "exploding-loss") == ("exploding-loss", "idle-layers") and forms(report, "idle-layers") == ("idle-layers",)


def test_a_side_that_broke_learned_nothing(tmp_path):
    found = [
        Pair(training(tmp_path / f"{i}a", 0.5 + 0.01 * i), training(tmp_path / f"{i}b", 0.5, failure="error", steps=40)) for i in range(3)
    ]
    assert judged(found[:2]).verdict == "worse" and judged(found).score.value == -1
    assert judged(found[:1]).verdict == "cannot-tell"
    missing = Seen(Trained(tmp_path / "nothing", Ended(0, False, "out-of-memory", "CUDA out of memory"), 1.0, 1.0))
    assert missing.problems == ("out-of-memory",)
    found = [Pair(missing, training(tmp_path / f"{i}c", 0.5)) for i in range(2)]
    assert judged(found).verdict == "mended" and judged(found).symptom == "out-of-memory"


def test_a_training_that_had_diverged_before_it_was_validated_began_somewhere(tmp_path):
    lost, well = training(tmp_path / "a", 0.5, validation=np.nan), training(tmp_path / "b", 0.4, validation=0.1)
    assert lost.start("val_loss") == lost.first_loss() == judged([Pair(lost, well)]).score.pairs * lost.first_loss()
    assert judged([Pair(lost, well)] * 3).score.value == 1


def test_what_is_the_same_to_the_last_bit_is_no_change(tmp_path):
    one, same = (training(tmp_path / name, 0.5, noise=0.1, seed=1) for name in "ab")
    other = training(tmp_path / "c", 0.5, noise=0.1, seed=2)
    assert identical(one, same) and not identical(one, other)
    assert judged([Pair(one, same)]).identical and judged([Pair(one, same)]).verdict == "no-difference"


def test_a_training_that_went_on_is_judged_as_far_as_the_others(tmp_path):
    whole = training(tmp_path / "a", 0.5)
    assert len(Seen(whole.training, 100).curve("train_loss")) == 100
    assert Seen(whole.training, 100).last("train_loss") > whole.last("train_loss")


@pytest.mark.parametrize("problem, steps", [("exploding-loss", 300), ("loss-not-decreasing", 600), ("overfitting", 2000)])
def test_the_horizon_follows_the_finding(problem, steps):
    fact = Evidence("train_loss", 150, 200, "rise", 2.0)
    report = Report(None, "problem", None, (Finding("It rose.", (fact,), problem=problem),))
    assert horizon(report, problem, 2000) == steps and horizon(report, problem, 50) == 50 < LEAST


def test_how_often_early_verdicts_turn():
    assert turns_later(30, 100, repair=True, training=False) == 0.006 < turns_later(30, 100, repair=False, training=False)
    assert turns_later(100, 100, repair=False, training=False) == 0 < turns_later(100, 100, repair=False, training=True)


def test_how_many_more_pairs_it_would_take():
    scattered = [(1.0 + d, 1.0, 9.0) for d in (0.4, -0.2, 0.45)]
    assert score_of(scattered, FINE).verdict == "cannot-tell" and more_pairs(scattered, FINE) > more_pairs(scattered, 0.1) >= 1
    assert more_pairs(scattered[:1]) == 2 and more_pairs([]) == 3
