"""Runs whose faults are known: those of `python sample_runs/corpus.py`."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from advisor.reading.runs import read
from advisor.run import Run

LABEL = "fault.toml"
HEALTHY = "healthy"
HIGH, LOW = "learning-rate-too-high", "learning-rate-too-low"
FAULTS = {"normal": HEALTHY, "too_high": HIGH, "too_high_nan": HIGH, "too_low": LOW, "grey": ""}
RATES = 3  # a sweep of fewer has no best
LITTLE, MUCH = 0.5, 0.9  # of the best run's progress: less was spoilt by its learning rate, more was as good
OVERFIT = 1.1  # times its lowest: a validation loss that ended higher really rose
NO_LOSS = {"memory-leak", "data-loading-bottleneck"}  # faults that harm no loss


@dataclass(frozen=True, eq=False)
class Sweep:
    """The progress that a training made at each learning rate, as a share of the best; both of shape (rates,), and rates ascend."""

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
    optimizer: str = ""


def sweep_of(points: Mapping[float, float]) -> Sweep:
    """From rate to progress; what diverged made none, and is kept finite so that one can interpolate."""
    rates = np.array(sorted(points))
    progress = np.nan_to_num([points[r] for r in rates], nan=-1.0, posinf=1.0, neginf=-1.0)
    return Sweep(rates, np.maximum(progress, -1.0))


def corpus(root: Path) -> Iterator[Labelled]:
    """Every labelled run of the corpus that can be read.

    Raises
    ------
    AdvisorError
        A folder of the corpus holds no run that can be read.
    """
    tuned = {}
    for folder in sorted(d for d in (root / "sweeps").iterdir() if d.is_dir()):
        if len(first := {key: label for key, label in labelled(folder).items() if key.startswith("lr-")}) >= RATES:
            tuned[folder.name] = best(first, "val_end")
            yield from swept(folder.name, labelled(folder), {run.path.name: run for run in read(folder)})
    if not (root / "runs").is_dir():
        return
    labels, runs = labelled(root / "runs"), {run.path.name: run for run in read(root / "runs")}
    for key, label in labels.items():
        if key in runs and family(label) in tuned:
            fault = label["fault"] if harmed(label, tuned[family(label)]) != (label["fault"] == HEALTHY) else ""
            yield Labelled(
                runs[key],
                label["task"],
                family(label),
                "corpus",
                fault,
                label["fault"],
                label["lr"],
                overfits=overfits(label),
                optimizer=label["optimizer"],
            )


def best(labels: Mapping[str, dict[str, Any]], by: str) -> dict[str, Any]:
    """The label whose loss of this name, such as "val_end", is lowest; one that is not finite counts as infinite."""
    return min(labels.values(), key=lambda label: label[by] if math.isfinite(label[by]) else math.inf)


def labelled(folder: Path) -> dict[str, dict[str, Any]]:
    """The labels of all runs just below a folder, by the names of the runs' folders."""
    return {path.parent.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob(f"*/{LABEL}"))}


def family(label: Mapping[str, Any]) -> str:
    """The search that a run belongs to: its task and optimizer, spelled as the folders of the sweeps are."""
    return f"{label['task']}-{label['optimizer'].replace(' ', '-').lower()}"


def swept(name: str, labels: Mapping[str, dict[str, Any]], runs: Mapping[str, Run]) -> Iterator[Labelled]:
    """The runs of a sweep: too high or too low where less than half of the best progress was made on that side of the best rate."""
    first = {key: label for key, label in labels.items() if key.startswith("lr-")}
    lowest, tuned = best(first, "end"), best(first, "val_end")["lr"]
    sweep = sweep_of({label["lr"]: progress(label, lowest) for label in first.values()})
    for key, label in labels.items():
        if key in runs:
            said = in_words(label, progress(label, lowest), lowest["lr"], tuned)
            yield Labelled(
                runs[key], label["task"], name, "sweep", FAULTS[said], said, label["lr"], sweep, overfits(label), label["optimizer"]
            )


def in_words(label: Mapping[str, Any], done: float, lowest: float, tuned: float) -> str:
    """The label of a run in a sweep, as DeepOBS's runs have them."""
    if label["lr"] == tuned and done >= MUCH:
        return "normal"
    if done >= LITTLE:
        return "grey"
    return "too_low" if label["lr"] < lowest else "too_high" if math.isfinite(label["end"]) else "too_high_nan"


def progress(label: Mapping[str, Any], best: Mapping[str, Any], loss: str = "") -> float:
    """The share of the best run's fall, of the training loss or (`loss` "val_") of the other; minus infinity where it was lost."""
    start, end = best[f"{loss}start"], best[f"{loss}end"]
    return (start - label[f"{loss}end"]) / max(start - end, 1e-12) if math.isfinite(label[f"{loss}end"]) else -math.inf


def harmed(label: Mapping[str, Any], tuned: Mapping[str, Any]) -> bool:
    """Whether a run made less progress than the tuned one of its family: on its training data or, a fault, on the other."""
    done = [progress(label, tuned)] + [progress(label, tuned, "val_")] * (label["fault"] != HEALTHY)
    return label["fault"] in NO_LOSS or min(done) < MUCH


def overfits(label: Mapping[str, Any]) -> bool:
    """Whether the validation loss ended higher than OVERFIT times its lowest."""
    return bool(label["val_end"] > OVERFIT * label["val_best"])
