"""The largest batch that fits is found without going beyond it."""

import contextlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from probes.measurements import peak_memory
from probes.memory.largest_batch import largest_within
from probes.probing.recipes import ModelFile
from probes.process.channel import EndedError
from probes.process.remote_training import RemoteTraining
from probes.training import Memory
from tests.measurements.table_of_rows import table
from tests.trainings.trainings import Recurrent, Text, dense, images, largest_that_runs, linear_sum, made, second_step

SAMPLE = Path(__file__).parents[2] / "sample_runs" / "model.py"
LARGE = Path(__file__).parents[1] / "bench" / "large_transformer.py"


# ── the largest batch ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model, optimizer, size", [
    (dense, torch.optim.AdamW, 333),
    (dense, torch.optim.SGD, 41),
    (images, torch.optim.Adam, 597),
    pytest.param(Text, torch.optim.SGD, 77, marks=pytest.mark.stress),
    (Recurrent, torch.optim.RMSprop, 250),  # whose kernel takes much that cannot be predicted
])  # fmt: skip
def test_the_largest_batch_is_found_in_three_trials_and_never_beyond(model, optimizer, size):
    training = made(model, optimizer, examples=size + 60)
    training.memory_budget = second_step(training, size).allocated + 100
    rows, true = table(peak_memory.measure(training, seconds=1)), largest_that_runs(training, low=size)
    found, bound = peak_memory.largest(rows)
    assert bound and 0.95 * true <= found <= true
    assert rows.executed.sum() <= 3 and np.isnan(rows.peak_bytes).sum() <= 1


def test_a_small_data_set_is_the_limit_and_predicted_peaks_are_a_maximum_of_lines():
    rows = table(peak_memory.measure(linear_sum(), seconds=1000))  # no trial is cut for its time, however busy the machine
    predicted = np.flatnonzero((rows.executed == 0) & (rows.batch_size >= 16))
    assert np.allclose(np.diff(rows.peak_bytes[predicted]) / np.diff(rows.batch_size[predicted]), 64)
    assert rows.peak_bytes[0] > 256 + 64 * rows.batch_size[0] + 4  # the backward pass is the peak of the smallest
    assert peak_memory.largest(rows) == (512, False)
    assert "would hold more" in next(peak_memory.check(rows)).message


class Device:
    """A step takes max(400 + B, 100 + 5 B), and beyond it per example and in all what no prediction sees."""

    memory_budget, accumulation_steps, precision, checkpointing, device = None, 1, "fp32", False, "cuda:0"
    examples, batch_size = 10**6, 64

    def __init__(self, memory, each=0.0, more=0.0, fails_at=np.inf):
        self.memory, self.each, self.more, self.fails_at = memory, each, more, fails_at

    def step(self): ...

    @contextlib.contextmanager
    def restored(self):
        yield self

    @contextlib.contextmanager
    def fresh(self):
        other = type(self)(self.memory, self.each, self.more, self.fails_at)
        yield other

    def free_memory(self):
        return self.memory

    def predicted_memory(self, size):
        peak = max(400 + size, 100 + 5 * size)
        return Memory(peak, peak, 100)

    def step_memory(self):
        peak = self.predicted_memory(self.batch_size).allocated + self.more + self.each * self.batch_size
        if peak > self.memory or self.batch_size >= self.fails_at:
            raise torch.OutOfMemoryError("out of memory")
        return Memory(peak, peak, 100)


@pytest.mark.parametrize("each, more", [(0, 0), (0.5, 0), (0, 300), (2, 100), (20, 0), (-2, 0)])
@pytest.mark.parametrize("memory", [3000, 50_000, 1_234_567])
def test_what_no_prediction_sees_is_learnt_from_the_trials(memory, each, more):
    rows = table(peak_memory.measure(Device(memory, each, more)))
    found, bound = peak_memory.largest(rows)
    true = int((0.9 * memory - 100 - more) / (5 + each))
    assert bound and 0.95 * true <= found <= true
    assert rows.executed.sum() <= 3 and np.isnan(rows.peak_bytes).sum() <= 1


