"""What the files of a folder mean together: one training that went on, one that began again, or several."""

import numpy as np
import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read
from tests.reading.logs import log, only, steps


def test_a_run_goes_on_in_another_file(tmp_path):
    log(tmp_path, {"loss": range(600)}, 1000)
    log(tmp_path, {"loss": range(600, 1000)}, 9000)
    run = only(tmp_path)
    assert steps(run, "loss") == list(range(1000)) and run.name == tmp_path.name
    assert run.notes == ("2 sessions that follow one another were read as one run",)
    assert run.restarts == run.signal("restarts") == (600,)


@pytest.mark.parametrize("purge", [None, 600])
def test_a_restart_replaces_what_came_after_it(tmp_path, purge):
    log(tmp_path, {"loss": dict.fromkeys(range(1000), 1.0), "epoch": range(10), "val": {500: 1.0, 700: 1.0, 900: 1.0}}, 1000)
    log(tmp_path, {"loss": dict.fromkeys(range(600, 1200), 2.0), "epoch": range(6, 12), "val": {700: 2.0}}, 9000, purge=purge)
    run = only(tmp_path)
    assert steps(run, "loss") == list(range(1200)) and run.scalars["loss"].values.sum() == 600 + 2 * 600
    assert steps(run, "val") == [500, 700] and run.scalars["val"].values.tolist() == [1.0, 2.0]
    assert steps(run, "epoch") == list(range(12))  # epochs are no steps: a purge from step 600 does not reach them, their own start does
    assert run.restarts == (600,)  # not the 6 of the epochs
    [note] = run.notes
    assert "began again at step" in note and ("600" in note)


def test_a_false_start_is_no_training(tmp_path):
    log(tmp_path, {"loss": range(2)}, 1000)
    log(tmp_path, {"loss": range(50)}, 9000)
    assert steps(only(tmp_path), "loss") == list(range(50))


@pytest.mark.parametrize("lengths", [(50, 50), (100, 30), (30, 100), (20, 20, 20)])
def test_trainings_in_one_folder_are_told_apart(tmp_path, lengths):
    for i, n in enumerate(lengths):
        log(tmp_path / "many", {"loss": range(n), "val_loss": range(0, n, 5)}, 1000 * (i + 1))
    runs = read(tmp_path)
    assert [run.name for run in runs] == [f"many ({i} of {len(lengths)})" for i in range(1, len(lengths) + 1)]
    assert [len(run.scalars["loss"]) for run in runs] == list(lengths)
    assert all("told apart by their steps" in run.notes[0] for run in runs)


def test_two_writers_of_different_tags_are_one_run(tmp_path):
    log(tmp_path, {"train_loss": range(100)}, 1000)
    log(tmp_path, {"val_loss": range(0, 100, 10)}, 1001, seconds=10)
    assert set(only(tmp_path).scalars) == {"train_loss", "val_loss"}


def test_two_writers_taking_turns_are_one_run(tmp_path):
    log(tmp_path, {"loss": range(0, 100, 2)}, 1000)
    log(tmp_path, {"loss": range(1, 100, 2)}, 1001)
    assert steps(only(tmp_path), "loss") == list(range(100))


def noisy(seed, n=100, end=0.2):
    """A loss that falls to `end`, by step."""
    noise = 0.02 * np.random.default_rng(seed).standard_normal(n)
    return dict(enumerate(end + 2 * np.exp(-np.arange(n) / 20) + noise))


def test_two_writers_of_the_same_are_two_runs(tmp_path):
    log(tmp_path, {"loss": noisy(0)}, 1000)
    log(tmp_path, {"loss": noisy(1, end=0.5)}, 1001)
    assert [run.scalars["loss"].values[-1] > 0.4 for run in read(tmp_path)] == [False, True]


def test_writers_of_other_speed_are_no_ranks(tmp_path):
    log(tmp_path, {"loss": noisy(0)}, 1000)
    log(tmp_path, {"loss": noisy(1)}, 1001, seconds=1.1)
    assert len(read(tmp_path)) == 2


@pytest.mark.parametrize("seed", [0, 1])  # the loss of all ranks, or of each rank's own batches
def test_ranks_are_one_training(tmp_path, seed):
    for rank in range(3):
        more = {"val_loss": range(0, 100, 10)} if rank == 1 else {}
        log(tmp_path, {"loss": noisy(seed * rank), **more}, 1000 + rank / 8, name=f"tfevents.{rank}")
    run = only(tmp_path)
    assert steps(run, "loss") == list(range(100)) and len(run.scalars["val_loss"]) == 10
    assert "holds the same curves again" in run.notes[0]


@pytest.mark.parametrize("first, second", [(60, 100), (100, 60)])
def test_of_a_copy_the_longer_is_read(tmp_path, first, second):
    for name, n in (("tfevents.a", first), ("tfevents.b", second)):
        log(tmp_path, {"loss": noisy(0, n)}, 1000, name=name)
    assert steps(only(tmp_path), "loss") == list(range(100))


def test_a_false_start_after_a_training_is_left_out(tmp_path):
    log(tmp_path, {"loss": range(50)}, 1000)
    log(tmp_path, {"loss": range(2), "note": range(1)}, 9000)
    run = only(tmp_path)
    assert steps(run, "loss") == list(range(50)) and "note" in run.scalars
    assert run.notes == ("events.out.tfevents.9000.host began again at step 0 and ended after 2 points: a false start, left out",)


