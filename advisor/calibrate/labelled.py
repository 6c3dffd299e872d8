"""Runs whose faults are known: those of `python sample_runs/corpus.py`."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from advisor.run import Run, read

LABEL = "fault.toml"
HEALTHY = "healthy"
HIGH, LOW = "learning-rate-too-high", "learning-rate-too-low"
LITTLE, MUCH = 0.5, 0.9  # of the best run's progress: less was spoilt by its learning rate, more was as good
OVERFIT = 1.1  # times its lowest: a validation loss that ended higher really rose
NO_TWIN = {"memory-leak", "data-loading-bottleneck"}  # faults that harm no loss


@dataclass(frozen=True, eq=False)
class Sweep:
    """The progress that a training made at each learning rate, as a share of the best; rates ascend."""

    rates: np.ndarray
    progress: np.ndarray

    def good(self, rate: float) -> bool:
        """Whether a run at this rate makes most of the best progress: the progress between two rates is drawn straight."""
        return bool(np.interp(np.log(rate), np.log(self.rates), self.progress) >= MUCH)


@dataclass(frozen=True, eq=False)
class Labelled:
    """A run and what is known of it.

    `task` is what it learned (never in both halves of a cross-validation), `family` its search, `fault` the planted fault, "healthy", or ""
    where it is neither; `label` says it in the words of the data's owner.
    """

    run: Run
    task: str
    family: str
    source: str
    fault: str
    label: str = ""
    lr: float = math.nan
    sweep: Sweep | None = None
    overfits: bool = False


def sweep_of(points: Mapping[float, float]) -> Sweep:
    """From rate to progress; what diverged made none, and is kept finite so that one can interpolate."""
    rates = np.array(sorted(points))
    progress = np.nan_to_num([points[r] for r in rates], nan=-1.0, posinf=1.0, neginf=-1.0)
    return Sweep(rates, np.maximum(progress, -1.0))


def corpus(root: Path) -> Iterator[Labelled]:
    """Every labelled run of the corpus that can be read."""
    for folder in sorted(d for d in (root / "sweeps").iterdir() if d.is_dir()):
        labels, runs = labelled(folder), {run.path.name: run for run in read(folder)}
        yield from swept(folder.name, labels, runs)
    labels, runs = labelled(root / "runs"), {run.path.name: run for run in read(root / "runs")}
    twins = {family(label): label for label in labels.values() if label["fault"] == HEALTHY and label["seed"] == 1}
    for name, label in labels.items():
        if name in runs and (twin := twins.get(family(label))):
            fault = label["fault"] if label["fault"] == HEALTHY or harmed(label, twin) else ""
            yield Labelled(runs[name], label["task"], family(label), "corpus", fault, label["fault"], label["lr"], overfits=overfits(label))


def labelled(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.parent.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob(f"*/{LABEL}"))}


def family(label: Mapping[str, Any]) -> str:
    return f"{label['task']}-{label['optimizer'].replace(' ', '-').lower()}"


def swept(name: str, labels: Mapping[str, dict[str, Any]], runs: Mapping[str, Run]) -> Iterator[Labelled]:
    """The runs of a sweep: too high or too low where less than half of the best progress was made on that side of the best rate."""
    first = [label for key, label in labels.items() if key.startswith("lr-")]
    lowest = min((label for label in first if math.isfinite(label["end"])), key=lambda label: label["end"])
    tuned = min(first, key=lambda label: label["val_end"] if math.isfinite(label["val_end"]) else math.inf)["lr"]
    sweep = sweep_of({label["lr"]: progress(label, lowest) for label in first})
    for key, label in labels.items():
        if key in runs:
            done = progress(label, lowest)
            side = HIGH if label["lr"] > lowest["lr"] else LOW
            fault = HEALTHY if label["lr"] == tuned else "" if done >= LITTLE else side
            said = {HEALTHY: "normal", "": "grey", LOW: "too_low", HIGH: "too_high" if math.isfinite(label["end"]) else "too_high_nan"}[
                fault
            ]
            yield Labelled(runs[key], label["task"], name, "sweep", fault, said, label["lr"], sweep, overfits(label))


def progress(label: Mapping[str, Any], best: Mapping[str, Any], loss: str = "") -> float:
    """The share of the best run's fall, of the loss on the training set or (`loss` "val_") on the other; minus infinity where it was lost."""
    start, end = best[f"{loss}start"], best[f"{loss}end"]
    return (start - label[f"{loss}end"]) / max(start - end, 1e-12) if math.isfinite(label[f"{loss}end"]) else -math.inf


def harmed(label: Mapping[str, Any], twin: Mapping[str, Any]) -> bool:
    """Whether the fault did harm: less progress than its healthy twin, on what it was trained on or on what it was not."""
    return label["fault"] in NO_TWIN or min(progress(label, twin), progress(label, twin, "val_")) < MUCH


def overfits(label: Mapping[str, Any]) -> bool:
    return bool(label["val_end"] > OVERFIT * label["val_best"])
