"""MLflow's database mlflow.db, where newer versions keep every run: SQLite, opened to read only."""

from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.reading.formats.mlflow_run import COLUMNS, value_of
from advisor.reading.log import Log
from advisor.reading.storage.sqlite_file import opened
from advisor.reading.tables.table import Table

if TYPE_CHECKING:
    from sqlite3 import Connection

NAME = "mlflow"
BESIDE = False
BATCH = 50_000  # points
RUNS = "SELECT run_uuid, runs.name, experiments.name FROM runs JOIN experiments USING (experiment_id) WHERE runs.lifecycle_stage = 'active'"
PARAMS = "SELECT key, value FROM params WHERE run_uuid = ?"
# MLflow writes infinity as the largest number there is.
METRICS = """SELECT key, CASE WHEN is_nan THEN 'nan' WHEN value > 1.797e308 THEN 'inf' WHEN value < -1.797e308 THEN '-inf' ELSE value END,
    step, timestamp FROM metrics WHERE run_uuid = ? ORDER BY key, timestamp, step"""


def sniff(path: Path) -> bool:
    return path.name == "mlflow.db" and path.is_file()


def read(path: Path, earlier: Log | None = None) -> Log:
    """Every run that was not deleted, each as a Log of its own whose home is mlflow.db/EXPERIMENT/RUN."""
    if not isinstance(path, Path):
        return Log(path, lost=(f"{path.name} is a database, which can be read only where it lies: copy it to this machine",))
    import sqlite3

    try:
        with opened(path) as database:
            names: set[str] = set()
            return Log(path, others=tuple(run_of(database, path, row, names) for row in database.execute(RUNS).fetchall()))
    except sqlite3.Error as error:
        why = str(error) if str(error) != "interrupted" else "it takes far longer than its size explains"
        return Log(path, lost=(f"{path.name} could not be read as MLflow's database: {why}",))


def run_of(database: "Connection", path: Path, row: tuple, names: set[str]) -> Log:
    """One run; `names` are those taken."""
    uuid, name, experiment = map(str, row)
    name = "/".join(part.replace("/", "_").strip(".") or "_" for part in (experiment, name))
    name = f"{name}-{uuid[:8]}" if name in names else name
    names.add(name)
    table = Table()
    for key, points in groupby(database.execute(METRICS, (uuid,)), key=lambda point: str(point[0])):
        while some := tuple(islice(points, BATCH)):
            _, values, steps, times = zip(*some, strict=True)
            table.add({key: values, COLUMNS.step: steps, COLUMNS.wall: times}, COLUMNS)
    hparams = {str(key): value_of(str(value)) for key, value in database.execute(PARAMS, (uuid,))}
    return table.log(path, hparams=hparams, home=path / name)
