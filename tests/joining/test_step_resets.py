"""Steps that fall back inside one file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor.reading.joining.folder_runs import trainings
from advisor.reading.joining.step_resets import split_sessions
from advisor.reading.log import Log
from advisor.reading.runs import read
from advisor.scalar import Histogram, scalar
from tests.reading.logs import events, steps


def falling(start, end, n=50):
    return end + (start - end) * np.exp(-np.linspace(0, 5, n))


def log(clock=True, **curves):
    """A file of curves, each steps and values, over a hundred seconds where there is a clock."""
    made = {}
    for tag, (at, values) in curves.items():
        wall = 1000 + np.linspace(0, 100, len(at)) if clock else None
        made[tag] = scalar(at, np.broadcast_to(values, len(at)), wall, tag)
    return Log(Path("metrics.csv"), made, started=1000.0 if clock else 0.0)


@pytest.mark.parametrize("clock", [True, False])
def test_a_second_training_in_one_file_is_another(clock):
    twice = np.tile(np.arange(50), 2)
    found = trainings([log(clock, loss=(twice, np.tile(falling(2, 0.1), 2)), val_loss=(np.tile(np.arange(0, 50, 5), 2), 1.0))])
    assert [(len(t.scalars["loss"]), len(t.scalars["val_loss"])) for t in found] == [(50, 10)] * 2


@pytest.mark.parametrize("clock", [True, False])
def test_a_restart_inside_a_file_replaces_what_came_after_it(clock):
    at = np.concatenate([np.arange(50), np.arange(30, 80)])
    values = np.concatenate([np.full(50, 2.0), np.full(50, 1.0)])
    [found] = trainings([log(clock, loss=(at, values))])
    assert found.scalars["loss"].steps.tolist() == list(range(80)) and found.scalars["loss"].values.sum() == 30 * 2 + 50
    assert "began again at step 30: the 20 points" in found.notes[0]


def test_a_counter_that_begins_anew_with_each_epoch_is_counted_on():
    values = falling(2, 0.1, 150)
    [found] = trainings([log(loss=(np.tile(np.arange(50), 3), values), val_loss=([0, 1, 2], [1.0, 0.9, 0.8]))])
    assert found.scalars["loss"].steps.tolist() == list(range(150)) and (found.scalars["loss"].values == values).all()
    assert found.notes == ["metrics.csv counts the steps of loss anew in each epoch (3 times): they were put one after the other"]


@pytest.mark.parametrize("at", [[0, 1, 3, 2, 4, 5, 6, 8, 7, 9], [*range(5), *range(5)][::-1]])
def test_points_that_came_out_of_order_are_no_session(at):
    whole = log(loss=(np.array(at), 1.0))
    assert split_sessions(whole) == ([whole], []) and whole.scalars["loss"].steps.tolist() == sorted(at)


@pytest.mark.parametrize("pause", [0.0, -0.5])
def test_a_clock_that_stood_still_at_the_fall_is_not_asked(pause):
    wall = np.concatenate([np.arange(1000.0, 1050), 1049 + pause + np.arange(50.0)])
    twice = scalar(np.tile(np.arange(50), 2), np.repeat([2.0, 1.0], 50), wall, "loss")
    cut, _ = split_sessions(Log(Path("events"), {"loss": twice}))
    assert [session.scalars["loss"].values.tolist() for session in cut] == [[2.0] * 50, [1.0] * 50]


def test_a_clock_that_was_set_back_cuts_nothing_apart():
    wall = np.concatenate([np.arange(1000.0, 1060), np.arange(500.0, 560)])
    at = np.concatenate([np.arange(60), np.arange(40, 100)])
    [found] = trainings([Log(log().path, {"loss": scalar(at, at * 1.0, wall, "loss")}, started=1000.0)])
    assert found.scalars["loss"].steps.tolist() == list(range(100))


def test_what_was_logged_once_goes_to_its_training(tmp_path):
    rows = [(1000 + 100 * i + j, "loss", j, 3.0 - 0.1 * j) for i in range(2) for j in range(20)]
    rows += [(1030, "best/epoch", 17, 1.0), (1130, "best/epoch", 19, 1.0)]
    (tmp_path / "events.out.tfevents.1.x").write_bytes(events(sorted(rows), 1000))
    assert [steps(run, "best/epoch") for run in read(tmp_path)] == [[17], [19]]


def test_histograms_go_to_their_training():
    whole = log(loss=(np.tile(np.arange(50), 2), np.tile(falling(2, 0.1), 2)))
    walls, edges, counts = np.array([1010.0, 1020, 1080]), (np.arange(3.0),) * 3, (np.ones(2),) * 3
    whole = replace(whole, histograms={"w": Histogram(np.array([5, 10, 10]), edges, counts, walls, "w")})
    assert [t.histograms["w"].steps.tolist() for t in trainings([whole])] == [[5, 10], [10]]


LINES = {
    "metrics.csv": lambda rows: "step,train_loss\n" + "".join(f"{step},{loss}\n" for step, loss in rows),
    "log.txt": lambda rows: "".join(f'{{"train_loss": {loss}, "it": {step}}}\n' for step, loss in rows),
    "metrics.jsonl": lambda rows: "".join(f'{{"step": {step}, "train_loss": {loss}}}\n' for step, loss in rows),
    "train.log": lambda rows: "".join(f"step {step} loss {loss}\n" for step, loss in rows),
}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("again", [False, True], ids=["the training goes on", "it begins again from scratch"])
def test_a_counter_that_goes_back_to_its_start_is_counted_on_where_the_training_goes_on(tmp_path, name, again):
    first = [(10 * i, round(2.0 / (1 + i), 6)) for i in range(30)]
    rest = first if again else [(10 * i, round(2.0 / (31 + i), 6)) for i in range(20)]
    (tmp_path / name).write_text(LINES[name](first + rest))
    [run] = read(tmp_path)
    curve = run.signal("train_loss")
    assert len(curve) == (30 if again else 50) and curve.steps[-1] == (290 if again else 490)
    assert curve.values[-1] == rest[-1][1] and any(("began again" if again else "anew while the training goes on") in n for n in run.notes)
