"""Probes on problems whose answer is known, and from end to end on the sample model."""

import contextlib
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import advisor
from advisor.errors import AdvisorError
from probes import (
    contract,
    data_loading,
    gradient_noise_scale,
    loss_curve,
    lr_range_test,
    mixed_precision,
    model_file,
    peak_memory,
    rate_race,
    runner,
    sanity,
    summary,
    throughput,
)
from probes.own_loop import OwnLoop
from tests.trainings import loop

SAMPLE = Path(__file__).parent.parent / "sample_runs" / "model.py"
MEASUREMENTS = (gradient_noise_scale, lr_range_test, rate_race, peak_memory, throughput, loss_curve, sanity)
torch.set_num_threads(1)


class Quadratic:
    """SGD on c|x|²/2 with gradient noise of known covariance: diverges when lr > 2/c."""

    def __init__(self, curvature=10.0, noise=0.0, dim=100, seed=0):
        self.c, self.noise, self.x, self.lr = curvature, noise, np.ones(dim), 0.0
        self.batch_size, self.accumulation_steps, self.examples = 8, 1, 10**6
        self.rng = np.random.default_rng(seed)

    def gradient(self):
        return self.c * self.x + self.noise / np.sqrt(self.batch_size) * self.rng.standard_normal(self.x.shape)

    def step(self):
        loss = self.c * (self.x**2).sum() / 2
        self.x = self.x - self.lr * self.gradient()
        return loss

    def evaluate(self):
        return self.c * (self.x**2).sum() / 2

    def reseed(self, seed):
        self.rng = np.random.default_rng(seed)

    @contextlib.contextmanager
    def restored(self):
        before = self.x, self.lr
        yield self
        self.x, self.lr = before


def traces(training):
    """Everything a restored training must have again, as text."""
    states = random.getstate(), np.random.get_state(), torch.get_rng_state().tolist()
    weights = {name: value.tolist() for name, value in training.model.state_dict().items()}
    modes = [module.training for module in training.model.modules()]
    return repr((states, weights, modes, training.optimizer.state_dict(), training.lr, training.batch_size, training.accumulation_steps))


# ── the training ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("module", MEASUREMENTS, ids=lambda m: m.__name__.rpartition(".")[2])
def test_everything_is_restored_bit_for_bit(module):
    measured, untouched = loop(), loop()
    for training in (measured, untouched):
        random.seed(5), np.random.seed(5), torch.manual_seed(5)
        before = [training.step() for _ in range(3)]  # in the middle of an epoch, with momentum
        if training is measured:
            then = traces(training)
            with training.restored():
                training.accumulation_steps = 2
                assert len(list(module.measure(training))) > 0
            assert traces(training) == then
        after = [training.step() for _ in range(8)]
        training.evaluate()
        training.history = before + after + [training.step(), traces(training)]
    assert measured.history == untouched.history


def test_an_exception_restores_too():
    training = loop()
    then = traces(training)
    with pytest.raises(ZeroDivisionError), training.restored():
        training.lr, training.batch_size = 1.0, 4
        training.step()
        raise ZeroDivisionError
    assert traces(training) == then


def test_a_training_sets_its_settings():
    training = loop()
    training.optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(2))], "lr": 0.005})
    again = OwnLoop(
        training.model, training.dataset, training.held_out, training.loss, training.optimizer, batch_size=500, device=training.device
    )
    assert again.batch_size == 96 and "500 was cut down to the 96" in again.notes[0]
    again.lr = 1.0
    assert [group["lr"] for group in again.optimizer.param_groups] == pytest.approx([1.0, 0.1]) and again.lr == 1.0


def test_accumulated_minibatches_step_as_one_large_one():
    large, small = (loop(torch.nn.Linear(8, 4), batch_size=size) for size in (32, 8))
    small.model.load_state_dict(large.model.state_dict())
    small.accumulation_steps = 4
    assert small.step() == pytest.approx(large.step()) and small.step() == pytest.approx(large.step())
    assert small.data_time > 0 and small.grad_norm == pytest.approx(large.grad_norm)


def test_the_usual_and_the_unusual_optimizers_train():
    for make in (torch.optim.AdamW, torch.optim.Adam, torch.optim.RMSprop, lambda p, lr: torch.optim.LBFGS(p, lr=0.1, max_iter=2)):
        training = loop(torch.nn.Linear(8, 4))
        training.optimizer = make(training.model.parameters(), lr=0.01)
        with training.restored():
            losses = [training.step() for _ in range(30)]
        assert np.mean(losses[-5:]) < np.mean(losses[:5])
        assert training.step() == losses[0]


