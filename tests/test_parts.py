"""Which folders are parts of a run above them."""

from contextlib import closing

import pytest

from advisor.run import read
from tests.logs import log, only


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
