"""What the user's code prints while it is probed: folded away, kept beside what was logged, and its end shown where the probe fails."""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from probes.probing.run_directory import is_empty

NAME = "output"  # no name that a log would have: what is printed while rates and sizes are tried is no log of one training
SHOWN, READ = 20, 1 << 14  # lines of its end, and bytes that they are looked for in
KEPT = 10 << 20  # bytes


@contextmanager
def folded(folder: Path, shown: bool = False) -> Iterator[IO[bytes] | None]:
    """A block with a file that takes what the user's code prints; None where it is to be `shown` as it comes."""
    if shown:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        try:
            yield file
        except Exception:
            sys.stderr.write(end_of(file))
            raise
        finally:
            if folder.is_dir() and not is_empty(folder) and file.seek(0, 2):
                with contextlib.suppress(OSError):  # a full disk has been told of by the log itself
                    file.seek(max(0, file.tell() - KEPT))
                    (folder / NAME).write_bytes(file.read())


def end_of(file: IO[bytes]) -> str:
    """The last lines, each ended."""
    file.seek(max(0, file.seek(0, 2) - READ))
    lines = file.read().decode("utf-8", "replace").splitlines()[-SHOWN:]
    return "".join(f"{line}\n" for line in lines)
