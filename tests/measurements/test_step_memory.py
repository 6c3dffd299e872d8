"""What a step takes in memory: predicted as executed, and kept to a budget."""

import contextlib
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

from probes.measurements import peak_memory
from probes.memory import device_memory
from probes.trainings.own_loop import OwnLoop
from tests.measurements.table_of_rows import table
from tests.trainings.trainings import Text, dense, images, linear_sum, made, second_step

SAMPLE = Path(__file__).parents[2] / "sample_runs" / "model.py"
LARGE = Path(__file__).parents[1] / "bench" / "large_transformer.py"


# ── what a step takes ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [16, 64, 256])
def test_live_bytes_of_a_linear_layer_are_those_worked_out_by_hand(size):
    training = linear_sum()
    training.batch_size = size
    training.step()
    weight, momentum, inputs, targets, outputs, loss = 128, 128, 32 * size, 16 * size, 16 * size, 4
    found = training.step_memory()
    assert (found.allocated, found.resident) == (weight + momentum + inputs + targets + outputs + loss, weight + momentum)
    assert found.reserved == found.allocated and training.step_memory().allocated == found.allocated
    assert not found.process < 10**7  # torch itself is larger, where the system tells


@pytest.mark.parametrize("model, optimizer, settings", [
    (dense, torch.optim.AdamW, {}),
    (dense, torch.optim.Adafactor, {"accumulation_steps": 3}),
    (images, lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9), {}),
    (images, torch.optim.SGD, {"accumulation_steps": 2}),
    (Text, torch.optim.Adam, {}),
    (Text, lambda p, lr: torch.optim.AdamW(p, lr, foreach=True), {"precision": "bf16"}),
    (Text, torch.optim.RMSprop, {"checkpointing": True}),
    (Text, torch.optim.Adagrad, {"checkpointing": True, "precision": "bf16"}),
])  # fmt: skip
def test_a_predicted_step_takes_what_an_executed_one_does(model, optimizer, settings):
    training = made(model, optimizer)
    for name, value in settings.items():
        setattr(training, name, value)
    for size in (1, 50):
        predicted, executed = training.predicted_memory(size), second_step(training, size)
        assert predicted.allocated == predicted.reserved == executed.allocated and predicted.resident == executed.resident


def test_a_prediction_changes_nothing_and_goes_on_from_where_training_is():
    training = made(images, torch.optim.Adam)
    alone = made(images, torch.optim.Adam)
    torch.manual_seed(1)
    expected = [alone.step() for _ in range(4)]
    torch.manual_seed(1)
    assert [training.step(), training.predicted_memory(100) and training.step()] == expected[:2]
    assert training.predicted_memory(64).allocated == training.predicted_memory(64).allocated
    assert [training.step(), training.step()] == expected[2:] and training.notes == []


def test_a_model_that_looks_at_values_cannot_be_predicted_but_is_measured():
    training = made(Text, looks=True, examples=200)
    assert training.predicted_memory(4) is None and "without computing it (DataDependent" in training.notes[0]
    training.memory_budget = second_step(training, 150).allocated
    rows = table(peak_memory.measure(training))
    found, bound = peak_memory.largest(rows)
    assert bound and 0.95 * 150 <= found <= 150 and rows.executed[rows.fits > 0].all()
    assert "cannot be predicted" in next(peak_memory.check(rows)).message


# ── the budget ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_budget_is_kept_to_the_byte():
    for missing in (0, 1):
        training = made()
        training.memory_budget = second_step(training, 64).allocated - missing
        assert training.free_memory() == training.memory_budget
        with pytest.raises(torch.OutOfMemoryError, match="of the budget") if missing else contextlib.nullcontext():
            second_step(training, 64)
        with training.restored():
            training.memory_budget = None
            assert second_step(training, 64)
        assert training.memory_budget is not None


def test_settings_that_were_seen_to_fit_run_unwatched():
    training, watched = made(), []
    training.memory_budget = 1e9
    training.tensors = lambda: watched.append(training.batch_size) or []
    for size in (8, 8, 8, 16, 8):
        if training.batch_size != size:
            training.batch_size = size
        training.step()
    assert watched == [8, 8, 16]


def test_a_budget_on_cuda_is_a_share_of_the_device(monkeypatch):
    shares = []
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: SimpleNamespace(total_memory=1000))
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", lambda share, index: shares.append((share, index)))
    for device, budget in (("cuda", 500), ("cuda:1", None), ("cuda:2", 2000), ("cpu", 500)):
        device_memory.set_budget(device, budget)
    assert shares == [(0.5, 0), (1.0, 1), (1.0, 2)]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_peak_memory_on_cuda_holds_weights_gradients_and_optimizer_state():
    model = nn.Linear(2048, 2048, bias=False).to("cuda")
    data = TensorDataset(torch.randn(64, 2048), torch.randn(64, 2048))
    optimizer = torch.optim.AdamW(model.parameters())
    training = OwnLoop(model, data, data, nn.functional.mse_loss, optimizer, batch_size=8, device="cuda")
    found, predicted, weights = second_step(training, 8), training.predicted_memory(8), 4 * 2048**2
    assert found.reserved >= found.allocated >= 4 * weights and found.resident >= 3 * weights
    assert predicted.allocated == pytest.approx(found.allocated, rel=0.05)
