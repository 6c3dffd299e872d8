"""One training logged in several formats."""

from pathlib import Path

import numpy as np
import pytest

from advisor.reading.joining.duplicate_curves import without_other_axes
from advisor.reading.joining.folder_runs import trainings
from advisor.reading.log import Log
from advisor.scalar import scalar

WALL = {"tensorboard": 1000.0}


def loss(n=50, first=0, stride=1, level=0.0):
    """Steps and values: a loss that is the same function of time in every record."""
    at = np.arange(0, n, stride)
    return at + first, level + 2 * np.exp(-at / 20)


def log(format, started=0.0, **curves):
    wall = WALL.get(format)
    made = {tag: scalar(at, values, None if wall is None else wall + at, tag) for tag, (at, values) in curves.items()}
    return Log(Path(f"log.{format}"), made, started=wall or 0.0, format=format)


def test_the_same_curves_of_two_formats_are_read_once():
    [found] = trainings([log("csv", loss=loss(), lr=loss()), log("tensorboard", loss=loss())])
    assert np.isfinite(found.scalars["loss"].wall).all() and set(found.scalars) == {"loss", "lr"}
    assert found.formats == {"loss": "tensorboard", "lr": "csv"}
    assert found.notes == ["1 curve was logged both by tensorboard and by csv: of each the record with more points was read"]


@pytest.mark.parametrize("denser", ["csv", "tensorboard"])
def test_of_each_curve_the_record_with_more_points_is_read(denser):
    sparser = {"csv": "tensorboard", "tensorboard": "csv"}[denser]
    [found] = trainings([log(denser, loss=loss()), log(sparser, loss=loss(stride=5))])
    assert len(found.scalars["loss"]) == 50


@pytest.mark.parametrize("tags", [("train/loss", "loss"), ("eval/loss", "eval_loss"), ("ray/tune/loss", "loss")])
def test_other_spellings_of_a_curve_are_known_by_their_values(tags):
    [found] = trainings([log("tensorboard", **{tags[0]: loss()}), log("json", **{tags[1]: loss()})])
    assert set(found.scalars) == {tags[0]}


def test_a_spelling_with_other_values_is_another_curve():
    [found] = trainings(
        [log("tensorboard", **{"train/loss": loss(), "acc": loss()}), log("json", loss=loss(level=1), acc=loss(), x=loss())]
    )
    assert set(found.scalars) == {"train/loss", "acc", "loss", "x"}


def test_epochs_from_0_and_from_1_are_the_same_epochs():
    [found] = trainings([log("tensorboard", loss=loss(10)), log("csv", loss=loss(10, first=1))])
    assert found.scalars["loss"].steps.tolist() == list(range(10))


def test_a_table_another_training_left_is_a_training():
    found = trainings([log("csv", loss=loss()), log("tensorboard", loss=loss(level=1))])
    assert len(found) == 2


def test_a_table_goes_with_the_training_it_tells_of():
    both = log("csv", loss=(np.tile(np.arange(50), 2), np.concatenate([loss()[1], loss(level=1)[1]])))
    found = trainings([log("tensorboard", loss=loss(), grad_norm=loss()), both])
    assert sorted(len(t.scalars) for t in found) == [1, 2]


def test_what_was_printed_gives_curves_only_where_nothing_else_does():
    printed = log("text", loss=loss(200), other=loss(200))
    [found] = trainings([printed, log("tensorboard", loss=loss())])
    assert set(found.scalars) == {"loss"} and len(found.scalars["loss"]) == 50
    [found] = trainings([printed])
    assert set(found.scalars) == {"loss", "other"}


def test_hyperparameters_alone_are_no_training():
    told = Log(Path("params/lr"), hparams={"lr": 0.1}, format="mlflow")
    assert trainings([told]) == []
    [found] = trainings([told, log("tensorboard", loss=loss())])
    assert found.hparams == {"lr": 0.1} and found.notes == []


@pytest.mark.parametrize("axis", ["samples", "tokens", "time"])
def test_a_curve_repeated_over_another_axis_is_left_out(axis):
    at, values = loss()
    curves = {"lm loss": scalar(at, values), f"lm loss vs {axis}": scalar(at * 64, values), f"acc vs {axis}": scalar(at * 64, values)}
    kept, told = without_other_axes(curves)
    assert (
        set(kept) == {"lm loss", f"acc vs {axis}"}
        and f"1 curve that repeats another over other steps was left out: lm loss vs {axis}" in told
    )


def test_a_curve_of_other_values_over_another_axis_stays():
    at, values = loss()
    assert without_other_axes({"loss": scalar(at, values), "loss vs samples": scalar(at, values + 1)})[1] == []
