"""DVCLive's metrics: one TSV file a metric below plots/metrics of the run's folder."""

from pathlib import Path

from advisor.reading.log import Log
from advisor.reading.tables import csv_rows

NAME = "dvclive"
BESIDE = False


def sniff(path: Path) -> bool:
    return path.suffix.lower() == ".tsv" and metrics_of(path) is not None and path.is_file()


def metrics_of(path: Path) -> Path | None:
    """The folder plots/metrics that a file lies in or below."""
    return next((p for p in path.parents if p.name == "metrics" and p.parent.name == "plots"), None)


def home(path: Path) -> Path | None:
    """The folder of the run."""
    metrics = metrics_of(path)
    return metrics.parent.parent if metrics else None


def read(path: Path, earlier: Log | None = None) -> Log:
    """The metric under its place's name, such as "train/loss".

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    metrics = metrics_of(path) or path.parent
    return csv_rows.read(path, earlier, path.relative_to(metrics).with_suffix("").as_posix(), home=metrics.parent.parent)
