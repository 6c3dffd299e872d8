"""The TensorBoard run directory a probe writes: a scalar for each number it measured, and the hyperparameters."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from advisor.errors import AdvisorError
from advisor.run import EXCERPT


class RunDirectory:
    """A new run directory, open for writing.

    Raises
    ------
    AdvisorError
        The folder exists and is not empty: nothing is written over.
    """

    def __init__(self, path: Path):
        from torch.utils.tensorboard import SummaryWriter

        try:
            self.writer = SummaryWriter(str(need_new(path)), flush_secs=5)
        except OSError as error:
            raise AdvisorError(f"{path} cannot be written: {error.strerror or error}; name another folder.") from error
        self.path, self.rows, self.described = path, {}, False  # type: ignore[var-annotated]

    def row(self, module, row: dict[str, float]) -> None:
        """Log one row of a measurement as `<measurement>/<column>`, or under the tags the measurement names."""
        name = name_of(module)
        rows = self.rows.setdefault(name, [])
        rows.append(row)
        step = int(row[module.STEP]) if hasattr(module, "STEP") else len(rows) - 1
        for column, value in row.items():
            self.writer.add_scalar(getattr(module, "TAGS", {}).get(column, f"{name}/{column}"), value, step)

    def table(self, name: str) -> SimpleNamespace:
        """The columns of a measurement's rows, float arrays of shape (rows,) as attributes; NaN where a row lacks a column."""
        columns = dict.fromkeys(column for row in self.rows[name] for column in row)
        return SimpleNamespace(**{c: np.array([row.get(c, np.nan) for row in self.rows[name]], float) for c in columns})

    def tables(self) -> dict[str, SimpleNamespace]:
        """The table of every measurement that has rows, by its name."""
        return {name: self.table(name) for name in self.rows}

    def failed(self, name: str) -> None:
        """A row of its own for a measurement that broke off."""
        self.writer.add_scalar(f"{name}/failed", 1.0, len(self.rows.get(name, ())))

    def describe(self, hparams: dict[str, Any]) -> None:
        """Log the hyperparameters, once, and that the training was cut short."""
        from torch.utils.tensorboard.summary import hparams as summaries

        if not self.described:
            for summary in summaries({**hparams, EXCERPT: True}, {}):
                self.writer._get_file_writer().add_summary(summary)  # add_hparams itself would open another directory
            self.described = True

    def close(self) -> None:
        """Write what is still waiting, and end the event file."""
        self.writer.close()


def name_of(module) -> str:
    """What a measurement's table and tags are called: its module's own name."""
    return module.__name__.rpartition(".")[2]


def need_new(path: Path) -> Path:
    """The path, where nothing is there yet.

    Raises
    ------
    AdvisorError
        Something is.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise AdvisorError(f"{path} exists; probe writes over nothing, so name a new folder.")
    return path


def default_path(model: Path, what: str = "probe") -> Path:
    """runs/<what>-<name>-<time> in the current folder; one that does not exist."""
    path = Path("runs") / f"{what}-{model.stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    others = (path.with_name(f"{path.name}-{i}") for i in range(2, 1000))
    return path if not path.exists() else next(p for p in others if not p.exists())
