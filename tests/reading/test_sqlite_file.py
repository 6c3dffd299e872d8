"""A database of somebody else: nothing is written beside it, and no query of it goes on for ever."""

import sqlite3
import time
from contextlib import closing

import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read
from tests.reading.mlflow_tables import TABLES

RUN = "INSERT INTO experiments VALUES (0, 'e'); INSERT INTO runs VALUES ('a', 'one', 0, 'active');"
POINTS = [("loss", 2 / (i + 1), 1700000000000 + i, "a", i, 0) for i in range(40)]
ENDLESS = """DROP TABLE metrics; CREATE VIEW metrics AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)
SELECT 'loss' AS key, {} AS value, x AS timestamp, 'a' AS run_uuid, x AS step, 0 AS is_nan FROM c;"""


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("mode", ["delete", "wal"])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_database_of_any_mode_is_read_and_nothing_is_written_beside_it(tmp_path, mode, is_open):
    folder = tmp_path / "runs"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "mlflow.db")) as database:
        database.execute(f"PRAGMA journal_mode = {mode}")
        database.executescript(TABLES + RUN)
        database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", POINTS)
        database.commit()
        if is_open:
            before = bytes_of(folder)
            assert len(read(folder)[0].scalars["loss"].steps) == len(POINTS) and bytes_of(folder) == before
    if not is_open:
        before = bytes_of(folder)
        assert len(read(folder)[0].scalars["loss"].steps) == len(POINTS) and bytes_of(folder) == before


def test_the_log_beside_a_database_that_was_left_is_read_and_kept(tmp_path):
    (tmp_path / "there").mkdir()
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.executescript(TABLES + RUN)
        database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", POINTS)
        database.commit()
        for name in ("mlflow.db", "mlflow.db-wal"):  # as of a server that was killed
            (tmp_path / "there" / name).write_bytes((tmp_path / name).read_bytes())
    before = bytes_of(tmp_path / "there")
    assert len(read(tmp_path / "there")[0].scalars["loss"].steps) == len(POINTS)
    assert bytes_of(tmp_path / "there") == before


@pytest.mark.parametrize("value, said", [("x", "takes far longer than its size explains"), ("zeroblob(500000000)", "too big")])
def test_a_view_that_counts_for_ever_is_left(tmp_path, value, said):
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        database.executescript(TABLES + RUN + ENDLESS.format(value))
    began = time.process_time()
    with pytest.raises(AdvisorError, match=said):
        read(tmp_path)
    assert time.process_time() - began < 20
