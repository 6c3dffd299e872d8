"""Throughput, data loading and mixed precision, on clocks of their own and on real trainings."""

import contextlib
import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.utils.data import Dataset

from probes.measurements import data_loading, mixed_precision, throughput
from probes.trainings.own_loop import OwnLoop


def table(rows):
    rows = list(rows)
    return SimpleNamespace(**{column: np.array([row[column] for row in rows], float) for column in rows[0]})


class Clocked:
    """Steps of α + β·B seconds by a clock of their own, every third ten times that; 0.4 of it spent waiting."""

    examples, batch_size, accumulation_steps, steps = 4096, 64, 1, 0

    def __init__(self, alpha, beta):
        self.alpha, self.beta, self.data_time, self.step_time = alpha, beta, 0.0, 0.0

    @contextlib.contextmanager
    def restored(self):
        size = self.batch_size
        yield self
        self.batch_size = size

    def step(self):
        self.steps += 1
        self.step_time = (self.alpha + self.beta * self.batch_size) * (10 if self.steps % 3 == 0 else 1)
        self.data_time = 0.4 * self.step_time
        return 1.0


def test_throughput_finds_fixed_and_proportional_time():
    rows = table(throughput.measure(Clocked(2e-3, 2e-5), seconds=60))
    assert throughput.line(rows) == (pytest.approx(2e-3, rel=0.01), pytest.approx(2e-5, rel=0.01))
    assert throughput.knee(rows) == (pytest.approx(100, rel=0.02), True) and throughput.waits(rows, 100) == pytest.approx(0.4)
    fast, waiting = throughput.check(rows)
    assert "4,096" in fast.message and "40%" in waiting.message and waiting.causes[0].changes[0].hparam == "num_workers"


def test_a_knee_outside_the_sizes_timed_is_said_to_be():
    assert throughput.knee(table(throughput.measure(Clocked(1.0, 1e-6), seconds=60, most=64))) == (64, False)
    assert throughput.knee(table(throughput.measure(Clocked(1e-9, 1.0), most=64))) == (2, False)


def test_accumulated_minibatches_count_as_examples():
    training = Clocked(1e-3, 1e-3)
    training.accumulation_steps = 4
    rows = table(throughput.measure(training, most=8))
    assert rows.samples_per_second == pytest.approx(4 * rows.batch_size / rows.step_time)


def test_a_slow_training_is_timed_at_few_batch_sizes(monkeypatch):
    training = Clocked(1.0, 1.0)
    now = iter(np.arange(0, 1e6, 30.0))
    monkeypatch.setattr("probes.memory.batch_sizes.time.perf_counter", lambda: next(now))
    assert len(list(throughput.measure(training, seconds=8))) == 4


class Slow(Dataset):
    """Examples that take their time to read."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __len__(self):
        return 512

    def __getitem__(self, i):
        time.sleep(self.seconds)
        return torch.full((4,), float(i)), torch.zeros(1)


def loop(data):
    torch.manual_seed(0)
    model = torch.nn.Linear(4, 1)
    loss = torch.nn.functional.mse_loss
    return OwnLoop(model, data, data, loss, torch.optim.SGD(model.parameters(), lr=1e-9), batch_size=8, device=torch.device("cpu"))


def test_workers_read_the_same_minibatches_in_the_same_order():
    """Also after a change of size, and what they have read ahead is not lost when they are gone."""
    alone, helped = loop(Slow(0.0)), loop(Slow(0.0))
    helped.num_workers = 1
    for training in (alone, helped):
        taken = [training.step() for _ in range(3)]
        training.batch_size = 16
        taken += [training.step() for _ in range(2)]
        with training.restored():
            training.num_workers = 0
            training.step()
        taken += [training.step(), training.num_workers]
        training.num_workers = 0
        training.history = [*taken, training.step()]
    assert alone.history[:6] == helped.history[:6] and alone.history[-1] == helped.history[-1]
    assert (alone.history[6], helped.history[6]) == (0, 1)


def test_each_number_of_workers_is_measured_and_then_taken_back():
    training = loop(Slow(2e-3))
    with training.restored():
        rows = table(data_loading.measure(training, workers=(0, 2), steps=5))
    assert rows.num_workers.tolist() == [0, 2] and training.num_workers == 0
    assert (rows.step_time > 0).all() and rows.data_time[0] > 0.5 * rows.step_time[0]  # eight times it sleeps, and then a step of nothing


def test_workers_that_help_are_suggested():
    rows = SimpleNamespace(num_workers=np.array([0.0, 2, 4]), step_time=np.array([3.0, 1.04, 1.0]), data_time=np.array([2.4, 0.1, 0]))
    assert data_loading.suggested(rows) == (2, pytest.approx(3 / 1.04))
    [note] = data_loading.check(rows)
    assert note.causes[0].changes[0].to == 2 and "2.9 times as fast as with none" in note.message and "80% of its time" in note.message


def test_workers_that_do_not_help_are_not():
    rows = SimpleNamespace(num_workers=np.array([0.0, 2, 4]), step_time=np.array([1.0, 0.99, 1.3]), data_time=np.array([0.2, 0, 0]))
    assert data_loading.suggested(rows) == (0, 1.0) and not next(data_loading.check(rows)).causes
    assert data_loading.counts(1) == [0, 1] and data_loading.counts(6) == [0, 1, 2, 4]


class Precise:
    """A step of 3 seconds in fp32, 1 in bf16, 0.9 in fp16, where the loss is lost."""

    precision, step_time = "fp32", 0.0

    def step(self):
        self.step_time = {"fp32": 3.0, "bf16": 1.0, "fp16": 0.9}[self.precision]
        return np.nan if self.precision == "fp16" else 1.0


def test_the_fastest_precision_with_a_loss_is_suggested():
    rows = table(mixed_precision.measure(Precise(), precisions=("fp32", "bf16", "fp16"), seconds=1e9))
    assert mixed_precision.suggested(rows) == ("bf16", 3.0) and mixed_precision.times_faster(rows) == {"bf16": 3.0, "fp16": 0.0}
    [note] = mixed_precision.check(rows)
    assert note.causes[0].changes[0].to == "bf16" and "3 times as fast" in note.message
    rows.step_time_bf16[:] = 2.9
    assert mixed_precision.suggested(rows) == ("fp32", 1.0) and not next(mixed_precision.check(rows)).causes


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_large_layer_is_faster_in_bf16_on_cuda():
    device = torch.device("cuda")
    model = torch.nn.Sequential(*(torch.nn.Linear(4096, 4096) for _ in range(4))).to(device)
    data = torch.utils.data.TensorDataset(torch.randn(2048, 4096), torch.randn(2048, 4096))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
    training = OwnLoop(model, data, data, torch.nn.functional.mse_loss, optimizer, batch_size=2048, device=device)
    if not hasattr(training, "precision"):
        pytest.skip("this training computes in one precision")
    precision, faster = mixed_precision.suggested(table(mixed_precision.measure(training)))
    assert precision == "bf16" and faster > 1.1