# ── model.py ───────────────────────────────────────────────────────────────────────────────────────────────────────────

GOOD = """
import torch
from torch import nn
def model(): return nn.Linear(3, 1)
def dataset(): return torch.utils.data.TensorDataset(torch.randn(40, 3), torch.randn(40, 1))
def loss(output, target): return ((output - target) ** 2).mean()
"""
BROKEN = {
    "import": ("import torch\nx = 1 / 0\n", "ZeroDivisionError: division by zero (line 2)"),
    "syntax": ("def model(:\n", "SyntaxError"),
    "exit": ("import sys\nsys.exit(3)\n", "SystemExit: 3 (line 2)"),
    "lacks": ("def model(): ...", "lacks dataset and loss: probe needs def dataset()"),
    "a module": (GOOD + "model = nn.Linear(3, 1)", "make it a function"),
    "no module": (GOOD + "def model(): return 3", "returned a int; it must return a torch.nn.Module"),
    "model fails": (GOOD + "def model(): return nn.Linear(3)", "could not make its model: TypeError"),
    "frozen": (GOOD + "def model(): return nn.Linear(3, 1).requires_grad_(False)", "No parameter"),
    "empty": (GOOD + "def dataset(): return []", "is empty"),
    "one": (GOOD + "def dataset(): return [(torch.ones(3), torch.ones(1))]", "single example"),
    "no dataset": (GOOD + "def dataset(): return iter([])", "must return a Dataset with a length"),
    "no pairs": (GOOD + "def dataset(): return [{'x': 1}] * 9", "a dict of 1 per example; each must be a pair (input, target)"),
    "not scalar": (GOOD + "def loss(output, target): return (output - target) ** 2", "a tensor of shape (8, 1); it must return a scalar"),
    "a float": (GOOD + "def loss(output, target): return 1.0", "returned a float"),
    "detached": (GOOD + "def loss(output, target): return (output.detach() - target).mean()", "does not depend on the model"),
    "nan": (GOOD + "def loss(output, target): return output.mean() * float('nan')", "is nan at once"),
    "shapes": (GOOD + "def model(): return nn.Linear(5, 1)", "failed in its first minibatch: RuntimeError"),
    "rprop": (GOOD + "def optimizer(parameters, lr): return torch.optim.Rprop(parameters, lr)", "keeps its own step sizes"),
    "no optimizer": (GOOD + "def optimizer(parameters, lr): return None", "must return a torch.optim.Optimizer"),
    "batch size": (GOOD + "batch_size = 0", "batch_size in"),
    "lr": (GOOD + "lr = 'high'", "it must be a positive number"),
}


def training_of(path):
    with model_file.imported(path) as module:
        return contract.training_from(module, path)


