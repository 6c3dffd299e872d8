"""The TensorBoard run directory a probe writes: a scalar for each number it measured, and the hyperparameters."""

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from advisor.errors import AdvisorError
from advisor.run import EXCERPT, OF_PROBE


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
            self.writer = SummaryWriter(str(need_new(path)), flush_secs=5, filename_suffix=OF_PROBE)
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
    if path.exists() and not is_empty(path):
        raise AdvisorError(f"{path} exists; probe writes over nothing, so name a new folder.")
    return path


@contextmanager
def new_folder(named: Path | None, model: Path, what: str = "probe") -> Iterator[Path]:
    """A block with a folder of its own to log in, made now so that no other process takes it; where nothing is logged it is gone again.

    It is the one named where that is empty, else runs/<what>-<name>-<time> in the current folder; where another process or something else
    is there already, one with a number behind its name. Where it cannot be made it is given all the same: whoever writes will tell.
    """
    wanted = named or Path("runs") / f"{what}-{model.stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    others = (wanted.with_name(f"{wanted.name}-{i}") for i in range(2, 1000))
    made = [folder for folder in (wanted, *wanted.parents) if not folder.exists()]
    path = wanted if named and is_empty(named) else next(filter(_is_made, (wanted, *others)), wanted)
    try:
        yield path
    finally:
        for folder in (path, *made) if path != wanted else made:
            with contextlib.suppress(OSError):  # there is something in it
                folder.rmdir()


def _is_made(folder: Path) -> bool:
    """Whether the folder was made now, or cannot be."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    except OSError:
        pass
    return True


def is_empty(folder: Path) -> bool:
    """Whether it is a folder with nothing in it."""
    return folder.is_dir() and not any(folder.iterdir())
