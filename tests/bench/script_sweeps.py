"""What every learning rate comes to in a script of tests/bench/scripts: trained at half decades around its own, and kept.

A script is run as it is: what is changed is the rate its optimizers step at, by a factor, the seed that it gives torch, by an offset, and
where wanted its loader's batch size. What it comes to is the last number of the last line it prints. PyTorch is imported once, and every
training is a fork of that process.
"""

import json
import math
import os
import re
import resource
import runpy
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

SCRIPTS = Path(__file__).parent / "scripts"
FACTORS = [round(float(factor), 6) for factor in 10 ** np.arange(-1.0, 1.1, 0.5)]  # of the script's own rate
BEYOND, FARTHEST = 10**0.5, 10**2.6  # where the best lies at an end, and no further than that
SEEDS = 0, 1  # added to the script's own: a sweep is of the first, what is compared of both
LIMIT = 120  # seconds of computing that a training may take
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)", re.IGNORECASE)


class Entry:
    """A script, as it is to be started, and why there can be no rate of it, where there can be none; both stand in its first lines."""

    def __init__(self, path: Path):
        self.path, self.name = path, path.parent.name if path.stem == "train" else path.stem
        text = path.read_text(encoding="utf-8")
        line = re.search(r"# advisor probe (.*?)[\"\\]*(?:, *)?$", text, re.MULTILINE)
        words = line[1].removesuffix("\\n").split() if line else [path.name]
        self.words, self.arguments = words, words[words.index("--") + 1 :] if "--" in words else []
        self.module = words[words.index("-m") + 1] if "-m" in words else ""
        no_rate = re.search(r"# no rate: (.*?)(?:\\n\",)?$", text, re.MULTILINE)
        self.no_rate = no_rate[1] if no_rate else ""
        self.imports = {name for name in ("lightning", "transformers", "accelerate", "skorch", "sklearn.datasets") if name in text}


def entries(names: list[str]) -> list[Entry]:
    """Those of these names, or all."""
    files = sorted([*SCRIPTS.glob("*.py"), *SCRIPTS.glob("*.ipynb"), *SCRIPTS.glob("*/train.py")], key=lambda file: file.name)
    found = [Entry(file) for file in files]
    return [entry for entry in found if not names or entry.name in names]


class Truth:
    """Losses of a script by what was changed; trained where they are not in the folder."""

    def __init__(self, entry: Entry, folder: Path):
        self.entry, self.kept = entry, folder / f"{entry.name}.json"
        self.known: dict[str, Any] = json.loads(self.kept.read_text()) if self.kept.exists() else {}

    def losses(self, factor: float, batch: tuple[int, int] | None = None, seeds: tuple[int, ...] = SEEDS) -> list[float]:
        """With each seed, at this multiple of its own rates; NaN where it diverged or broke. `batch` is a size and what it is set to."""
        found = []
        for seed in seeds:
            key = f"{factor:.4g} {batch[0]}:{batch[1]} {seed}" if batch else f"{factor:.4g} {seed}"
            if key not in self.known:
                self.known[key] = trained(self.entry, factor, seed, batch)
                self.kept.parent.mkdir(parents=True, exist_ok=True)
                self.kept.write_text(json.dumps(self.known, indent=0))
            found.append(self.known[key][0])
        return found

    @property
    def today(self) -> float:
        """The largest rate that it steps at by itself."""
        self.losses(1.0, seeds=SEEDS[:1])
        return self.known["1 0"][1]

    def sweep(self) -> dict[float, float]:
        """The loss at every factor, from the least to the largest, as far out as the best is not at an end."""
        found = {factor: self.losses(factor, seeds=SEEDS[:1])[0] for factor in FACTORS}
        while True:
            best = lowest(found)
            beyond = best * BEYOND if best == max(found) else best / BEYOND if best == min(found) else None
            if beyond is None or not 1 / FARTHEST < beyond < FARTHEST:
                return dict(sorted(found.items()))
            found[beyond] = self.losses(beyond, seeds=SEEDS[:1])[0]

    def regret(self, losses: list[float]) -> float:
        """Of these losses, one a seed: 0 is the best of the sweep, 1 has learned nothing, 2 diverged."""
        best, start = float(np.nanmin(list(self.sweep().values()))), self.losses(0.0, seeds=SEEDS[:1])[0]
        worst = start + max(start - best, 0)
        bounded = [min(loss, worst) if math.isfinite(loss) else worst for loss in losses]
        return (float(np.mean(bounded)) - best) / (start - best)


