"""Rides and callbacks under the frameworks people train with; each is tested where it is installed (extras `frameworks`, `fastai`)."""

import runpy
import subprocess
import sys

import numpy as np
import pytest
import torch

import advisor
from probes.measurements import lr_range_test
from probes.state.random_states import seed_everything
from probes.trainings.held_out import held_out_of
from probes.trainings.minibatches import Order
from tests.riding.ridden_scripts import SCRIPTS, skip_unless_installed
from tests.riding.riding import check_riding, riding


@pytest.mark.parametrize("arguments", [(), ("accumulate",), ("manual",)], ids=["automatic", "accumulate", "manual"])
def test_lightning_is_ridden(tmp_path, monkeypatch, arguments):
    skip_unless_installed("lightning")
    monkeypatch.chdir(tmp_path)
    with riding(SCRIPTS / "with_lightning.py", *arguments) as training:
        assert training.lr == 0.01 and training.examples == 320
        check_riding(training, batch_size=16)


@pytest.mark.parametrize("arguments", [(), ("accumulate",)], ids=["plain", "accumulate"])
def test_accelerate_is_ridden(tmp_path, monkeypatch, arguments):
    skip_unless_installed("accelerate")
    monkeypatch.chdir(tmp_path)
    with riding(SCRIPTS / "with_accelerate.py", *arguments) as training:
        check_riding(training, batch_size=16)


@pytest.mark.parametrize("arguments", [(), pytest.param(("accumulate",), marks=pytest.mark.stress)], ids=["plain", "accumulate"])
def test_a_hugging_face_trainer_is_ridden(tmp_path, monkeypatch, arguments):
    skip_unless_installed("transformers", "accelerate")
    monkeypatch.chdir(tmp_path)
    with riding(SCRIPTS / "with_transformers.py", *arguments) as training:
        assert training.lr == 1e-3  # not the 0 that its warm-up begins with
        held_out = training.evaluate()
        with training.restored():
            training.lr = 3e-3
            losses = [training.step() for _ in range(40)]
            assert training.evaluate() < held_out
        assert np.mean(losses[-5:]) < np.mean(losses[:5]) and training.evaluate() == pytest.approx(held_out, rel=1e-6)
        with training.restored():
            training.batch_size = 16
            assert np.isfinite(training.step()) and training.accumulation_steps == (4 if arguments else 1)


KINDS = ("plain", "flat", "accumulate", "wrapped", "ranger", "scaled", "searched", "tabular")


@pytest.mark.parametrize("kind", KINDS)
def test_fastai_is_ridden(tmp_path, monkeypatch, kind):
    skip_unless_installed("fastai")
    monkeypatch.chdir(tmp_path)
    with riding(SCRIPTS / "with_fastai.py", kind) as training:
        assert training.lr == pytest.approx(1e-2) and training.examples == (256 if kind == "tabular" else 320)
        plan = {name: training.hparams[name] for name in ("schedule", "max_steps")}
        steps = {"accumulate": 18, "tabular": 60}.get(kind, 75)
        assert plan == {"schedule": "constant" if kind == "flat" else "one-cycle", "max_steps": steps}
        check_riding(training, batch_size=16, **({"optimizer": "RAdam", "lr": 0.1} if kind == "ranger" else {}))


def test_a_range_test_under_fastai_is_the_hand_written_one_bit_for_bit(tmp_path, monkeypatch):
    skip_unless_installed("fastai")
    monkeypatch.chdir(tmp_path)
    rates = np.geomspace(1e-6, 1.0, 60)
    with riding(SCRIPTS / "with_fastai.py") as training:
        rows = list(lr_range_test.measure(training, lowest=1e-6, highest=1.0, steps=60, seed=3, diverged=1e9))
    module = runpy.run_path(str(SCRIPTS / "with_fastai.py"))
    module["set_seed"](0)
    learner = module["plain"]("plain")
    learner.create_opt()
    data, (train, _) = learner.dls.train.dataset, held_out_of(400, 16)
    seed_everything(3)
    losses = []
    for some, lr in zip(Order(len(train), 16, 3), rates, strict=False):
        x, y = (torch.stack(part) for part in zip(*(data[train[i]] for i in some), strict=True))
        learner.opt.set_hyper("lr", float(lr))
        learner.opt.zero_grad()
        loss = torch.nn.functional.mse_loss(learner.model(x), y)
        loss.backward()
        learner.opt.step()
        losses.append(loss.item())
    assert [row["loss"] for row in rows] == losses