def test_evaluation_afterwards_is_no_training(tmp_path):
    log(tmp_path, {"train_loss": range(100), "val_loss": range(0, 100, 10)}, 1000)
    log(tmp_path, {"val_loss": dict.fromkeys(range(0, 100, 10), 2.0), "val_acc": range(0, 100, 10)}, 9000)
    run = only(tmp_path)
    assert len(run.scalars["train_loss"]) == 100 and (run.scalars["val_loss"].values == 2).all() and "val_acc" in run.scalars


def test_two_trainings_of_other_tags_are_two_runs(tmp_path):
    log(tmp_path, {"train_loss": range(100)}, 1000)
    log(tmp_path, {"Loss/train": range(100)}, 9000)
    assert [set(run.scalars) for run in read(tmp_path)] == [{"train_loss"}, {"Loss/train"}]


def test_a_training_logged_less_often_is_told_apart_by_its_values(tmp_path):
    loss = noisy(0, 1000)
    log(tmp_path, {"loss": loss}, 1000)
    log(tmp_path, {"loss": {step + 20: loss[step] for step in range(0, 900, 20)}}, 9000)
    assert [len(run.scalars["loss"]) for run in read(tmp_path)] == [1000, 45]


def test_a_counter_that_a_restart_reset_is_counted_on(tmp_path):
    log(tmp_path, {"batch_loss": range(50), "loss": range(100), "val_loss": range(0, 100, 5)}, 1000)
    log(tmp_path, {"batch_loss": range(50), "loss": range(100, 200), "val_loss": range(100, 200, 5)}, 9000)
    run = only(tmp_path)
    assert steps(run, "batch_loss") == list(range(100)) and "batch_loss anew" in run.notes[-1]


def test_many_restarts_are_told_in_few_notes(tmp_path):
    for i in range(57):
        log(tmp_path, {"loss": range(10 * i, 10 * i + 20)}, 1000 * (i + 1))
    run = only(tmp_path)
    assert steps(run, "loss") == list(range(580)) and len(run.notes) == 4 and "53 more sessions began again" in run.notes[3]


def test_two_trainings_at_once_with_two_writers_each(tmp_path):
    for i, pid in enumerate((11, 22)):
        for j, tag in enumerate(("train_loss", "val_loss")):
            log(
                tmp_path,
                {tag: dict.fromkeys(range(100), 1.0 + i)},
                1000 + i + 2 * j,
                name=f"events.out.tfevents.100{i + 2 * j}.host.{pid}.{j}",
            )
    runs = read(tmp_path)
    assert [{curve.values[0] for curve in run.scalars.values()} for run in runs] == [{1.0}, {2.0}]


def test_nothing_but_a_placeholder_is_no_run(tmp_path):
    log(tmp_path / "version_0", {"hp_metric": range(1)})
    log(tmp_path / "version_1", {})
    log(tmp_path / "version_2", {"loss": range(9)})
    assert [run.name for run in read(tmp_path)] == ["version_2"]


def test_one_event_file_is_a_run(tmp_path):
    path = log(tmp_path, {"loss": range(9)})
    log(tmp_path, {"other": range(9)}, 2000)
    run = only(path)
    assert set(run.scalars) == {"loss"} and run.name == path.name


@pytest.mark.parametrize("given, names", [(".", ["a", "b"]), ("a", ["a"]), ("./a/", ["a"]), ("../here/a", ["a"])])
def test_runs_are_named_from_where_was_looked(tmp_path, monkeypatch, given, names):
    for name in "ab":
        log(tmp_path / "here" / name, {"loss": range(9)})
    monkeypatch.chdir(tmp_path / "here")
    assert [run.name for run in read(given)] == names


def test_links_in_a_circle(tmp_path):
    log(tmp_path / "b" / "a", {"loss": range(9)})
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / "b" / "a" / "latest").symlink_to(tmp_path / "b" / "a")
    (tmp_path / "b" / "gone").symlink_to(tmp_path / "nowhere")
    assert [run.name for run in read(tmp_path)] == ["b/a"]


def test_odd_names(tmp_path):
    name = "a\n[bold]\x1b[31m é"
    log(tmp_path / name, {"[red]loss\n": range(9)})
    assert only(tmp_path).name == name


def test_the_users_tags(tmp_path):
    log(tmp_path / "a", {"my/obj": range(9)})
    log(tmp_path / "b", {"loss": range(9)})
    a, b = read(tmp_path, {"train_loss": "my/obj"})
    assert a.signal("train_loss").tag == "my/obj" and b.signal("train_loss").tag == "loss"
    with pytest.raises(AdvisorError, match=r"did you mean my/obj\?"):
        read(tmp_path, {"train_loss": "my/ob"})


def test_epochs_are_put_on_steps_when_read(tmp_path):
    log(tmp_path, {"train_loss": range(0, 1000, 10)})
    log(tmp_path, {"val_loss": range(10)}, 1001, seconds=10)
    run = only(tmp_path)
    assert run.signal("val_loss").steps[-1] > 900 and "was put on its steps by wall time" in run.notes[0]
    assert np.array_equal(run.signal("val_loss").steps, run.scalars["val_loss"].steps)