def test_an_out_of_memory_is_a_row():
    rows = table(peak_memory.measure(Device(10_000, fails_at=1700)))
    assert np.isnan(rows.peak_bytes).sum() == 1 and 1500 < peak_memory.largest(rows)[0] < 1700
    rows = table(peak_memory.measure(Device(10_000, fails_at=1)))
    assert peak_memory.largest(rows) == (None, True) and rows.executed.sum() <= 3
    assert "Not even a batch of" in next(peak_memory.check(rows)).message


def test_a_process_that_was_killed_ran_out_of_memory():
    class Killed(Device):
        def step_memory(self):
            if self.batch_size > 1000:
                raise EndedError("its process was killed, most likely because memory ran out")
            return super().step_memory()

    assert 64 <= peak_memory.largest(table(peak_memory.measure(Killed(10_000))))[0] <= 1000


def test_a_trial_that_would_take_too_long_is_not_made(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("probes.memory.trial.time.perf_counter", lambda: clock.now)

    class Slow(Device):
        def step_memory(self):
            clock.now += 1e-3 * self.batch_size
            return super().step_memory()

    rows = table(peak_memory.measure(Slow(1e7), seconds=0.5))
    assert peak_memory.largest(rows) == (1000, False)  # two steps in four times half a second


def test_main_memory_holds_the_whole_process():
    class Computer(Device):
        device = "cpu"

        def step_memory(self):
            found = super().step_memory()
            return Memory(found.allocated, found.reserved, 100, 2000 + 1.2 * found.allocated)

    rows = table(peak_memory.measure(Computer(10_000)))
    found, _ = peak_memory.largest(rows)
    assert 2000 + 1.2 * (100 + 5 * found) <= 9000 and found > 900


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_size_within_a_maximum_of_lines_takes_few_questions(seed):
    random = np.random.default_rng(seed)
    for _ in range(200):
        lines = [(random.uniform(0, 1e4), 10 ** random.uniform(-2, 3)) for _ in range(random.integers(1, 5))]
        most, limit, asked = int(10 ** random.uniform(0, 6.5)), 10 ** random.uniform(2, 7), []
        true = min(most, *(int((limit - base) // each) for base, each in lines))
        found = largest_within(lambda b: asked.append(b) or max(base + each * b for base, each in lines), most, limit, 16)  # noqa: B023
        assert found is None if true < 1 else 0.995 * true - 1 < found <= true
        assert len(asked) <= 20 and min(asked) >= 1 and max(asked) <= most


@pytest.mark.slow
def test_in_processes_of_their_own(forked):
    training = RemoteTraining(ModelFile(SAMPLE))
    here = training.predicted_memory(400).allocated
    training.memory_budget = here
    rows = table(peak_memory.measure(training))
    assert 380 <= peak_memory.largest(rows)[0] <= 400 and rows.executed.sum() <= 3 and not np.isnan(rows.peak_bytes).any()
    assert training.batch_size == 64 and training.memory_budget == here
    training.close()


# ── CUDA ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.gpu
@pytest.mark.slow
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_largest_batch_of_a_transformer_of_134_million_parameters_on_cuda():
    training = RemoteTraining(ModelFile(LARGE))
    assert training.device.startswith("cuda")
    training.memory_budget = 12 * 2.0**30
    rows = table(peak_memory.measure(training, seconds=60))
    found, bound = peak_memory.largest(rows)
    predicted = rows.batch_size[(rows.executed == 0) & (rows.fits > 0)].max()
    true = largest_that_runs(training, found, 2 * found)
    print(f"predicted {predicted:.0f} or a little more, found {found}, true {true}")
    assert bound and 0.95 * true <= found <= true
    assert rows.executed.sum() <= 3 and np.isnan(rows.peak_bytes).sum() <= 1
    ran = (rows.executed > 0) & (rows.fits > 0)
    assert (rows.peak_bytes[ran] <= rows.reserved_bytes[ran]).all() and (rows.reserved_bytes[ran] <= training.memory_budget).all()
    training.close()
