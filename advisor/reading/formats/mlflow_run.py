"""MLflow's folder of a run, mlruns/EXPERIMENT/RUN: one file a metric, one a parameter."""

from pathlib import Path
from typing import Any

from advisor.reading.log import Log
from advisor.reading.nested_settings import WIDTH, parse
from advisor.reading.storage.growing_lines import Lines
from advisor.reading.tables.table import Columns, Table

NAME = "mlflow"
BESIDE = False
COLUMNS = Columns(step=" step", wall=" wall")  # names no metric has


def sniff(path: Path) -> bool:
    return place_of(path) is not None and path.is_file()


def place_of(path: Path) -> Path | None:
    """The folder "metrics" or "params" of a run that a file lies in or below."""
    return next((p for p in path.parents if p.name in ("metrics", "params") and (p.parent / "meta.yaml").is_file()), None)


def home(path: Path) -> Path | None:
    """The folder of the run."""
    place = place_of(path)
    return place.parent if place else None


def read(path: Path, earlier: Log | None = None) -> Log:
    """One metric, or one parameter, of the run.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    place = place_of(path) or path.parent
    name = path.relative_to(place).as_posix()
    return param(path, name, place.parent) if place.name == "params" else metric(path, name, place.parent, earlier)


def param(path: Path, name: str, home: Path) -> Log:
    with path.open("rb") as file:
        return Log(path, hparams={name: value_of(file.read(WIDTH * 4).decode("utf-8", "replace"))}, home=home)


def value_of(text: str) -> Any:
    """A parameter, which MLflow keeps as text: the number or truth it spells, else the text."""
    try:
        value = parse(text, is_json=False)
    except (ValueError, RecursionError):
        value = text
    return value if isinstance(value, bool | int | float | None) else text[:WIDTH]


def metric(path: Path, name: str, home: Path, earlier: Log | None) -> Log:
    """Lines of the time in milliseconds, the value, and the step; of a file that grew since `earlier` only those that are new."""
    with path.open("rb") as file:
        lines, table = earlier.rest if earlier and earlier.rest and earlier.rest[0].go_on_in(file) else (Lines(), Table())
        for new in lines.new(file):
            rows = [[*row, "0"][:3] for row in map(str.split, new) if len(row) > 1]
            cells = dict(zip((COLUMNS.wall, name, COLUMNS.step), zip(*rows, strict=True), strict=False))
            table.add(cells, COLUMNS)
    return table.log(path, lines.lost_sentences(path.name), home=home, rest=(lines, table))
