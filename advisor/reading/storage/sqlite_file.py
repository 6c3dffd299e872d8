"""A SQLite file of somebody else: read without a byte written beside it, and never for longer than its size explains."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection

LONGEST = 16 << 20  # bytes of one value
EVERY, FIRST, A_BYTE = 100_000, 10_000_000, 30  # steps of SQLite's machine: between two looks, for any file, and more for each byte of it
WRITES_AHEAD = slice(18, 20), b"\2\2"  # where a file's head says so


@contextmanager
def opened(path: Path) -> Iterator["Connection"]:
    """A connection that only reads.

    To read a file whose last points stand in a log beside it SQLite would have to write there, so a copy of both is read.

    Raises
    ------
    OSError
        The file could not be read or copied.
    sqlite3.Error
        It is no database, or a query of it would go on: a view may count for ever.
    """
    import sqlite3

    with tempfile.TemporaryDirectory(prefix="advisor-") as folder:
        file, log = path.absolute(), path.with_name(f"{path.name}-wal")
        if log.is_file() and log.stat().st_size:
            file = Path(shutil.copyfile(path, f"{folder}/copy"))
            shutil.copyfile(log, f"{folder}/copy-wal")
        with file.open("rb") as head:
            where, mark = WRITES_AHEAD
            alone = file == path.absolute() and head.read(100)[where] == mark  # with nothing beside it nobody writes
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro{'&immutable=1' * alone}", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            left = iter(range((FIRST + A_BYTE * file.stat().st_size) // EVERY))
            database.set_progress_handler(lambda: next(left, None) is None, EVERY)
            yield database
