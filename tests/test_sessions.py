"""What files and folders mean together: one run, or several; what is said where nothing can be read."""

import io
import os
import socket
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.summary.writer.record_writer import RecordWriter

from advisor.errors import AdvisorError
from advisor.run import read


def log(folder, curves, began=1000.0, name=None, purge=None, seconds=1.0):
    """An event file of {tag: {step: value}} or {tag: steps}, one point of each tag every so many seconds."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(folder) / (name or f"events.out.tfevents.{began:.0f}.host")
    rows = [
        (began + (i + 1) * seconds, tag, int(step), value) for tag, curve in curves.items() for i, (step, value) in enumerate(pairs(curve))
    ]
    file = io.BytesIO()
    writer = RecordWriter(file)
    writer.write(Event(wall_time=began, file_version="brain.Event:2").SerializeToString())
    if purge is not None:
        writer.write(Event(wall_time=began, step=purge, session_log=SessionLog(status=SessionLog.START)).SerializeToString())
    for wall, tag, step, value in sorted(rows, key=lambda row: row[0]):
        event = Event(wall_time=wall, step=step)
        event.summary.value.add(tag=tag, simple_value=value)
        writer.write(event.SerializeToString())
    path.write_bytes(file.getvalue())
    return path


def pairs(curve):
    return curve.items() if isinstance(curve, dict) else [(step, 1.0) for step in curve]


def only(path):
    [run] = read(path)
    return run


def steps(run, tag):
    return run.scalars[tag].steps.tolist()


def test_a_run_goes_on_in_another_file(tmp_path):
    log(tmp_path, {"loss": range(600)}, 1000)
    log(tmp_path, {"loss": range(600, 1000)}, 9000)
    run = only(tmp_path)
    assert steps(run, "loss") == list(range(1000)) and run.notes == () and run.name == tmp_path.name
    assert run.restarts == run.signal("restarts") == (600,)


@pytest.mark.parametrize("purge", [None, 600])
def test_a_restart_replaces_what_came_after_it(tmp_path, purge):
    log(tmp_path, {"loss": dict.fromkeys(range(1000), 1.0), "epoch": range(10), "val": {500: 1.0, 700: 1.0, 900: 1.0}}, 1000)
    log(tmp_path, {"loss": dict.fromkeys(range(600, 1200), 2.0), "epoch": range(6, 12), "val": {700: 2.0}}, 9000, purge=purge)
    run = only(tmp_path)
    assert steps(run, "loss") == list(range(1200)) and run.scalars["loss"].values.sum() == 600 + 2 * 600
    assert steps(run, "val") == [500, 700] and run.scalars["val"].values.tolist() == [1.0, 2.0]
    assert len(steps(run, "epoch")) == (12 if purge is None else 16)  # epochs are no steps: a purge from step 600 does not reach them
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


def test_two_writers_of_the_same_are_two_runs(tmp_path):
    log(tmp_path, {"loss": range(100)}, 1000)
    log(tmp_path, {"loss": range(100)}, 1001)
    assert len(read(tmp_path)) == 2


def test_what_add_scalars_makes_is_one_run(tmp_path):
    from torch.utils.tensorboard import SummaryWriter

    with closing(SummaryWriter(str(tmp_path / "a"))) as writer:
        for step in range(20):
            writer.add_scalar("lr", 0.1, step)
            writer.add_scalars("Loss/all", {"train": 1.0 / (step + 1), "val": 2.0, "of/me": 1.0}, step)
    run = only(tmp_path)
    assert run.name == "a" and set(run.scalars) == {"lr", "Loss/all/train", "Loss/all/val", "Loss/all/of/me"}
    assert run.scalars["Loss/all/val"].tag == "Loss/all/val" and run.signal("val_loss").tag == "Loss/all/val"


def test_add_scalars_of_two_trainings(tmp_path):
    for began in (1000, 2000):
        log(tmp_path, {"lr": range(20)}, began)
        log(tmp_path / "Loss_train", {"Loss": range(20)}, began + 1)
        log(tmp_path / "Loss_val", {"Loss": range(20)}, began + 1)
    assert [set(run.scalars) for run in read(tmp_path)] == [{"lr", "Loss/train", "Loss/val"}] * 2


def test_a_run_whose_name_begins_like_its_tag_is_a_run(tmp_path):
    log(tmp_path / "loss_v1", {"loss": range(20)})
    log(tmp_path / "loss_v2", {"loss": range(20)})
    assert [run.name for run in read(tmp_path)] == ["loss_v1", "loss_v2"]


@pytest.mark.parametrize(
    "train, val", [("train", "validation"), ("train", "val"), ("training", "test"), ("train_inner", "valid"), ("Train", "Eval")]
)
def test_halves_are_one_run(tmp_path, train, val):
    log(tmp_path / "exp" / train, {"epoch_loss": range(20)})
    log(tmp_path / "exp" / val, {"epoch_loss": range(20), f"{val}/accuracy": range(20)})
    run = only(tmp_path)
    assert run.name == "exp" and set(run.scalars) == {f"{train}/epoch_loss", f"{val}/epoch_loss", f"{val}/accuracy"}
    assert run.signal("train_loss").tag == f"{train}/epoch_loss" and run.signal("val_loss").tag == f"{val}/epoch_loss"


def test_evaluation_below_the_training(tmp_path):
    log(tmp_path / "model", {"loss": range(20), "eval/loss": range(3)})
    log(tmp_path / "model" / "eval", {"loss": range(0, 20, 5)})
    assert set(only(tmp_path).scalars) == {"loss", "eval/loss", "eval/loss (folder eval)"}


def test_a_run_called_test_is_a_run(tmp_path):
    log(tmp_path / "test", {"loss": range(20)})
    log(tmp_path / "big", {"loss": range(20)})
    assert [run.name for run in read(tmp_path)] == ["big", "test"]


@pytest.mark.parametrize("name", [None, "my hparams"])
def test_what_add_hparams_makes_is_no_run(tmp_path, name):
    from torch.utils.tensorboard import SummaryWriter

    with closing(SummaryWriter(str(tmp_path))) as writer:
        for step in range(20):
            writer.add_scalar("Loss/train", 1.0, step)
        writer.add_hparams({"lr": 0.1, "opt": "sgd"}, {"hparam/accuracy": 0.5}, run_name=name)
    run = only(tmp_path)
    assert run.hparams == {"lr": 0.1, "opt": "sgd"} and set(run.scalars) == {"Loss/train"} and run.signal("hparams")["lr"] == 0.1


def test_files_beside_a_run(tmp_path):
    log(tmp_path / "out" / "runs" / "a", {"loss": range(20)})
    (tmp_path / "out" / "train.log").write_text("ok\nCUDA out of memory. Tried to allocate\n")
    (tmp_path / "out" / "args.yaml").write_text("lr: 1e-3\nbatch_size: 8\n")
    (tmp_path / "out" / "runs" / "a" / "hparams.yaml").write_text("lr: 1e-2\n")
    run = only(tmp_path)
    assert run.hparams == {"lr": 0.01, "batch_size": 8}
    assert [(line.kind, line.number) for line in run.lines] == [("out-of-memory", 2)] and run.signal("lines") == run.lines


def test_files_beside_several_runs_are_nobodys(tmp_path):
    for name in "ab":
        log(tmp_path / name, {"loss": range(20)})
    (tmp_path / "train.log").write_text("Killed\n")
    assert [run.lines for run in read(tmp_path)] == [(), ()]


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


def test_what_was_lost_is_told_with_the_run(tmp_path):
    path = log(tmp_path / "a", {"loss": range(9)})
    path.write_bytes(path.read_bytes()[:-3])
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.tfevents").write_bytes(b"garbage" * 9)
    notes = only(tmp_path).notes
    assert "was cut at byte" in notes[0] and "no whole record" in notes[1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(tmp_path):
    log(tmp_path / "a", {"loss": range(9)})
    log(tmp_path / "b", {"loss": range(9)}).chmod(0)
    log(tmp_path / "c", {"loss": range(9)}).parent.chmod(0)
    notes = " ".join(only(tmp_path).notes)
    (tmp_path / "c").chmod(0o700)
    assert "could not be read: Permission denied" in notes and "could not be entered: Permission denied" in notes


def test_many_runs_are_read(tmp_path):
    for i in range(300):
        log(tmp_path / f"{i:03}", {"loss": range(9)})
    assert len(read(tmp_path)) == 300


def lfs(folder):
    (folder / "events.out.tfevents.1").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")


def bound(folder):
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(folder / "tfevents.s"))


UNREADABLE = {
    "nothing": (lambda f: None, "looked there and below for TensorBoard event files .* no files at all"),
    "other files": (lambda f: [(f / n).write_text("") for n in ("a.py", "b.log")], "saw 2 other files: a.py, b.log"),
    "many others": (lambda f: [(f / f"{i}.py").write_text("") for i in range(9)], "saw 9 other files: 0.py, 1.py, 2.py, 3.py, 4.py, …"),
    "an empty file": (lambda f: (f / "x.tfevents").write_bytes(b""), "x.tfevents is empty"),
    "garbage": (lambda f: (f / "x.tfevents").write_bytes(b"abc" * 99), "x.tfevents: no whole record in its 297 bytes"),
    "a header": (lambda f: log(f, {}), "hold no scalars and no histograms yet"),
    "Git LFS": (lfs, "git lfs pull"),
    "a folder of that name": (lambda f: (f / "tfevents").mkdir(), "no files at all"),
    "a socket": (bound, "saw 1 other file: tfevents.s"),
}


@pytest.mark.parametrize("made, said", UNREADABLE.values(), ids=UNREADABLE)
def test_where_nothing_can_be_read_it_is_said_why(tmp_path, made, said):
    made(tmp_path)
    with pytest.raises(AdvisorError, match=said) as error:
        read(tmp_path)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_a_missing_folder_is_asked_after(tmp_path, monkeypatch):
    log(tmp_path / "runs" / "overfitting", {"loss": range(9)})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AdvisorError, match=r"did you mean runs/overfitting\? 1 folder below the current one holds"):
        read("runs/overfiting")
    with pytest.raises(AdvisorError, match=r"there is no folder nothing/like/it\."):
        read("nothing/like/it")


def test_a_file_that_is_no_log(tmp_path):
    (tmp_path / "train.py").write_text("")
    with pytest.raises(AdvisorError, match="is not a log"):
        read(tmp_path / "train.py")


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