def test_a_fastai_training_is_the_same_when_it_is_run_by_the_advisor(tmp_path, monkeypatch):
    skip_unless_installed("fastai")
    for name, command in {"alone": [], "watched": ["-m", "advisor", "run"]}.items():
        (folder := tmp_path / name).mkdir()
        subprocess.run([sys.executable, *command, SCRIPTS / "with_fastai.py", "ranger"], cwd=folder, capture_output=True, check=True)
    alone, watched = (torch.load(tmp_path / name / "models" / "model.pth", weights_only=False) for name in ("alone", "watched"))
    assert all(torch.equal(alone[name], watched[name]) for name in alone)
    [run] = advisor.read(tmp_path / "watched" / "runs")
    assert len(run.signal("train_loss")) == 75 and run.hparams["lr"] == pytest.approx(1e-2) and run.hparams["optimizer"] == "RAdam"
    assert run.signal("lr").values.max() == pytest.approx(1e-2, rel=0.02) and run.signal("lr").values[0] == pytest.approx(4e-4)
    assert np.isfinite(run.signal("grad_norm").values).all() and (run.signal("update_ratio").values > 0).all()
    assert run.hparams["batch_size"] == 16 and len(run.signal("data_time")) == 75


def test_a_fastai_callback_logs_training_and_validations(tmp_path, monkeypatch):
    skip_unless_installed("fastai")
    from probes.fastai_callback import FastaiMonitor

    monkeypatch.chdir(tmp_path)
    module = runpy.run_path(str(SCRIPTS / "with_fastai.py"))
    for kind in ("plain", "wrapped", "scaled"):
        learner = module["plain"](kind).add_cb(FastaiMonitor(kind))
        learner.lr_find(show_plot=False)
        learner.fit_one_cycle(3, 1e-2)
        [run] = advisor.read(tmp_path / kind)
        assert len(run.signal("train_loss")) == 75 and run.hparams["lr"] == pytest.approx(1e-2)
        assert run.signal("val_loss").values == pytest.approx([row[1] for row in learner.recorder.values])


def test_a_lightning_callback_logs_what_the_module_logs_and_more(tmp_path, monkeypatch):
    skip_unless_installed("lightning")
    import lightning

    from probes.lightning_callback import LightningMonitor

    monkeypatch.chdir(tmp_path)
    fit = lightning.Trainer.fit

    def watched(trainer, *args, **options):
        trainer.callbacks.append(LightningMonitor("run"))
        return fit(trainer, *args, **options)

    monkeypatch.setattr(lightning.Trainer, "fit", watched)
    monkeypatch.setattr(sys, "argv", ["with_lightning.py"])
    runpy.run_path(str(SCRIPTS / "with_lightning.py"), run_name="__main__")
    [run] = advisor.read(tmp_path / "run")
    assert len(run.signal("train_loss")) == 75 and len(run.signal("val_loss")) == 3 and np.isfinite(run.signal("grad_norm").values).all()
    assert run.signal("lr").values[0] == pytest.approx(0.01) and run.signal("train_loss").values[-1] < run.signal("train_loss").values[0]


def test_a_transformers_callback_logs_training_and_evaluations(tmp_path, monkeypatch):
    skip_unless_installed("transformers", "accelerate")
    import transformers

    from probes.transformers_callback import TransformersMonitor

    monkeypatch.chdir(tmp_path)
    train = transformers.Trainer.train

    def watched(trainer, *args, **options):
        trainer.add_callback(TransformersMonitor("run"))
        return train(trainer, *args, **options)

    monkeypatch.setattr(transformers.Trainer, "train", watched)
    monkeypatch.setattr(sys, "argv", ["with_transformers.py"])
    runpy.run_path(str(SCRIPTS / "with_transformers.py"), run_name="__main__")
    [run] = advisor.read(tmp_path / "run")
    assert len(run.signal("train_loss")) == 30 and len(run.signal("val_loss")) == 2
    assert run.signal("train_loss").values[0] == pytest.approx(np.log(2), rel=0.1)
