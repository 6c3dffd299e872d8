"""How near is the largest batch size to the true one? python tests/bench/batch_memory.py [dense images text recurrent]

Each model trains under a budget of live bytes, so that memory runs out at the same place for everybody. The true maximum is found by
bisection of executed second steps. For each finder: found/true, real trials, and out-of-memories among them; above 1 does not fit.
Peers that are not installed (lightning, accelerate) are left out. `python tests/bench/batch_memory.py large`, for a machine with a GPU,
takes a transformer of 134 million parameters and the device's own memory.
"""

import contextlib
import importlib.util
import io
import logging
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from probes.measurements import memory_savings, peak_memory
from probes.memory.live_bytes import LiveBytes
from probes.probing.recipes import ModelFile
from probes.process.remote_training import RemoteTraining
from probes.trainings.own_loop import OwnLoop
from tests.measurements.table_of_rows import table
from tests.trainings.trainings import Recurrent, Text, largest_that_runs, second_step

EXAMPLES = 10_000
LARGE = Path(__file__).with_name("large_transformer.py")
TRUE = {"dense": (13, 777, 8500), "images": (13, 777, 6000), "text": (100, 777), "recurrent": (100, 3000)}  # batch sizes the budgets hold
OPTIMIZERS = {"dense": torch.optim.AdamW, "images": torch.optim.SGD, "text": torch.optim.AdamW, "recurrent": torch.optim.RMSprop}


def model_and_data(name: str):
    torch.manual_seed(0)
    classes = torch.randint(10, (EXAMPLES,))
    if name == "dense":
        model = nn.Sequential(nn.Linear(64, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
        return model, TensorDataset(torch.randn(EXAMPLES, 64), classes)
    if name == "images":
        layers = (nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10))
        return nn.Sequential(*layers), TensorDataset(torch.randn(EXAMPLES, 1, 8, 8), classes)
    tokens = torch.randint(64, (EXAMPLES, 24))
    return (Text(64, 32), TensorDataset(tokens, tokens)) if name == "text" else (Recurrent(64), TensorDataset(tokens, classes))


def made(name: str, budget: float | None = None, batch_size: int = 8) -> OwnLoop:
    model, data = model_and_data(name)
    optimizer = OPTIMIZERS[name](model.parameters(), lr=1e-3)
    training = OwnLoop(model, data, data, nn.functional.cross_entropy, optimizer, batch_size=batch_size, device="cpu")
    training.memory_budget = budget
    return training


def advisor(name: str, budget: float) -> tuple[int, int, int]:
    rows = table(peak_memory.measure(made(name, budget), seconds=30))
    return peak_memory.largest(rows)[0] or 0, int(rows.executed.sum()), int(np.isnan(rows.peak_bytes).sum())


def accelerate(start: int):
    def found(name: str, budget: float) -> tuple[int, int, int]:
        from accelerate.utils import find_executable_batch_size

        sizes = []

        @find_executable_batch_size(starting_batch_size=start)
        def train(batch_size):
            sizes.append(batch_size)
            training = made(name, budget, batch_size)
            for _ in range(3):
                training.step()
            return batch_size

        return train(), len(sizes), len(sizes) - 1

    return found


def lightning(mode: str):
    def found(name: str, budget: float) -> tuple[int, int, int]:
        from lightning.pytorch import LightningModule, Trainer
        from lightning.pytorch.tuner import Tuner

        inner, data = model_and_data(name)
        sizes, refused = [], []

        class Model(LightningModule):
            def __init__(self):
                super().__init__()
                self.model, self.batch_size = inner, 2

            def training_step(self, batch, _):
                if not sizes or sizes[-1] != len(batch[1]):
                    sizes.append(len(batch[1]))
                return nn.functional.cross_entropy(self.model(batch[0]), batch[1])

            def optimizer_step(self, epoch, index, optimizer, closure):
                state = [value for values in optimizer.state.values() for value in values.values() if isinstance(value, torch.Tensor)]
                try:
                    with LiveBytes(others=[*inner.parameters(), *inner.buffers(), *state], limit=budget):
                        optimizer.step(closure)  # forward and backward are in the closure
                except torch.OutOfMemoryError:
                    refused.append(sizes[-1])
                    raise

            def configure_optimizers(self):
                return OPTIMIZERS[name](self.parameters(), lr=1e-3)

            def train_dataloader(self):
                return DataLoader(data, self.batch_size, shuffle=True, drop_last=True)

        quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
        with tempfile.TemporaryDirectory() as folder:  # where the tuner keeps a checkpoint while it tries; it stays when a trial breaks off
            trainer = Trainer(accelerator="cpu", max_epochs=1, default_root_dir=folder, **quiet)
            size = Tuner(trainer).scale_batch_size(Model(), mode=mode, init_val=2)
        return size or 0, len(sizes), len(refused)

    return found


FINDERS = {"advisor": advisor, "Lightning power": lightning("power"), "Lightning binsearch": lightning("binsearch")}
FINDERS |= {f"accelerate from {start}": accelerate(start) for start in (128, 8192)}


def installed(finder: str) -> bool:
    return finder == "advisor" or importlib.util.find_spec(finder.split()[0].lower()) is not None


def compare(names) -> None:
    finders = [finder for finder in FINDERS if installed(finder)]
    print(f"{'model, true maximum':<22}" + "".join(f"{finder:>24}" for finder in finders))
    for name in names:
        for wanted in TRUE[name]:
            budget = second_step(made(name), wanted).allocated + 64
            true = largest_that_runs(made(name, budget), wanted, wanted + 100)
            print(f"{name + ', ' + format(true, ','):<22}", end="")
            for finder in finders:
                with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                    size, trials, refused = FINDERS[finder](name, budget)
                print(f"{f'{size / true:.2f}, {trials}, {refused}':>24}", end="", flush=True)
            print(flush=True)


def large(path: Path = LARGE, budget: float | None = None) -> None:
    """A model of a file on this machine's own device: what was predicted, what ran, what is true, and what would save memory."""
    training = RemoteTraining(ModelFile(path))
    training.memory_budget = budget
    print(f"{path.name} on {training.device}")
    begin, rows = time.perf_counter(), []
    for row in peak_memory.measure(training, seconds=60):
        rows.append(row)
        print({name: f"{value:.6g}" for name, value in row.items()}, flush=True)
    found = peak_memory.largest(table(rows))[0] or 1
    print(f"found {found} in {time.perf_counter() - begin:.0f} s", flush=True)
    training.memory_budget = rows[0]["limit_bytes"]
    true = largest_that_runs(training, found, 2 * found)
    print(f"true within the same limit {true}: found/true {found / true:.3f}", flush=True)
    for row in memory_savings.measure(training, batch_size=max(1, found // 2)):
        print({name: f"{value:.6g}" for name, value in row.items()}, flush=True)
    training.close()


if __name__ == "__main__":
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    large() if sys.argv[1:] == ["large"] else compare(sys.argv[1:] or TRUE)
