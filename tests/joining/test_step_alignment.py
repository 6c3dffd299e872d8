"""Curves that count other things than the training loss."""

import numpy as np
import pytest

from advisor.reading.joining.step_alignment import aligned
from advisor.run import Run
from advisor.scalar import scalar

STEPS = np.arange(0, 1000, 10)
SECONDS = np.arange(100.0)


def mixed(train_wall, val_wall, val=None, **more):
    """A hundred points of training over a thousand steps, ten of validation over ten epochs."""
    val = np.arange(10) if val is None else val
    train = scalar(STEPS, np.linspace(2, 1, 100), train_wall, "train_loss")
    return Run("example", {"train_loss": train, "val_loss": scalar(val, np.ones(len(val)), val_wall, "val_loss"), **more})


def val_steps(run):
    return run.signal("val_loss").steps.tolist()


@pytest.mark.parametrize("unit", [1, 1e-3])
def test_epochs_go_onto_steps_by_wall_time(unit):
    run = aligned(mixed(1.7e9 + SECONDS, (1.7e9 + np.arange(9.0, 100, 10)) / unit))
    assert val_steps(run) == list(range(90, 1000, 100))
    assert run.notes == ("val_loss counts other steps than train_loss and was put on its steps by wall time",)


def test_steps_that_are_times_go_onto_steps():
    run = aligned(mixed(1.7e9 + SECONDS, None, val=1_700_000_000 + np.arange(9, 100, 10)))
    assert val_steps(run) == list(range(90, 1000, 100))


EPOCH = {
    "fractions, validation from 0": (STEPS / 100, 0),
    "fractions, validation from 1": (STEPS / 100, 1),
    "whole, validation from 0": (STEPS // 100, 0),
    "whole, validation from 1": (STEPS // 100, 1),
}


@pytest.mark.parametrize("values, first", EPOCH.values(), ids=EPOCH)
def test_epochs_go_onto_the_step_that_ended_them_by_the_epoch_logged(values, first):
    run = aligned(mixed(None, None, first + np.arange(10), epoch=scalar(STEPS, values, tag="epoch")))
    assert np.abs(run.signal("val_loss").steps - np.arange(100, 1001, 100)).max() <= 10 and "by the epoch logged" in run.notes[0]


def test_a_count_of_evaluations_is_no_count_of_epochs():
    run = aligned(mixed(None, None, np.arange(4), epoch=scalar(STEPS, STEPS / 100, tag="epoch")))
    assert "epoch logged" not in run.notes[0]


@pytest.mark.parametrize("first", [0, 1])
def test_epochs_are_spread_evenly_where_only_the_ends_match(first):
    run = aligned(mixed(None, None, first + np.arange(10)))
    assert val_steps(run) == [99, 198, 297, 396, 495, 594, 693, 792, 891, 990]
    assert run.notes == (
        "val_loss counts 10 epochs and train_loss steps, and nothing logged tells when each ended: they were spread evenly",
    )


def test_where_nothing_tells_curves_stay_and_it_is_said():
    run = aligned(mixed(None, None, np.array([3, 7, 8, 30])))
    assert val_steps(run) == [3, 7, 8, 30] and "both were left" in run.notes[0]


def test_the_training_goes_onto_the_steps_of_a_finer_validation():
    train = scalar(np.arange(10), np.ones(10), np.arange(9.0, 100, 10), "train_loss")
    run = aligned(Run("example", {"train_loss": train, "val_loss": scalar(STEPS, np.ones(100), SECONDS, "val_loss")}))
    assert run.signal("train_loss").steps.tolist() == list(range(90, 1000, 100)) and val_steps(run) == STEPS.tolist()


@pytest.mark.parametrize("walls", [(None, None), (np.arange(10.0), np.arange(10) + 0.5)])
def test_epochs_from_0_and_from_1_are_the_same_epochs(walls):
    train = scalar(np.arange(10), np.ones(10), walls[0], "train_loss")
    val = scalar(np.arange(1, 11), np.ones(10), walls[1], "val_loss")
    run = aligned(Run("example", {"train_loss": train, "val_loss": val}))
    assert val_steps(run) == list(range(10)) and "counts epochs from 1 and train_loss from 0" in run.notes[0]


ALONE = {
    "it only ended early": (SECONDS, np.arange(10.0), None),
    "the same steps": (SECONDS, np.arange(9.0, 100, 10), np.arange(90, 1000, 100)),
    "the same steps, no clock": (None, None, np.arange(90, 1000, 100)),
    "another epoch, by the clock": (SECONDS, np.arange(0.0, 100, 10), np.arange(600, 1600, 100)),
    "one point": (None, None, np.array([0])),
}


@pytest.mark.parametrize("train_wall, val_wall, val", ALONE.values(), ids=ALONE)
def test_a_curve_that_is_right_stays(train_wall, val_wall, val):
    run = mixed(train_wall, val_wall, val)
    assert aligned(run) is run


def test_points_copied_at_once_have_no_clock():
    run = aligned(mixed(1.7e9 + SECONDS / 1e5, 1.7e9 + 0.001 + np.arange(10) / 1e5))
    assert "spread evenly" in run.notes[0]
