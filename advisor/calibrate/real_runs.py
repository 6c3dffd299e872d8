"""Runs that their owners labelled: DeepOBS and AlgoPerf, from a folder with deepobs.jsonl.gz, or algoperf.csv and algoperf/."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from advisor.calibrate.labelled import FAULTS, HEALTHY, Labelled, overfits, sweep_of
from advisor.reading.runs import read
from advisor.run import Run
from advisor.scalar import Scalar, scalar

FIRST_SEED = 42
DEEPOBS, ALGOPERF = "deepobs.jsonl.gz", "algoperf.csv"


def real_runs(root: Path) -> list[Labelled]:
    """The labelled runs of DeepOBS and AlgoPerf below one folder, of those that are there, all held in memory.

    Raises
    ------
    AdvisorError
        No run of AlgoPerf can be read.
    """
    searches = root / DEEPOBS
    return [*(deepobs(searches) if searches.exists() else ()), *(algoperf(root) if (root / ALGOPERF).exists() else ())]


def deepobs(path: Path) -> Iterator[Labelled]:
    """Every run of DeepOBS's published baselines, in the words of its owners: normal at the tuned rate, too high, too low."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    searches: dict[str, dict[float, float]] = defaultdict(dict)
    for row in rows:
        if row["seed"] == FIRST_SEED:
            searches[name(row)][row["lr"]] = row["progress"] if row["progress"] is not None else -np.inf
    for number, row in enumerate(rows):
        test = values(row["test_epoch"])
        ended = dict(val_end=test[-1], val_best=np.nanmin(test))
        run = Run(Path(name(row), f"{number:04d}"), curves(row), hparams=hparams(row), name=f"{number:04d}")
        sweep = sweep_of(searches[name(row)])
        yield Labelled(
            run, row["problem"], name(row), "DeepOBS", FAULTS[row["label"]], row["label"], row["lr"], sweep, overfits(ended)
        )  # fmt: skip


def name(row: Mapping[str, Any]) -> str:
    """The search that a row of DeepOBS belongs to: its problem and its optimizer."""
    return f"{row['problem']}-{row['optimizer']}"


def values(logged: list[float | None]) -> np.ndarray:
    """What was logged, shape (n,), with NaN where the file has null."""
    return np.array([np.nan if v is None else v for v in logged], float)


def curves(row: Mapping[str, Any]) -> dict[str, Scalar]:
    """What a user would have logged: minibatch losses, the learning rate, and the test set's loss and accuracy after each epoch."""
    loss, test = values(row["minibatch"]), values(row["test_epoch"])
    steps, epochs = np.arange(len(loss)) * row["minibatch_every"], np.arange(len(test)) * row["steps_per_epoch"]
    found = {"train/loss": (steps, loss), "train/lr": (steps, np.full(len(loss), row["lr"])), "test/loss": (epochs, test)}
    if row.get("test_accuracy"):
        found["test/accuracy"] = (epochs, values(row["test_accuracy"]))
    return {tag: scalar(at, what, tag=tag) for tag, (at, what) in found.items()}


def hparams(row: Mapping[str, Any]) -> dict[str, Any]:
    """The hyperparameters of a row under our names; a batch size that is not known is 0."""
    return dict(lr=row["lr"], batch_size=row["batch_size"] or 0, optimizer=row["optimizer"], epochs=row["epochs"])


def algoperf(root: Path) -> Iterator[Labelled]:
    """AlgoPerf's runs. One that hit its published target is healthy; of one that missed nothing is known.

    Raises
    ------
    AdvisorError
        None of them can be read.
    """
    with (root / ALGOPERF).open(encoding="utf-8", newline="") as table:
        rows = {row["run"]: row for row in csv.DictReader(table)}
    for run in read(root / "algoperf"):
        row = rows[run.path.name]
        fault = HEALTHY if row["target"] == "hit" else ""
        yield Labelled(run, row["workload"], row["workload"], "AlgoPerf", fault, row["target"])