def lowest(losses: dict[float, float]) -> float:
    """The key of the lowest finite one."""
    return min(losses, key=lambda key: losses[key] if math.isfinite(losses[key]) else math.inf)


def trained(entry: Entry, factor: float, seed: int, batch: tuple[int, int] | None) -> tuple[float, float]:
    """The loss that a fork of this process comes to, and the largest rate that was its own."""
    for name in entry.imports:
        __import__(name)
    with tempfile.TemporaryFile("w+") as output:
        if not (child := os.fork()):
            run(entry, factor, seed, batch, output.fileno())
        os.waitpid(child, 0)
        output.seek(0)
        lines = [line for line in output.read().splitlines() if line.strip()]
    if len(lines) < 2 or not lines[-1].startswith("largest rate"):
        return math.nan, math.nan
    numbers = NUMBER.findall(lines[-2])
    return float(numbers[-1]) if numbers else math.nan, float(lines[-1].split()[-1])


def run(entry: Entry, factor: float, seed: int, batch: tuple[int, int] | None, output: int) -> None:
    """Be the script, until its end."""
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    os.dup2(output, 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    warnings.simplefilter("ignore")
    largest = changed(factor, seed, batch)
    sys.argv, status = [str(entry.path), *entry.arguments], 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            begin(entry)
    except SystemExit as end:
        status = int(bool(end.code))
    except BaseException:
        status = 1
    sys.stdout.flush()
    if not status:
        print(f"\nlargest rate {max(largest, default=math.nan)}", flush=True)
    os._exit(status)


def begin(entry: Entry) -> None:
    """As Python would start it; a notebook's cells are one script."""
    sys.path.insert(0, str(entry.path.parents[1] if entry.module else entry.path.parent))
    if entry.module:
        runpy.run_module(entry.module, run_name="__main__", alter_sys=True)
    elif entry.path.suffix == ".ipynb":
        cells = json.loads(entry.path.read_text(encoding="utf-8"))["cells"]
        lines = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).splitlines()]
        source = "\n".join(line for line in lines if not line.startswith("%"))
        exec(compile(source, entry.path.name, "exec"), {"__name__": "__main__"})
    else:
        runpy.run_path(str(entry.path), run_name="__main__")


def changed(factor: float, seed: int, batch: tuple[int, int] | None) -> list[float]:
    """Have every optimizer step at so many times its rates, torch be seeded otherwise, and loaders of one batch size have another."""
    import torch
    from torch.optim import optimizer as hooks
    from torch.utils.data import DataLoader

    torch.set_num_threads(1)
    deep, own, rates = [0], torch.manual_seed, list[float]()
    made = DataLoader.__init__

    def before(optimizer: Any, args: Any, options: Any) -> None:
        deep[0] += 1
        if deep[0] == 1:  # of an optimizer that another one is made of, the rates are changed once
            rates[:] = [max([*rates, *(float(group["lr"]) for group in optimizer.param_groups)])]
            optimizer._rates = [group["lr"] for group in optimizer.param_groups]
            for group in optimizer.param_groups:
                group["lr"] = group["lr"] * factor

    def after(optimizer: Any, args: Any, options: Any) -> None:
        deep[0] -= 1
        if not deep[0]:
            for group, rate in zip(optimizer.param_groups, optimizer._rates, strict=True):
                group["lr"] = rate

    def resized(loader: Any, dataset: Any, batch_size: Any = 1, *args: Any, **options: Any) -> None:
        assert batch is not None
        made(loader, dataset, batch[1] if batch_size == batch[0] else batch_size, *args, **options)

    hooks.register_optimizer_step_pre_hook(before)
    hooks.register_optimizer_step_post_hook(after)
    torch.manual_seed = lambda given: own(int(given) + seed)
    if batch is not None:
        DataLoader.__init__ = resized  # type: ignore[method-assign]
    return rates