@pytest.mark.parametrize("source, said", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_model_file_is_one_clear_sentence(tmp_path, source, said):
    path = tmp_path / "model.py"
    path.write_text(source)
    before = list(sys.path), sys.dont_write_bytecode
    with pytest.raises(AdvisorError) as error:
        training_of(path)
    assert said in str(error.value) and "model.py" in str(error.value) and "\n" not in str(error.value)
    assert (list(sys.path), sys.dont_write_bytecode) == before and [p.name for p in tmp_path.iterdir()] == ["model.py"]


def test_a_missing_file_names_the_one_that_was_meant(tmp_path, monkeypatch):
    (tmp_path / "model.py").write_text(GOOD)
    with pytest.raises(AdvisorError, match=r"did you mean .*model\.py"):
        training_of(tmp_path / "modle.py")
    with pytest.raises(AdvisorError, match="is a folder"):
        training_of(tmp_path)
    monkeypatch.setattr(model_file.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(AdvisorError, match="needs PyTorch: pip install"):
        runner.probe(tmp_path / "model.py")


def test_a_model_file_may_import_its_neighbours_have_lazy_layers_and_a_validation_set(tmp_path):
    (tmp_path / "parts.py").write_text("width = 3\n")
    lazy = "import parts\nwhole = dataset\ndef model(): return nn.LazyLinear(1)\n"
    lazy += "def dataset(): return whole(), [(torch.ones(3), torch.ones(1))] * 5\n"
    (tmp_path / "model.py").write_text(GOOD + lazy)
    training = training_of(tmp_path / "model.py")
    assert (training.examples, len(training.held_out), training.batch_size, training.lr) == (40, 5, 40, 1e-3)
    assert training.step() > 0 and sorted(p.name for p in tmp_path.iterdir()) == ["model.py", "parts.py"]


def test_measurements_are_judged_without_torch():
    names = ", ".join(f"probes.{m.__name__.rpartition('.')[2]}" for m in (*MEASUREMENTS, data_loading, mixed_precision))
    code = f"import sys; sys.modules['torch'] = None; import {names}, probes.runner, probes.summary, probes.suggest"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SAMPLE.parent.parent)


# ── from end to end ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("user")
    shutil.copy(SAMPLE, folder / "model.py")
    seen, before = [], (random.getstate(), torch.get_rng_state().tolist())
    outcome = runner.probe(folder / "model.py", out=folder / "runs" / "probe", progress=lambda *a: seen.append(a))
    assert (random.getstate(), torch.get_rng_state().tolist()) == before
    return SimpleNamespace(folder=folder, outcome=outcome, progress=seen)


@pytest.mark.slow
def test_the_run_directory_is_one_tensorboard_reads(sample):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = EventAccumulator(str(sample.outcome.run)).Reload()
    tags = set(log.Tags()["scalars"])
    assert {"train/loss", "train/lr", "train/grad_norm", "val/loss", "lr_range_test/loss", "gradient_noise_scale/noise_scale"} <= tags
    assert {"peak_memory/peak_bytes", "throughput/samples_per_second"} <= tags
    assert [e.step for e in log.Scalars("throughput/step_time")][:3] == [2, 4, 8]
    assert len(log.Scalars("val/loss")) >= 3 and len(log.Scalars("train/loss")) >= 30
    assert sorted(p.name for p in sample.folder.iterdir()) == ["model.py", "runs"]


@pytest.mark.slow
def test_the_suggestion_trains_and_is_told(sample):
    outcome = sample.outcome
    s = outcome.suggestion
    assert 1e-4 < s.lr.low < s.lr.value < s.lr.high < 1 and 8 <= s.batch_size.low <= s.batch_size.value <= s.batch_size.high <= 143
    assert outcome.notes == () and outcome.cost.steps > 300 and s.precision == "fp32"
    curve = outcome.tables["loss_curve"]
    assert np.nanmin(curve.val_loss) < 0.3 * curve.val_loss[0]
    [report] = advisor.diagnose(outcome.run)
    assert report.run.hparams["batch_size"] == s.batch_size.value and report.verdict == "healthy"
    text, found = summary.as_text(outcome), summary.as_json(outcome, [])
    assert "optimizer = torch.optim.AdamW(model.parameters(), lr=" in text and "batch size" in text and str(outcome.run) in text
    assert json.loads(json.dumps(found))["suggestion"]["batch_size"]["value"] == int(s.batch_size.value)
    assert len(text.splitlines()) < 45 and sample.progress[-1][1] == sample.progress[-1][2]


def test_ctrl_c_keeps_what_is_known(tmp_path):
    def stop(title, done, total):
        if title == "memory":
            raise KeyboardInterrupt

    outcome = runner.probe(SAMPLE, out=tmp_path / "run", progress=stop)
    assert "Interrupted" in outcome.notes[0] and outcome.suggestion.lr.value > 0 and outcome.suggestion.batch_size.value is None
    assert "cannot tell" in summary.as_text(outcome) and set(outcome.tables) == {"gradient_noise_scale", "lr_range_test"}
    assert "lr_range_test/loss" in advisor.read(outcome.run)[0].scalars


def test_a_measurement_that_breaks_off_costs_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "SECONDS", 0.5)
    before = peak_memory.measure

    def breaks(training, **options):
        yield next(before(training, **options))
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(peak_memory, "measure", breaks)
    outcome = runner.probe(SAMPLE, out=tmp_path / "run")
    assert outcome.notes == ("Measuring memory broke off: memory ran out.",) and outcome.suggestion.lr.value > 0
    assert advisor.read(outcome.run)[0].scalars["peak_memory/failed"].values.tolist() == [1.0]


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(AdvisorError, match="writes over nothing"):
        runner.probe(SAMPLE, out=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    assert time.strftime("%Y") in runner.default_path(Path("model.py")).name
