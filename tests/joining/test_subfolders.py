"""Which folders are parts of a run above them."""

from contextlib import closing

import pytest

from advisor.reading.folders.folder_tree import Folder, Tree
from advisor.reading.joining.folder_runs import runs_of
from advisor.reading.log import Log
from advisor.reading.runs import read
from advisor.scalar import scalar
from tests.reading.logs import log, only


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


def written(tree, path, format, home=None, **curves):
    """A log as a format would have read it, put into its folder."""
    path = tree.root / path
    for place in reversed([path.parent, *path.parent.parents]):
        if place.is_relative_to(tree.root) and place not in tree.folders:
            tree.folders[place] = Folder(place)
            tree.folders[place.parent].below.append(tree.folders[place])
    scalars = {tag: scalar(list(at), [1 / (1 + step) for step in at], tag=tag) for tag, at in curves.items()}
    folder = tree.folders[path.parent]
    folder.logs.append(Log(path, scalars, home=tree.root / home if home else None, format=format))
    folder.logged = True


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path, {tmp_path: Folder(tmp_path)})


def test_checkpoints_hold_the_beginning_of_a_run(tree):
    for n in (500, 1000, 1500):
        written(tree, f"out/checkpoint-{n}/trainer_state.json", "trainer_state", loss=range(0, n, 10))
    [run] = runs_of(tree)
    assert (run.name, run.format, len(run.scalars["loss"]), run.notes) == ("out", "trainer_state", 150, ())


def test_a_lone_checkpoint_is_a_run(tree):
    written(tree, "trainer_state.json", "trainer_state", loss=range(50))
    [run] = runs_of(tree)
    assert run.path == tree.root and len(run.scalars["loss"]) == 50


def test_the_trainers_account_and_its_event_files_are_one_run(tree):
    written(tree, "out/trainer_state.json", "trainer_state", loss=range(50), eval_loss=range(0, 50, 10))
    written(tree, "out/checkpoint-30/trainer_state.json", "trainer_state", loss=range(30))
    written(tree, "out/runs/Mar25_host/events.out.tfevents.1", "tensorboard", **{"train/loss": range(50), "train/grad_norm": range(50)})
    [run] = runs_of(tree)
    assert run.name == "out" and run.format == "tensorboard+trainer_state"
    assert set(run.scalars) == {"train/loss", "train/grad_norm", "eval_loss"}
    assert "both by tensorboard and by trainer_state" in run.notes[0]


def test_runs_below_runs_are_runs(tree):
    for name in "ab":
        written(tree, f"out/runs/{name}/events.out.tfevents.1", "tensorboard", loss=range(50))
    assert [run.name for run in runs_of(tree)] == ["out/runs/a", "out/runs/b"]


def test_files_of_one_metric_are_parts_of_the_run_they_name(tree):
    for run in "ab":
        written(tree, f"mlruns/0/{run}/metrics/loss", "mlflow", f"mlruns/0/{run}", loss=range(50))
        written(tree, f"mlruns/0/{run}/metrics/val/loss", "mlflow", f"mlruns/0/{run}", **{"val/loss": range(0, 50, 5)})
    assert [(run.name, set(run.scalars)) for run in runs_of(tree)] == [(f"mlruns/0/{run}", {"loss", "val/loss"}) for run in "ab"]


def test_folders_of_ranks_are_one_run(tree):
    for rank in range(2):
        written(tree, f"exp/rank_{rank}/events.out.tfevents.1", "tensorboard", loss=range(50))
    [run] = runs_of(tree)
    assert run.name == "exp" and len(run.scalars["loss"]) == 50
