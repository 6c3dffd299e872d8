"""What every learning rate comes to: a task's training at quarter decades, graded on data that no finder of rates sees."""

from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import torch
from torch.utils.data import Subset

from probes.trainings import from_model_file, model_file
from probes.trainings.own_loop import OwnLoop
from tests.measurements.copies import Copies, tensors

TASKS = sorted((Path(__file__).parent / "tasks").glob("*.py"))
ANEW = sorted((Path(__file__).parent / "tasks" / "anew").glob("*.py"))
DEPLOYMENTS = [(schedule, steps) for steps in (300, 2400) for schedule in ("constant", "warm-up-cosine")]
SEEDS = 100, 101  # of first weights and data orders; no probe has them
GRADED = 3  # one example in this many is kept for grading


class Task:
    """A task with a third of its data kept from every finder of learning rates."""

    def __init__(self, path: Path, module: ModuleType):
        self.path, self.name, self.module = path, path.stem, module
        self.kept_aside = getattr(module, "KEPT_ASIDE", False)
        whole = module.dataset()
        order, graded = np.random.default_rng(7).permutation(len(whole)), len(whole) // GRADED
        self.graded = tensors(Subset(whole, order[:graded].tolist()))
        self.shown = Subset(whole, order[graded:].tolist())

    def training(self, seed: int) -> OwnLoop:
        """As `advisor probe` would make it, of the data that is shown: a fifth of that is held out."""
        names = ("model", "loss", "optimizer", "batch_size", "lr")
        given = SimpleNamespace(**{name: getattr(self.module, name) for name in names if hasattr(self.module, name)})
        given.dataset = lambda: self.shown
        return from_model_file.training_from(given, self.path, seed)  # type: ignore[arg-type]

    def rates(self) -> np.ndarray:
        """Five decades of rates, those of plain SGD a decade higher."""
        return np.geomspace(*((1e-4, 10) if isinstance(self.training(0).optimizer, torch.optim.SGD) else (1e-5, 1)), 21)


def tasks(names: list[str], paths: list[Path] = TASKS):
    """The tasks of these names, or all, one after the other."""
    for path in paths:
        if not names or path.stem in names:
            with model_file.imported(path) as module:
                yield Task(path, module)


class Truth:
    """Graded losses of one task at every rate of its grid, and what of a suggestion they make; trained once and kept in the folder."""

    def __init__(self, task: Task, folder: Path):
        kept = folder / f"{task.name}.npz"
        if not kept.exists():
            folder.mkdir(parents=True, exist_ok=True)
            np.savez(kept, **self.trained(task))
        self.losses = dict(np.load(kept))
        self.x = np.log10(self.losses["rates"])

    @staticmethod
    def trained(task: Task) -> dict[str, np.ndarray]:
        rates = task.rates()
        copies = Copies(task.module, task.training(0).dataset, rates, SEEDS)
        losses = {"rates": rates, "untrained": copies.evaluate(copies.start, task.graded)}
        for schedule, steps in DEPLOYMENTS:
            losses[f"{schedule} {steps}"] = copies.train(steps, schedule, [steps], task.graded)[0]
        return losses

    def curve(self, schedule: str, steps: int) -> np.ndarray:
        """Regret at each rate of the grid: 0 is the best rate, 1 has learned nothing, 2 diverged in every seed."""
        losses, untrained = self.losses[f"{schedule} {steps}"], float(self.losses["untrained"].mean())
        mean = losses.mean(axis=0)
        best = float(np.nanmin(np.where(np.isfinite(mean), mean, np.nan)))
        worst = 2 * untrained - best
        bounded = np.minimum(np.nan_to_num(losses, nan=worst, posinf=worst), worst).mean(axis=0)
        return (bounded - bounded.min()) / (untrained - bounded.min())

    def regret(self, schedule: str, steps: int, lr: float) -> float:
        """Interpolated between the rates of the grid; beyond its ends that of the end."""
        return float(np.interp(np.log10(lr), self.x, self.curve(schedule, steps)))

    def least_within(self, schedule: str, steps: int, low: float, high: float) -> float:
        """The lowest regret of any rate in the interval."""
        return min(self.regret(schedule, steps, lr) for lr in np.geomspace(low, high, 50))
