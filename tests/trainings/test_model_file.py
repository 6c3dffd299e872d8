"""A training under measurement is put back as it was; a `model.py` is read with care."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from advisor.errors import AdvisorError
from probes.measurements import (
    data_loading,
    gradient_noise_scale,
    loss_curve,
    lr_range_test,
    mixed_precision,
    peak_memory,
    rate_race,
    sanity,
    throughput,
)
from probes.probing import batch_choice, runner, summary
from probes.trainings import from_model_file, model_file
from probes.trainings.own_loop import OwnLoop
from tests.trainings.trainings import loop

SAMPLE = Path(__file__).parents[2] / "sample_runs" / "model.py"
MEASUREMENTS = (gradient_noise_scale, lr_range_test, rate_race, peak_memory, throughput, loss_curve, sanity)
torch.set_num_threads(1)


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
    assert again.batch_size == 96 and "500 was cut down to the 96 training" in again.notes[0]
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
    "shapes": (
        GOOD + "def model(): return nn.Linear(5, 1)",
        "failed in its first minibatch, of 8 examples in evaluation mode: RuntimeError",
    ),
    "rprop": (GOOD + "def optimizer(parameters, lr): return torch.optim.Rprop(parameters, lr)", "keeps its own step sizes"),
    "no optimizer": (GOOD + "def optimizer(parameters, lr): return None", "must return a torch.optim.Optimizer"),
    "batch size": (GOOD + "batch_size = 0", "batch_size in"),
    "lr": (GOOD + "lr = 'high'", "it must be a positive number"),
    "steps": (GOOD + "max_steps = 0", "max_steps in"),
    "schedule": (GOOD + "schedule = 'sawtooth'", "the schedules are constant, linear"),
}


def training_of(path):
    with model_file.imported(path) as module:
        return from_model_file.training_from(module, path)


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


def test_a_model_file_may_tell_of_the_training_to_come(tmp_path):
    (tmp_path / "model.py").write_text(GOOD + "max_steps, schedule = 5000, 'one-cycle'\n")
    told = training_of(tmp_path / "model.py").hparams
    assert (told["max_steps"], told["schedule"]) == (5000, "one-cycle")


def test_measurements_are_judged_without_torch():
    names = ", ".join(m.__name__ for m in (*MEASUREMENTS, data_loading, mixed_precision, runner, summary, batch_choice))
    code = f"import sys; sys.modules['torch'] = None; import {names}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SAMPLE.parent.parent)
